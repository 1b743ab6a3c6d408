"""A scratch file for what a run has finished: it leaves memory, and is read as it is needed."""

import errno
import os
import pickle
import tempfile
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

_AT_HAND = 64  # parts that were read last


class Place(NamedTuple):
    """Where a part lies in a spool, in bytes."""

    start: int
    length: int


class Spool:
    """A file without a name, which is gone with the process; equal parts are in it once.

    Parameters
    ----------
    folder
        On the disk that has room for the result.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._known: dict[bytes, Place] = {}
        self._end = 0
        self.get = lru_cache(_AT_HAND)(self._read)

    def put(self, part: object) -> Place:
        """Write a part.

        Parameters
        ----------
        part
            Anything that can be pickled.

        Returns
        -------
        Place
            To be given to ``get``.

        Raises
        ------
        OSError
            If there is no room.
        """
        data = pickle.dumps(part, protocol=5)
        digest = sha256(data).digest()
        if digest not in self._known:
            self._write(data)
            self._known[digest] = Place(self._end, len(data))
            self._end += len(data)
        return self._known[digest]

    def close(self) -> None:
        """Give the room back."""
        self._file.close()

    def _write(self, data: bytes) -> None:
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(self._file.fileno(), data[written:], self._end + written)
        except OSError as error:
            error.filename = str(self._folder)
            raise

    def _read(self, place: Place) -> Any:
        # Processes that draw figures share the file: nobody may move its position.
        data = os.pread(self._file.fileno(), place.length, place.start)
        if len(data) < place.length:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(self._folder))
        return pickle.loads(data)
