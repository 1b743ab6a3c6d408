"""Names in a model file that become names of Brian2 objects, of C++ code, of files and columns."""

import keyword
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from resetsim.declare.validation import shown

LONGEST = 40

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*", re.ASCII)

# Of the objects that every network has, and of C++.
_OURS = "control course course_clock calcium_clock mean_clock defaultclock network magicnetwork"
_CPP = """
alignas alignof and asm auto bitand bitor bool brian break case catch char class compl concept
const consteval constexpr constinit continue decltype default delete do double dynamic_cast else
enum explicit export extern false float for friend goto if inline int long main mutable namespace
new noexcept not nullptr operator or private protected public register reinterpret_cast requires
return short signed sizeof static static_assert static_cast std struct switch template this
thread_local throw true try typedef typeid typename union unsigned using virtual void volatile
wchar_t while xor
"""
_RESERVED = frozenset([*_OURS.split(), *_CPP.split(), *keyword.kwlist])
# What Brian2 and ``networks/build.py`` add to the name of an object for its parts.
_BEGINNING = "spikes_"
_ENDING = re.compile(
    r".*_(pre|post|clock|stateupdater|subexpression_update|thresholder|resetter|push_spikes"
    r"|codeobject)"
)

Value = TypeVar("Value")


def named(table: Mapping[str, Value]) -> Mapping[str, Value]:
    """Require that every key of a table can be the name of an object.

    Parameters
    ----------
    table
        Its entries, by name.

    Returns
    -------
    Mapping
        The table.

    Raises
    ------
    ValueError
        If a name is no identifier, too long, or taken by a language or by our networks.
    """
    for name in table:
        require_name(name)
    return table


def require_name(name: str) -> None:
    """Require that a text can be the name of an object.

    Parameters
    ----------
    name
        As in the file.

    Raises
    ------
    ValueError
        If it cannot.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(
            f"found the name {shown(name)}; a name has letters of a-z, digits and single "
            "underscores between them, and begins with a letter"
        )
    if len(name) > LONGEST:
        raise ValueError(
            f"found the name {shown(name)} of {len(name)} characters; {LONGEST} are allowed"
        )
    if name in _RESERVED or name.startswith(_BEGINNING) or _ENDING.fullmatch(name):
        raise ValueError(f"found the name {shown(name)}, which is reserved; choose another")


def require_different(populations: Iterable[str], connections: Iterable[str]) -> None:
    """Require that no two objects of a network get the same name.

    Parameters
    ----------
    populations, connections
        Their names; a connection is named ``SOURCE_to_TARGET``.

    Raises
    ------
    ValueError
        If two do.
    """
    joined = Counter(connections)
    for name, count in joined.items():
        if count > 1:
            raise ValueError(
                f"connection: found {count} that are named '{name}', after source and target; "
                "give one connection all their receptors, or name the populations otherwise"
            )
    for name in populations:
        if name in joined:
            raise ValueError(
                f"population.{name}: a connection has this name too, after source and target; "
                "choose another"
            )
