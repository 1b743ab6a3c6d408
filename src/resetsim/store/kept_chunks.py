"""Chunks of a cohort that are finished, kept in the cache until the result is written."""

import pickle
import shutil
import warnings
from contextlib import suppress
from pathlib import Path

from resetsim.cache import cache_folder
from resetsim.records.cohort import Chunk
from resetsim.spiking.sealed import read_file, sealed, unsealed
from resetsim.spiking.store import DamagedCacheWarning
from resetsim.whole_file import whole_file


class KeptChunks:
    """Chunks of one run, by place.

    Parameters
    ----------
    key
        Hash of all that they depend on.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._folder = cache_folder("cohorts") / key

    def get(self, first: int) -> Chunk | None:
        """Return a chunk, None where it is not there; a damaged one, with a warning, is not.

        Parameters
        ----------
        first
            Number of its first patient.
        """
        file = self._path(first)
        try:
            found: Chunk = pickle.loads(unsealed(self._name(first), read_file(file)))
        except FileNotFoundError:
            return None
        except Exception as error:
            warnings.warn(
                f"{file} is damaged ({error}); its patients are followed again",
                DamagedCacheWarning,
                stacklevel=2,
            )
            return None
        return found

    def put(self, chunk: Chunk) -> None:
        """Keep a chunk; where that fails nothing is said: it would be computed again."""
        first = int(chunk.number[0])
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)  # another run of the same may have cleared it
            with whole_file(self._path(first)) as partial:
                partial.write_bytes(sealed(self._name(first), pickle.dumps(chunk, protocol=5)))

    def clear(self) -> None:
        """Remove all of them: the result is written."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _name(self, first: int) -> str:
        return f"{self._key} {first}"

    def _path(self, first: int) -> Path:
        return self._folder / f"{first}.chunk"
