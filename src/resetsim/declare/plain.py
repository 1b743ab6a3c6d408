"""What no file may hold, whatever its grammar: hidden characters, endless nesting, no number."""

import math
import re
from collections.abc import Iterator, Mapping

from resetsim.declare.grammar import Place, dotted
from resetsim.declare.validation import shown

_DEEPEST = 10
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # tabs and line breaks may be


def plain_problems(value: object, place: Place = ()) -> Iterator[str]:
    """Yield what a file holds that neither a grammar nor a result file could handle.

    Parameters
    ----------
    value
        Tables, lists and values, as :mod:`tomllib` gives them.
    place
        Where it stands in the file.

    Yields
    ------
    str
        The key, what was found and what is allowed.
    """
    match value:
        case Mapping() | list() if len(place) >= _DEEPEST:
            yield f"{dotted(place[:1])}: nested too deeply; at most {_DEEPEST} levels are possible"
        case Mapping():
            for key, item in value.items():
                if _HIDDEN.search(key):
                    where = f"{dotted(place)}: " if place else ""
                    yield f"{where}found the key {shown(key)}; control characters are not possible"
                else:
                    yield from plain_problems(item, (*place, key))
        case list():
            for index, item in enumerate(value):
                yield from plain_problems(item, (*place, index))
        case str() if _HIDDEN.search(value):
            yield f"{dotted(place)}: found {shown(value)}; control characters are not possible"
        case float() if not math.isfinite(value):
            yield f"{dotted(place)}: found {value}; a finite number is needed"
        case int() if abs(value) >= 2**63:
            yield f"{dotted(place)}: found {shown(value)}; an integer of 64 bits is needed"
