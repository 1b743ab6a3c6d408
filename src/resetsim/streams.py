"""Random streams: each purpose has its own, named after it, so that arms are paired."""

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

_MOST = 2**31 - 1  # Brian2's integers have 32 bits
_WORDS = 4  # that Philox makes of one state of its counter


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


def uniforms(seed: int, name: str, index: int, first: int, count: int) -> NDArray[np.float64]:
    """Return random numbers of numbered things, such as the patients of a cohort.

    What a thing gets depends on its number alone, not on which others are asked for: the numbers
    are words of a counter-based generator, Salmon 2011 (Proc. SC11), the counter is the thing.

    Parameters
    ----------
    seed
        Of the run.
    name
        What is drawn.
    index
        Which of several draws of that name.
    first, count
        Number of the first thing, and how many.

    Returns
    -------
    array
        Above 0 and below 1; shape (count,).
    """
    key = np.frombuffer(sha256(repr((seed, name, index)).encode()).digest()[:16], dtype=np.uint64)
    blocks, before = divmod(first, _WORDS)
    words = np.random.Philox(key=key).advance(blocks).random_raw(before + count)[before:]
    return np.asarray(((words >> np.uint64(11)) + 0.5) * 2.0**-53)
