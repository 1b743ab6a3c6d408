"""The command in a forked process: faster than a new one, as what it imports is there already."""

import os
import sys
import time
from collections.abc import Callable

from .forks import status_of
from .place import LONGEST_S, Ended, Place


def forked(
    place: Place,
    *words: object,
    before: Callable[[], None] | None = None,
    figures: int = 4,
    **changes: str,
) -> Ended:
    """Run the command to its end, as :class:`Place` does.

    Parameters
    ----------
    place
        Where.
    *words
        After ``resetsim``.
    before
        Called in the forked process.
    figures
        How many kinds are tried; they take most of the time of a run.
    **changes
        Of the environment.

    Returns
    -------
    Ended
        Its status is negative if a signal ended it.
    """
    from resetsim import cli
    from resetsim.views import figures as views

    def work() -> None:
        environment = place.environment(**changes)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(place.work)
        views.VIEWS = views.VIEWS[:figures]
        sys.argv = ["resetsim", *(os.fsdecode(os.fsencode(str(word))) for word in words)]
        if before is not None:
            before()
        cli.main()

    paths = [place.folder / name for name in ("stdout", "stderr")]
    started = time.monotonic()
    status = status_of(work, int(LONGEST_S), *paths)
    out, err = (path.read_bytes().decode(errors="replace") for path in paths)
    return Ended(status, out, err, time.monotonic() - started)
