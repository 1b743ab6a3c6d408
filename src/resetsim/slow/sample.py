"""One sample of drift: what a run at frozen weights says about induction and output."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Drift(NamedTuple):
    """What is measured there.

    Attributes
    ----------
    potentiating, depressing
        Shares of time that calcium in the spines spends above the potentiation threshold, and
        between the thresholds.
    output_hz
        Mean firing of the projection neurons, in Hz.
    inducing
        Share of time that calcium in the neurons suffices for heterosynaptic potentiation.
    """

    potentiating: float
    depressing: float
    output_hz: float
    inducing: float


@dataclass(frozen=True, eq=False)
class Node:
    """Drift at one point, for every sampled efficacy.

    Attributes
    ----------
    value, standard_error
        By quantity of :class:`Drift`: arrays over the sampled efficacies.
    samples
        How many independent runs were averaged.
    """

    value: dict[str, NDArray[np.float64]]
    standard_error: dict[str, NDArray[np.float64]]
    samples: int


Sample = dict[str, NDArray[np.float64]]
"""By quantity of :class:`Drift`: one run's values over the sampled efficacies."""


def average(samples: Sequence[Sample]) -> Node:
    """Return mean and standard error of independent samples.

    Parameters
    ----------
    samples
        At least two.

    Returns
    -------
    Node
        Their mean.
    """
    stacked = {name: np.array([sample[name] for sample in samples]) for name in Drift._fields}
    count = len(samples)
    return Node(
        {name: values.mean(axis=0) for name, values in stacked.items()},
        {name: values.std(axis=0, ddof=1) / np.sqrt(count) for name, values in stacked.items()},
        count,
    )
