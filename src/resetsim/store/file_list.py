"""The list of the files that resetsim wrote into a folder, kept there as ``run.json``."""

import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from resetsim.whole_file import is_partial, whole_file

LIST = "run.json"
_FORMAT = "resetsim list of files 1"
_START = f'{{\n "format": "{_FORMAT}"'
_LARGEST_BYTES = 1_000_000


@dataclass(frozen=True)
class FileList:
    """What resetsim wrote into a folder.

    Attributes
    ----------
    asked
        From :func:`resetsim.store.folder.fingerprint`; empty if it was not a run.
    experiment
        Hash of the experiment alone, whatever the version that ran it; empty if it was not a run.
    complete
        Whether the run has finished.
    files
        SHA-256 checksums by name; more than one while a file is being replaced.
    """

    asked: str = ""
    experiment: str = ""
    complete: bool = True
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_list(folder: Path) -> FileList | None:
    """Read the list of a folder.

    Parameters
    ----------
    folder
        Any; it need not exist.

    Returns
    -------
    FileList or None
        None if there is none, or another program's ``run.json``.
    """
    path = folder / LIST
    try:
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST_BYTES:
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    match content:
        case {
            "format": str(form),
            "asked": str(asked),
            "experiment": str(experiment),
            "complete": bool(complete),
            "files": dict(files),
        } if form == _FORMAT and all(map(_is_below, files)):
            lists = all(isinstance(sums, list) for sums in files.values())
            if lists:
                found = {name: tuple(map(str, sums)) for name, sums in files.items()}
                return FileList(asked, experiment, complete, found)
    return None


def write_list(folder: Path, listed: FileList) -> None:
    """Write the list of a folder; it appears whole or not at all.

    Parameters
    ----------
    folder
        It exists.
    listed
        What is in it.
    """
    content = {
        "format": _FORMAT,
        "asked": listed.asked,
        "experiment": listed.experiment,
        "complete": listed.complete,
        "files": {name: list(sums) for name, sums in sorted(listed.files.items())},
    }
    with whole_file(folder / LIST) as partial:
        partial.write_text(json.dumps(content, indent=1), encoding="utf-8")


def is_unfinished_list(path: Path) -> bool:
    """Return whether a file is what a kill in :func:`write_list` leaves.

    Parameters
    ----------
    path
        A regular file.
    """
    if not is_partial(path, of=LIST):
        return False
    with path.open("rb") as stream:
        found = stream.read(len(_START))
    return _START.encode().startswith(found)


def _is_below(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
