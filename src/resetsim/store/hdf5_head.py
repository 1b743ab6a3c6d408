"""The first bytes of ``result.h5``: a checksum of all others, verified before HDF5 sees them.

HDF5 leaves a "user block" at the head of a file to its writer. Libraries that parse damaged bytes
may hang or crash, or read other numbers without a word; a checksum of every byte ends all of it.
"""

import stat
from hashlib import file_digest
from io import BufferedReader
from pathlib import Path

from resetsim.errors import InputError

HEAD_BYTES = 512  # the smallest user block

_MAGIC = b"resetsim result\n"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_START_BYTES = 2**16
_WITHOUT_HEAD = b"resetsim result"  # layouts 1 and 2 say their format in an attribute only


def head_of(proper: BufferedReader) -> bytes:
    """Return what stands before an HDF5 file.

    Parameters
    ----------
    proper
        A stream of all bytes of the file behind its user block.

    Returns
    -------
    bytes
        A user block.
    """
    return _head(file_digest(proper, "sha256").hexdigest())


def require_whole(path: Path) -> None:
    """Refuse what is not a result, or is not as it was written.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    InputError
        If it is missing, a folder or no regular file, cannot be read, is written by another program
        or in an earlier layout, or any byte has changed.
    """
    try:
        _require_whole(path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; 'resetsim run' writes a result.h5") from None
    except PermissionError:
        raise InputError(f"{path}: cannot be read: permission denied") from None
    except OSError as error:
        raise InputError(
            f"{path}: not a result.h5 of resetsim, or damaged ({error}); run the experiment again"
        ) from error


def _require_whole(path: Path) -> None:
    if path.is_dir():
        wanted = path / "result.h5"
        raise InputError(f"{path}: a folder, but a file is needed, such as {wanted}")
    if not stat.S_ISREG(path.stat().st_mode):  # others may never end
        raise InputError(f"{path}: not a regular file; give a result.h5 that 'resetsim run' wrote")
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        if not head.startswith(_MAGIC):
            raise InputError(f"{path}: {_what_it_is(head + stream.read(_START_BYTES))}")
        digest = file_digest(stream, "sha256").hexdigest()
    if head != _head(digest):
        raise InputError(
            f"{path}: damaged, or changed since it was written (its checksum does not fit); "
            "run the experiment again"
        )


def _head(digest: str) -> bytes:
    text = _MAGIC + f"sha256 of all that follows these {HEAD_BYTES} bytes: {digest}\n".encode()
    return text.ljust(HEAD_BYTES, b"\0")


def _what_it_is(start: bytes) -> str:
    if not start.startswith(_HDF5):
        return "not a result.h5 of resetsim, or damaged; run the experiment again"
    if _WITHOUT_HEAD in start:
        return (
            "written by an earlier resetsim (format 1 or 2; this one reads 4); run the "
            "experiment again"
        )
    return "an HDF5 file, but not a result of resetsim; give a result.h5 that 'resetsim run' wrote"
