"""The one error that means: what the user gave cannot be used."""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(Exception):
    """A file, argument or stored result that cannot be used; the message names the place and fix.

    The command line prints the message and exits with status 2.
    """


_ALSO_CALLED = {
    "dose": "rate amount concentration infusion infusion_rate",
    "peak_rate": "rate",
    "heals_with": "heals decay time_constant",
    "extra_rate": "rate",
    "at": "start begin begins from day when onset time",
    "duration": "length lasts lasting for time",
    "blockade": "strength block nmda_block level",
    "every": "interval frequency period",
    "times": "repeat repeats repeated number count n",
    "until": "end ends stop",
    "size": "n number patients count",
}
"""Words that people use for a key in whose place these letters mean nothing similar."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return a sentence that names the nearest allowed name and all allowed ones.

    Parameters
    ----------
    name
        What was found.
    allowed
        What would have been accepted.

    Returns
    -------
    str
        For example ``did you mean 'reset'? Allowed: none, reset.``
    """
    names = sorted(allowed)
    called = [key for key in names if name in _ALSO_CALLED.get(key, "").split()]
    close = called or get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean '{close[0]}'? " if close else ""
    return f"{hint}Allowed: {', '.join(names)}."
