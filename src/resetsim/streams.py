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


def generator_for(seed: int, name: str) -> np.random.Generator:
    """Return the generator of what is drawn here rather than in a network.

    Parameters
    ----------
    seed
        Of the model or the run.
    name
        What is drawn: another name gives numbers of its own.
    """
    return np.random.default_rng([seed, *name.encode()])
