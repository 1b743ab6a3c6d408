"""Files that appear under their name whole or not at all."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary name beside a file; it becomes the file when the block ends well.

    Parameters
    ----------
    path
        The file to write; its folder is made if need be.

    Yields
    ------
    Path
        Where to write; its ending is that of the file.

    Raises
    ------
    OSError
        If it cannot be written; with the name of the file.
    """
    partial = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            _flush(partial)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def is_partial(path: Path, of: str) -> bool:
    """Return whether a file has the name of one that :func:`whole_file` has not finished.

    Parameters
    ----------
    path
        Any file.
    of
        The name that it would have got.
    """
    stem, suffix = map(re.escape, (Path(of).stem, Path(of).suffix))
    return re.fullmatch(rf"\.{stem}\.\d+\.partial{suffix}", path.name) is not None


def _flush(path: Path) -> None:
    """Have the file written out: some file systems only then find that there is no room."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
