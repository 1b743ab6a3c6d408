"""Files of this package that notice any change: a checksum in the first line, then the content."""

import os
import stat
from hashlib import blake2b
from pathlib import Path


def sealed(what: str, content: bytes) -> bytes:
    """Return what to write.

    Parameters
    ----------
    what
        What the content is, in one line.
    content
        Any bytes.

    Returns
    -------
    bytes
        For :func:`unsealed`.
    """
    return _head(what, content) + content


def unsealed(what: str, data: bytes) -> bytes:
    """Return the content of a sealed file.

    Parameters
    ----------
    what
        What the content should be.
    data
        What was read.

    Returns
    -------
    bytes
        The content.

    Raises
    ------
    ValueError
        If anything else was sealed, or any byte of it has changed.
    """
    end = data.find(b"\n") + 1
    content = data[end:]
    if data[:end] != _head(what, content):
        raise ValueError("its checksum is wrong")
    return content


def read_file(path: Path) -> bytes:
    """Read a file, never waiting for one: a pipe or a device is refused.

    Parameters
    ----------
    path
        Where it should be.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    OSError
        If it cannot be read or is no file.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is not a file")
        with open(descriptor, "rb", closefd=False) as stream:
            return stream.read()
    finally:
        os.close(descriptor)


def _head(what: str, content: bytes) -> bytes:
    digest = blake2b(what.encode() + b"\n" + content, digest_size=32).hexdigest()
    return f"resetsim {what} {digest}\n".encode()
