"""The folder that a running binary writes to: in memory if there is room, gone with the process."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from resetsim.spiking.sealed import read_file

ROOM_BYTES = 16 * 2**20  # a run writes 1.8 MB, and 0.04 MB of spikes for each second
_MEMORY = Path("/dev/shm")
_PREFIX = "resetsim-"
_LOCK, _MARK = "running.lock", "written_by_resetsim"
_WRITTEN = ("_array_", "_dynamic_array_", "argument_", "last_run_info.txt")


def scratch_roots(running: int) -> list[Path]:
    """Return where a binary may write, best first.

    Parameters
    ----------
    running
        How many are writing at a time.

    Returns
    -------
    list of Path
        Shared memory and the temporary folder; first those that have room.
    """
    roots = _roots()
    return sorted(roots, key=lambda root: not _has_room(root, running * ROOM_BYTES))


@contextmanager
def scratch_folder(root: Path) -> Iterator[Path]:
    """Make a folder for one run, and remove it afterwards.

    Parameters
    ----------
    root
        One of :func:`scratch_roots`.

    Yields
    ------
    Path
        The folder. Should this process be killed, a later one removes it: a lock tells that the
        process is gone, a mark that the folder is ours.
    """
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire()
        (folder / _MARK).write_bytes(_mark(folder))
        yield folder
    finally:
        _remove(folder)
        lock.release()


def remove_abandoned(root: Path) -> None:
    """Remove the folders that killed processes of this package have left.

    Parameters
    ----------
    root
        One of :func:`scratch_roots`.
    """
    for folder in root.glob(f"{_PREFIX}*"):
        with suppress(OSError, Timeout):
            if _is_ours(folder):
                lock = FileLock(folder / _LOCK)
                with lock.acquire(timeout=0):  # a living process holds it
                    _remove(folder)


@lru_cache
def _roots() -> tuple[Path, ...]:
    roots = [_MEMORY] if _MEMORY.is_dir() else []
    with suppress(OSError):  # there is none that can be written
        roots.append(Path(tempfile.gettempdir()))
    for root in roots:
        remove_abandoned(root)
    return tuple(roots)


def _has_room(root: Path, needed_bytes: int) -> bool:
    try:
        return os.access(root, os.W_OK) and shutil.disk_usage(root).free >= needed_bytes
    except OSError:
        return False


def _is_ours(folder: Path) -> bool:
    status = folder.lstat()
    mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return mine and stat.S_ISDIR(status.st_mode) and read_file(folder / _MARK) == _mark(folder)


def _mark(folder: Path) -> bytes:
    return f"{folder.name} is of a running simulation of resetsim\n".encode()


def _remove(folder: Path) -> None:
    """Remove what a run writes, and nothing that somebody else has put there."""
    with suppress(OSError):
        for file in folder.iterdir():
            if file.name.startswith(_WRITTEN):
                file.unlink(missing_ok=True)
    for name in (_MARK, _LOCK):
        (folder / name).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
