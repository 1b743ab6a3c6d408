"""Random streams: each purpose has its own, named after it, so that arms are paired."""

from hashlib import sha256

import numpy as np

_MOST = 2**31 - 1  # Brian2's integers have 32 bits


def seed_for(*names: str | int | float) -> int:
    """Return the seed of one purpose.

    Parameters
    ----------
    names
        What the random numbers are for; the same names give the same seed.

    Returns
    -------
    int
        From 1 to 2**31 - 1, derived by :class:`numpy.random.SeedSequence`.
    """
    words = np.frombuffer(sha256(repr(names).encode()).digest(), dtype=np.uint32)
    return int(np.random.SeedSequence(words.tolist()).generate_state(1)[0]) % _MOST + 1
