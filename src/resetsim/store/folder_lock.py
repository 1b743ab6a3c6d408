"""Who writes an output folder: one process at a time, whichever cache it uses."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from resetsim.errors import InputError

PARTIAL = ".partial"


@contextmanager
def held(final: Path) -> Iterator[None]:
    """Hold a folder against other runs; the kernel lets go of it if this one is killed.

    Parameters
    ----------
    final
        From :func:`resolved`; it need not exist.

    Raises
    ------
    InputError
        If another run holds it, or nothing can be written beside it.
    """
    path = final.with_name(f".{final.name}.lock")
    lock = FileLock(path)
    with refused_as("--out"):
        if final.name.endswith(PARTIAL):
            raise InputError(f"{final} is the name of an unfinished run; name another folder")
        final.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(path) and (not path.is_file() or path.stat().st_size):
            raise InputError(f"{path} is in the way and not of resetsim; move it")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise InputError(
                f"another run is writing {final}; wait for it, or name another folder"
            ) from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)  # before the release: who has opened it sees that it has gone
        lock.release()


@contextmanager
def refused_as(place: str) -> Iterator[None]:
    """Have what is refused, or cannot be written, in the block say where that was asked for.

    Parameters
    ----------
    place
        For example ``--out``.

    Raises
    ------
    InputError
        In place of any OSError too.
    """
    try:
        yield
    except InputError as error:
        raise InputError(f"{place}: {error}") from None
    except OSError as error:
        raise InputError(
            f"{place}: {error.filename} cannot be written ({error.strerror}); name another folder"
        ) from None


def resolved(out: Path) -> Path:
    """Return where an output folder really is.

    Parameters
    ----------
    out
        As it was given.

    Returns
    -------
    Path
        Absolute, without links.

    Raises
    ------
    InputError
        If it cannot be found, or is the top of all folders.
    """
    try:
        final = out.resolve()
    except (OSError, RuntimeError):  # a loop of links
        raise InputError(f"--out: {out} cannot be found; name another folder") from None
    if not final.name:
        raise InputError(f"--out: {out} cannot be replaced; name a folder below it")
    return final
