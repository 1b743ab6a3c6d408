"""What an experiment varies: from dotted keys and lists of values to one setting per arm."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Annotated, Any, Self

import pint
from pydantic import AfterValidator, PlainValidator, model_validator

from resetsim.declare.grammar import Place, inside, is_list, keys_ending_in, keys_of
from resetsim.declare.plan import Plan
from resetsim.declare.quantities import NUMBER, parse_quantity, units
from resetsim.declare.validation import Spec, not_empty, report, shown
from resetsim.errors import InputError, nearest

Setting = str | int | float | bool
Settings = Mapping[str, Setting]
"""The varied keys of an arm and their values, as written."""
Vary = Mapping[str, tuple[Setting, ...]]
"""All values of each varied key."""
Changes = Mapping[Place, Setting]
"""Values by where they stand in a file."""

_STEP = re.compile(r"([A-Za-z0-9_-]+)(?:\[([0-9]{1,4})\])?")
_SAME_FOR_EVERY_ARM = ("question", "direct", "cohort", "trial.control")


def _setting(value: object) -> Setting:
    if isinstance(value, str | int | float):
        return value
    raise ValueError(f"found {shown(value)}; a quantity, number, name, true or false is needed")


def _all_different(values: tuple[Setting, ...]) -> tuple[Setting, ...]:
    meanings = set()
    for value in values:
        if (meaning := _meaning(value)) in meanings:
            raise ValueError(f"found {shown(value)} twice; each value makes an arm")
        meanings.add(meaning)
    return values


def _meaning(value: Setting) -> object:
    """Return what tells values apart: ``60 min`` and ``1 h`` are the same."""
    if not isinstance(value, str):
        return value
    try:
        return parse_quantity(value)
    except ValueError:
        return value


_Values = Annotated[tuple[Annotated[Setting, PlainValidator(_setting)], ...], not_empty]


def _of_one_length(together: Vary) -> Vary:
    if len({len(values) for values in together.values()}) > 1:
        counts = ", ".join(f"{len(values)} of '{key}'" for key, values in together.items())
        raise ValueError(f"found {counts}; each arm takes one value of every key")
    meanings = [tuple(map(_meaning, row)) for row in rows_of(together)]
    for place, meaning in enumerate(meanings):
        if (first := meanings.index(meaning)) < place:
            raise ValueError(
                f"the values at places {first + 1} and {place + 1} are the same; each makes an arm"
            )
    return together


class Variations(Spec):
    """What varies, in file order.

    Parameters
    ----------
    vary
        Dotted keys in quotation marks, each with a list of values: the arms are all combinations.
    vary_together
        Lists of one length: an arm takes from every key the value at the same place.
    """

    vary: Mapping[str, Annotated[_Values, AfterValidator(_all_different)]] = {}
    vary_together: Annotated[Mapping[str, _Values], AfterValidator(_of_one_length)] = {}

    @model_validator(mode="after")
    def _varies_no_key_twice(self) -> Self:
        if twice := [key for key in self.vary_together if key in self.vary]:
            raise ValueError(f"vary_together.'{twice[0]}': varies in [vary] too")
        return self


def find_place(key: str, content: Mapping[str, Any]) -> Place:
    """Return where the value of a dotted key stands in a file.

    Parameters
    ----------
    key
        Such as ``treatment.duration`` or ``treatment[1].duration``; the position may be left out
        where the file's list has one entry.
    content
        The tables of the file.

    Returns
    -------
    tuple of str and int
        The keys and positions.

    Raises
    ------
    ValueError
        If the grammar or the file has no such place, or a whole table stands there.
    """
    place: Place = ()
    grammar: object = Plan
    here: Any = content
    for name, position in _steps(key):
        _require_key(name, keys_of(grammar), key, content)
        if not isinstance(here, Mapping):
            raise ValueError(f"found {shown(here)} where '{name}' needs a table")
        grammar, here = inside(grammar, name), here.get(name, {})
        place += (name,)
        if is_list(grammar):
            position = _only_position(name, position, here)
            grammar, here = inside(grammar, position), here[position]
            place += (position,)
        elif position is not None:
            raise ValueError(f"'{name}' is not a list")
    if keys_of(grammar) != ():
        raise ValueError(
            f"a whole table cannot be varied; name one of its keys{_examples(grammar)}"
        )
    if same := same_for_every_arm(key):
        raise ValueError(f"'{same}' is the same for every arm")
    return place


def find_places(where: str, content: Mapping[str, Any], vary: Iterable[str]) -> dict[str, Place]:
    """Return where the keys that vary stand.

    Parameters
    ----------
    where
        What a refusal begins with.
    content
        The tables of the file.
    vary
        Dotted keys.

    Returns
    -------
    dict of Place
        By key.

    Raises
    ------
    InputError
        If a key does not exist, or two of them are one.
    """
    places: dict[str, Place] = {}
    problems = []
    for key in vary:
        try:
            place = find_place(key, content)
        except ValueError as error:
            problems.append(f"vary.'{key}': {error}")
            continue
        if place in places.values():
            problems.append(f"vary.'{key}': found twice, written in two ways")
        places[key] = place
    if problems:
        raise InputError(report(where, problems))
    return places


def same_for_every_arm(key: str) -> str | None:
    """Return which part of a dotted key no arm may have otherwise than the others, if any."""
    first = re.split(r"[.\[]", key, maxsplit=1)[0]
    return next((same for same in _SAME_FOR_EVERY_ARM if same in (key, first)), None)


def read_setting(value: Setting) -> Setting:
    """Return a value from a command line as a file would have it.

    Parameters
    ----------
    value
        A text that is a number, or true or false, counts as that; all else stays.

    Returns
    -------
    str, int, float or bool
        The value.
    """
    if value in ("true", "false"):
        return value == "true"
    if not isinstance(value, str) or re.fullmatch(NUMBER, value) is None:
        return value
    return int(value) if re.fullmatch(r"[+-]?[0-9]{1,18}", value) else float(value)


def in_one_unit(values: Sequence[Setting]) -> tuple[list[float], str] | None:
    """Return the values of a key as numbers in one unit.

    Parameters
    ----------
    values
        Of one key, as the file writes them.

    Returns
    -------
    list of float and str, or None
        The numbers and their unit (hours where times are written in several units; empty for bare
        numbers); None where they are names, switches or of different dimensions.
    """
    if any(isinstance(value, bool) for value in values):
        return None
    try:
        quantities = [
            parse_quantity(value) if isinstance(value, str) else units.Quantity(float(value), "")
            for value in values
        ]
        unit = quantities[0].units
        if any(quantity.units != unit for quantity in quantities) and quantities[0].check("[time]"):
            unit = units.hour
        return [float(quantity.m_as(unit)) for quantity in quantities], f"{unit:~C}"
    except (ValueError, pint.DimensionalityError):
        return None


def with_settings(content: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """Return a file's tables with some values set.

    Parameters
    ----------
    content
        The tables of the file; they stay as they are.
    changes
        Places from :func:`find_place`, and the values there, as written.

    Returns
    -------
    dict
        The changed tables; those on the way are copied, or made where they were missing.
    """
    changed = dict(content)
    for place, value in changes.items():
        table: Any = changed
        for step in place[:-1]:
            inner = table[step] if isinstance(step, int) else table.get(step, {})
            table[step] = inner.copy()
            table = table[step]
        table[place[-1]] = value
    return changed


def every_combination(vary: Vary, together: Vary) -> Iterator[Settings]:
    """Yield the settings of each arm.

    Parameters
    ----------
    vary
        Values for each key, all of which are combined.
    together
        Values for each key of which an arm takes those that stand at the same place.

    Yields
    ------
    Mapping
        One value for each key; the last key of ``vary`` changes fastest.
    """
    for row, values in product(rows_of(together), product(*vary.values())):
        yield dict(zip((*together, *vary), (*row, *values), strict=True))


def rows_of(together: Vary) -> list[tuple[Setting, ...]]:
    """Return the values that stand at the same place: one empty row where nothing varies."""
    return list(zip(*together.values(), strict=True)) if together else [()]


def arm_name(settings: Settings) -> str:
    """Return the readable name of an arm, fit for a file or an HDF5 group.

    Parameters
    ----------
    settings
        What the arm varies.

    Returns
    -------
    str
        Such as ``duration=100 h, residual_rate=1.4 Hz``; ``all`` where nothing varies. Keys whose
        last parts are the same are written in full.
    """
    short = [key.rpartition(".")[2] for key in settings]
    named = [
        f"{last if short.count(last) == 1 else key}={value}"
        for last, (key, value) in zip(short, settings.items(), strict=True)
    ]
    return _safe(", ".join(named)) or "all"


def _safe(name: str) -> str:
    return re.sub(r"[^\w .,=+()\[\]-]", "_", name.replace("/", " per "))


def _steps(key: str) -> Iterator[tuple[str, int | None]]:
    for step in key.split("."):
        match = _STEP.fullmatch(step)
        if step.isdigit():
            raise ValueError("a position stands in brackets, such as 'treatment[0].duration'")
        if match is None:
            raise ValueError("not a key such as 'patient.weight' or 'treatment[0].duration'")
        yield match[1], int(match[2]) if match[2] else None


def _require_key(
    name: str, allowed: tuple[str, ...] | None, key: str, content: Mapping[str, Any]
) -> None:
    if allowed == ():
        raise ValueError(f"'{name}' does not exist: there is no table above it")
    if allowed is not None and name not in allowed:
        whole = list(keys_ending_in(Plan, key))
        in_file = [each for each in whole if _has_table_of(content, each)] or whole
        if meant := " or ".join(f"'{each}'" for each in in_file):
            raise ValueError(f"'{name}' is unknown; write the whole key: {meant}")
        raise ValueError(f"'{name}' is unknown; {nearest(name, allowed)}")


def _has_table_of(content: Mapping[str, Any], key: str) -> bool:
    here: Any = content
    for step in key.split(".")[:-1]:
        here = here[0] if isinstance(here, list) and here else here
        here = here.get(step) if isinstance(here, Mapping) else None
    return here is not None


def _only_position(name: str, position: int | None, entries: object) -> int:
    if isinstance(entries, Mapping) and entries:
        raise ValueError(f"the file has one table [{name}]; write [[{name}]] with two brackets")
    count = len(entries) if isinstance(entries, list) else 0
    if not count:
        raise ValueError(f"the file has no [[{name}]] in which it could vary; add one")
    if position is None and count == 1:
        return 0
    if position is not None and position < count:
        return position
    have = ", ".join(f"{name}[{index}]" for index in range(count))
    raise ValueError(f"say which {name}; the file has {have}")


def _examples(grammar: object) -> str:
    keys = keys_of(grammar)
    return f": {', '.join(keys)}" if keys else ""
