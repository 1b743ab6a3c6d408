"""What takes long to work out from finished simulations, kept in the cache: bands, figures.

Each answer is a file, named by the hash of everything that determines it, in a folder of its own
for each version of this package's code and of the libraries that compute and draw.
"""

import pickle
import warnings
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import TypeVar

from resetsim.cache import ANSWERS, cache_folder, cache_path
from resetsim.errors import InputError
from resetsim.spiking.sealed import read_file, sealed, unsealed
from resetsim.spiking.store import DamagedCacheWarning
from resetsim.whole_file import whole_file

T = TypeVar("T")


def kept(determined_by: bytes, answer: Callable[[], T]) -> T:
    """Return an answer that was found before, or find it and keep it.

    Parameters
    ----------
    determined_by
        Everything that it depends on besides code, libraries and the kind of answer.
    answer
        Finds it; it can be pickled, and is never None.

    Returns
    -------
    object
        The same to the last bit.
    """
    key = key_of(determined_by)
    found: T | None = load(key)
    if found is None:
        found = answer()
        save(key, found)
    return found


def key_of(determined_by: bytes) -> str:
    """Return the name of an answer.

    Parameters
    ----------
    determined_by
        As :func:`kept` takes it.

    Returns
    -------
    str
        Hexadecimal.
    """
    return sha256(determined_by).hexdigest()[:40]


def load(key: str) -> T | None:
    """Return an answer that is kept, or None; a damaged one, with a warning, is not there.

    Parameters
    ----------
    key
        From :func:`key_of`.

    Returns
    -------
    object
        As it was saved.
    """
    file = cache_path(ANSWERS) / key
    try:
        found: T = pickle.loads(unsealed(key, read_file(file)))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Exception as error:
        warnings.warn(
            f"{file} is damaged ({error}); what it held is worked out again",
            DamagedCacheWarning,
            stacklevel=2,
        )
        return None
    return found


def save(key: str, answer: object) -> None:
    """Keep an answer; where that fails nothing is said: simulations that are not kept say so.

    Parameters
    ----------
    key
        From :func:`key_of`.
    answer
        Anything that can be pickled.
    """
    with suppress(OSError, InputError), whole_file(cache_folder(ANSWERS) / key) as partial:
        partial.write_bytes(sealed(key, pickle.dumps(answer, protocol=5)))
