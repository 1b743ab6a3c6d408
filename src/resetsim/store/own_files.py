"""Whose the files of a folder are: only what resetsim listed is ever removed or replaced.

A file is listed before it appears under its name, so that a kill at any moment leaves none that is
not listed. What was changed since counts as somebody else's.
"""

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from resetsim.errors import InputError
from resetsim.store.file_list import (
    LIST,
    FileList,
    is_unfinished_list,
    read_list,
    write_list,
)

# Files are made in this folder; what a killed run can leave there, whole or not.
_NEW = ".new"
_IN_NEW = re.compile(r"\.new(/figures)?(/\.?[\w-]+(\.\d+\.partial)?\.(h5|csv|html|png|svg|json))?")


def require_own(folder: Path) -> FileList | None:
    """Refuse a folder with anything that resetsim did not write, or that was changed since.

    Parameters
    ----------
    folder
        It need not exist.

    Returns
    -------
    FileList or None
        Its list; None if there is no such folder, or nothing in it.

    Raises
    ------
    InputError
        It names the first such file.
    """
    if not os.path.lexists(folder):
        return None
    if not _is_folder(folder):
        raise InputError(f"{folder} is a file; name a folder")
    listed = read_list(folder)
    _require_all_own(folder, _entries(folder, listed), listed)
    return listed


def own_files(folder: Path) -> list[str]:
    """Return the files on the list of a folder that are still as they were written.

    Parameters
    ----------
    folder
        It exists.

    Returns
    -------
    list of str
        Names; none without a list.
    """
    listed = read_list(folder)
    names = listed.files if listed else ()
    return [
        name for name in names if os.path.lexists(folder / name) and _is_own(folder, name, listed)
    ]


def clear(folder: Path) -> None:
    """Empty a folder but for its list.

    Parameters
    ----------
    folder
        It exists.

    Raises
    ------
    InputError
        As :func:`require_own`.
    """
    listed = require_own(folder)
    _remove(folder, [name for name in _entries(folder, listed) if name != LIST])


def remove(folder: Path) -> None:
    """Remove a folder, the list last.

    Parameters
    ----------
    folder
        It need not exist.

    Raises
    ------
    InputError
        As :func:`require_own`.
    """
    if os.path.lexists(folder):
        clear(folder)
        (folder / LIST).unlink(missing_ok=True)
        folder.rmdir()


@contextmanager
def rewriting(folder: Path, names: Collection[str] = ()) -> Iterator[Path]:
    """Give an empty folder; its files become those of a folder when the block ends well.

    Files of the same name are replaced. So are folders below, such as ``figures``: what the list
    has in them and was not written again is removed.

    Parameters
    ----------
    folder
        It exists.
    names
        Files that will be written: refused before the block, not after, if they cannot be.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    InputError
        If a file to be replaced is not on the list, or was changed.
    """
    found = read_list(folder)
    _require_replaceable(folder, [LIST, *names], found)
    _remove_new(folder, found)
    listed = found or FileList()
    write_list(folder, listed)
    (folder / _NEW).mkdir()
    try:
        yield folder / _NEW
        _take_in(folder, listed)
    finally:
        _remove_new(folder, listed)
        if found is None and read_list(folder) == listed:
            (folder / LIST).unlink()


def _take_in(folder: Path, listed: FileList) -> None:
    new = folder / _NEW
    paths = {each.relative_to(new).as_posix(): each for each in new.rglob("*") if each.is_file()}
    sums = {name: (_checksum(path),) for name, path in sorted(paths.items())}
    gone = [
        name
        for name in listed.files
        if name not in sums and "/" in name and (new / name).parent.is_dir()
    ]
    _require_replaceable(folder, [*sums, *gone], listed)
    either = {name: (*listed.files.get(name, ()), *found) for name, found in sums.items()}
    write_list(folder, replace(listed, files={**listed.files, **either}))
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    for name, path in paths.items():
        (folder / name).parent.mkdir(exist_ok=True)
        path.replace(folder / name)
    kept = {name: found for name, found in listed.files.items() if name not in gone}
    write_list(folder, replace(listed, files={**kept, **sums}))


def _remove_new(folder: Path, listed: FileList | None) -> None:
    _require_replaceable(folder, [_NEW], listed)
    if (folder / _NEW).exists():
        names = [*_entries(folder, listed, f"{_NEW}/"), _NEW]
        _require_all_own(folder, names, listed)
        _remove(folder, names)


def _remove(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        if _is_folder(folder / name):
            (folder / name).rmdir()
        else:
            (folder / name).unlink()


def _require_replaceable(folder: Path, names: Iterable[str], listed: FileList | None) -> None:
    for name in names:
        above = PurePosixPath(name).parent.as_posix()
        if os.path.lexists(folder / above) and not _is_folder(folder / above):
            raise InputError(_refusal(folder, above, listed))
        if os.path.lexists(folder / name):
            _require_all_own(folder, [name], listed)


def _require_all_own(folder: Path, names: Iterable[str], listed: FileList | None) -> None:
    for name in names:
        if not _is_own(folder, name, listed):
            raise InputError(_refusal(folder, name, listed))


def _entries(folder: Path, listed: FileList | None, below: str = "") -> Iterator[str]:
    """Give the names of all there is in a folder, what is in a folder below before that folder."""
    for found in sorted(os.listdir(folder / below)):  # noqa: PTH208, names are wanted
        name = f"{below}{found}"
        if _is_folder(folder / name) and _is_own(folder, name, listed):
            yield from _entries(folder, listed, f"{name}/")
        yield name


def _is_own(folder: Path, name: str, listed: FileList | None) -> bool:
    path = folder / name
    if listed is None:
        return path.is_file() and not path.is_symlink() and is_unfinished_list(path)
    if _IN_NEW.fullmatch(name):
        return not path.is_symlink()
    if _is_folder(path):
        return any(each.startswith(f"{name}/") for each in listed.files)
    if not stat.S_ISREG(path.lstat().st_mode):
        return False
    if name in listed.files:
        return _checksum(path) in listed.files[name]
    return name == LIST or is_unfinished_list(path)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refusal(folder: Path, name: str, listed: FileList | None) -> str:
    if listed is None:
        return (
            f"{folder} holds {name!r} but no list ({LIST}) of what resetsim wrote there: it is of "
            "another program or of an older version; move it, or name another folder"
        )
    why = "was changed since resetsim wrote it"
    if name not in listed.files:
        why = f"is not on the list ({LIST}) of what resetsim wrote there"
    return f"{folder} holds {name!r}, which {why}; move it, or name another folder"
