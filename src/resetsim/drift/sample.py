"""One sample of drift: what a run at frozen weights says about induction and output."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

QUANTITIES = ("potentiating", "depressing", "output_hz")


Point = tuple[float, float]
"""Input rate in Hz, and share of the NMDA conductance left."""


@dataclass(frozen=True, eq=False)
class Node:
    """Drift at one input rate and one blockade, for every sampled efficacy.

    Attributes
    ----------
    value, standard_error
        By quantity: ``potentiating`` and ``depressing`` (shares of time), ``output_hz`` (mean
        firing of the projection neurons, in Hz); arrays over the sampled efficacies.
    samples
        How many independent runs were averaged.
    """

    value: dict[str, NDArray[np.float64]]
    standard_error: dict[str, NDArray[np.float64]]
    samples: int


Sample = dict[str, NDArray[np.float64]]
"""By quantity: one run's values over the sampled efficacies."""


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
    stacked = {name: np.array([sample[name] for sample in samples]) for name in QUANTITIES}
    count = len(samples)
    return Node(
        {name: values.mean(axis=0) for name, values in stacked.items()},
        {name: values.std(axis=0, ddof=1) / np.sqrt(count) for name, values in stacked.items()},
        count,
    )
