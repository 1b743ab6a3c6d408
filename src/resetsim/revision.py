"""For the provenance of results: what code is running, and when."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from resetsim import __version__

LIBRARIES = ("brian2", "numpy", "scipy", "h5py", "matplotlib", "pydantic", "pint")
UNKNOWN = "unknown"
CHANGED = "-dirty"  # as git describes a tree that differs from its commit


def now() -> str:
    """Return the present time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def commit() -> str:
    """Return the commit that the running code is of.

    Returns
    -------
    str
        From git where the code runs from a checkout, otherwise from the installed version. It ends
        in ``-dirty`` where the code had been changed since; ``unknown`` where neither knows.
    """
    return of_checkout(Path(__file__).parents[2]) or of_version(__version__)


def of_checkout(folder: Path) -> str | None:
    """Return the commit of a checkout, by its top folder; None if it is none, or git fails."""
    if not (folder / ".git").exists():  # git itself would look in the folders above
        return None
    describe = ("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    try:
        ended = subprocess.run(
            ["git", "-C", str(folder), *describe], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return ended.stdout.strip()


def of_version(version: str) -> str:
    """Return the commit that a version names after its ``+g``."""
    found = re.search(r"\+g([0-9a-f]+)(\.d[0-9]+)?$", version)
    return found[1] + (CHANGED if found[2] else "") if found else UNKNOWN
