"""HDF5 files that appear whole or not at all, also when there is no room for them."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py

from resetsim.whole_file import whole_file


@contextmanager
def whole_hdf5(
    path: Path, head_bytes: int = 0, head_of: Callable[[io.BufferedReader], bytes] | None = None
) -> Iterator[h5py.File]:
    """Give an HDF5 file, which appears under its name when the block ends well.

    Parameters
    ----------
    path
        The file.
    head_bytes, head_of
        Length of what stands before the HDF5 file proper, and what it is, made from a stream of
        the bytes of that; 512 or more if any.

    Yields
    ------
    h5py.File
        Empty.

    Raises
    ------
    OSError
        If there is no room.
    """
    with whole_file(path) as partial:
        with _NeverFull(partial) as stream:
            with h5py.File(stream, "w", userblock_size=head_bytes, libver="v110") as file:
                yield file
            stream.require_written()
        if head_of is not None:
            with partial.open("rb") as whole:
                whole.seek(head_bytes)
                head = head_of(whole)
            with partial.open("r+b") as whole:
                whole.write(head)


class _NeverFull(io.FileIO):
    """A file that never refuses to be written: on a full disk HDF5 ends the process.

    What does not fit stays in memory, so that HDF5 finds it again, and is complained of at the end.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "w+b")
        self._refused: OSError | None = None
        self._beyond: list[tuple[int, bytes]] = []

    def require_written(self) -> None:
        """Raise the error that was kept back."""
        if self._refused is not None:
            raise self._refused

    def write(self, data: object) -> int:
        """Write all of it, or remember it."""
        start, whole = self.tell(), bytes(data)  # type: ignore[call-overload]
        written = 0
        try:
            while written < len(whole) and self._refused is None:
                written += super().write(whole[written:])
        except OSError as error:
            self._refused = error
        if written < len(whole):
            self._beyond.append((start, whole))
            self.seek(start + len(whole))
        return len(whole)

    def truncate(self, size: int | None = None) -> int:
        """Set the length; without room it stays."""
        try:
            return super().truncate(size)
        except OSError as error:
            self._refused = self._refused or error
            return self.tell() if size is None else size

    def readinto(self, buffer: object) -> int:
        """Read, from memory what did not fit."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        start = self.tell()
        found = super().readinto(view)
        for place, data in self._beyond:
            low, high = max(place, start), min(place + len(data), start + len(view))
            if low < high:
                view[low - start : high - start] = data[low - place : high - place]
                found = max(found, high - start)
        self.seek(start + found)
        return found
