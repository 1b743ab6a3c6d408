"""All who could be patients: what each of them is like, drawn from the declared distributions.

Patients are numbered. What one is like depends on the seed and the number alone: neither on the
size of the cohort nor on who else is looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr, ndtri

from resetsim.declare.cohort import Correlation
from resetsim.declare.distributions import (
    Beta,
    Choice,
    Distribution,
    Lognormal,
    Normal,
    Uniform,
)
from resetsim.declare.drawable import DRAWABLE, OF_EACH_FLARE_UP, UNITS, kind_of
from resetsim.declare.quantities import Quantity
from resetsim.errors import InputError
from resetsim.streams import uniforms

Array = NDArray[np.float64]
Drawn = Mapping[str, Array]
"""Of each drawn quantity, by dotted key: what each patient has."""

_MOST_FLARE_UPS = 4000  # of one patient
_ROUNDING = 1e-9  # of an eigenvalue
_FAR = 1000.0  # as a factor from the typical value of a constant of plasticity


@dataclass(frozen=True)
class Population:
    """Patients by number.

    Attributes
    ----------
    seed
        Of the experiment.
    distributions
        What differs between patients, by dotted key.
    correlations
        Between them.
    """

    seed: int
    distributions: Mapping[str, Distribution]
    correlations: tuple[Correlation, ...] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What each patient has one value of, in order."""
        return tuple(key for key in self.distributions if key not in OF_EACH_FLARE_UP)

    def unit(self, key: str) -> str:
        """Return the unit that a quantity is drawn in; empty for bare numbers."""
        if kind_of(key) in DRAWABLE:
            return UNITS.get(kind_of(key), "")
        return f"{self.distributions[key].typical.to_base_units().units:~C}"

    def ends(self, key: str) -> tuple[float, float]:
        """Return the lowest and highest that can be drawn, in the unit of :meth:`unit`."""
        distribution, unit = self.distributions[key], self.unit(key)
        if isinstance(distribution, Choice):  # in any order
            ends = np.array(sorted(_in(value, unit) for value in distribution.values))
        else:
            ends = from_scores(distribution, unit, np.array([-np.inf, np.inf]))
        low, *_, high = self._within(key, ends).tolist()
        return low, high

    def drawn(self, numbers: NDArray[np.int64]) -> dict[str, Array]:
        """Return what some patients are like.

        Parameters
        ----------
        numbers
            Which; shape (P,).

        Returns
        -------
        dict
            By dotted key, in the unit of :meth:`unit`; each of shape (P,).
        """
        if not self.keys:
            return {}
        scores = np.array([self.scores(key, 0, numbers) for key in self.keys])
        together = dict(zip(self.keys, self._mixed @ scores, strict=True))
        return {key: self._values(key, each) for key, each in together.items()}

    def scores(self, name: str, index: int, numbers: NDArray[np.int64]) -> Array:
        """Return independent standard normal numbers of some patients.

        Parameters
        ----------
        name
            What for.
        index
            Which of several.
        numbers
            Of the patients; shape (P,).

        Returns
        -------
        array
            Shape (P,).
        """
        return np.asarray(ndtri(self.uniforms(name, index, numbers)))

    def uniforms(self, name: str, index: int, numbers: NDArray[np.int64]) -> Array:
        """Return independent numbers between 0 and 1 of some patients, as :meth:`scores`."""
        first = int(numbers.min())
        found = uniforms(self.seed, name, index, first, int(numbers.max()) - first + 1)
        return found[numbers - first]

    def multipliers(self, numbers: NDArray[np.int64], count: int, spread: Array) -> Array:
        """Return the input of active units relative to their mean.

        Parameters
        ----------
        numbers
            Of the patients; shape (P,).
        count
            Of units.
        spread
            Standard deviation of the logarithm; shape (P,).

        Returns
        -------
        array
            Shape (P, count); the mean over units is 1.
        """
        scores = np.array([self.scores("units", unit, numbers) for unit in range(count)]).T
        inputs = np.exp(spread[:, None] * scores)
        return np.asarray(inputs / inputs.mean(axis=1, keepdims=True))

    def flare_ups(
        self, numbers: NDArray[np.int64], rate_per_d: Array, start_d: Array | float, end_d: float
    ) -> tuple[Array, Array, Array]:
        """Return when flare-ups begin, and the two scores of each that its size is made from.

        Parameters
        ----------
        numbers
            Of the patients; shape (P,).
        rate_per_d
            How often one begins; shape (P,).
        start_d, end_d
            Between which they are wanted, in days; the start of each patient, or of all.

        Returns
        -------
        tuple of array
            Beginnings, in days, infinite where a patient has had all; scores of duration and of
            added input; each of shape (P, flare-ups of the patient that has most).
        """
        begins: list[Array] = []
        durations: list[Array] = []
        sizes: list[Array] = []
        now = np.full(len(numbers), start_d)
        with np.errstate(divide="ignore"):
            mean_gap = 1 / rate_per_d
        while (now < end_d).any():
            index = len(begins)
            if index == _MOST_FLARE_UPS:
                raise InputError(
                    f"patient.flare_ups.rate: more than {_MOST_FLARE_UPS} flare-ups of one patient"
                )
            now = now - np.log(self.uniforms("flare-up", index, numbers)) * mean_gap
            begins.append(np.where(now < end_d, now, np.inf))
            durations.append(self.scores("flare-up duration", index, numbers))
            sizes.append(self.scores("flare-up size", index, numbers))
        shape = (len(begins), len(numbers))
        made = [np.reshape(each, shape).T for each in (begins, durations, sizes)]
        return made[0], made[1], made[2]

    def of_flare_ups(self, key: str, scores: Array, otherwise: float) -> Array:
        """Return a property of flare-ups from their scores.

        Parameters
        ----------
        key
            One of ``OF_EACH_FLARE_UP``.
        scores
            Any shape.
        otherwise
            Where it is not drawn.

        Returns
        -------
        array
            Of that shape, in the unit of :meth:`unit`.
        """
        if key not in self.distributions:
            return np.full(scores.shape, otherwise)
        return self._values(key, scores)

    def _values(self, key: str, scores: Array) -> Array:
        return self._within(key, from_scores(self.distributions[key], self.unit(key), scores))

    def _within(self, key: str, values: Array) -> Array:
        """Return draws between the ends that are declared, and possible."""
        distribution, unit = self.distributions[key], self.unit(key)
        low, high = self._possible(key)
        if distribution.at_least is not None:
            low = max(low, _in(distribution.at_least, unit))
        if distribution.at_most is not None:
            high = min(high, _in(distribution.at_most, unit))
        return np.asarray(np.clip(values, low, high))

    def _possible(self, key: str) -> tuple[float, float]:
        """Return the ends between which draws are taken as they are."""
        if kind_of(key) in DRAWABLE:
            return DRAWABLE[kind_of(key)]
        typical = _in(self.distributions[key].typical, self.unit(key))
        return typical / _FAR, typical * _FAR

    @cached_property
    def _mixed(self) -> Array:
        """From independent scores to correlated ones: a root of the correlation matrix."""
        matrix = np.eye(len(self.keys))
        if not self.correlations:
            return matrix
        for each in self.correlations:
            i, j = (self.keys.index(key) for key in each.between)
            matrix[i, j] = matrix[j, i] = each.value
        if (lowest := np.linalg.eigvalsh(matrix).min()) < -_ROUNDING:
            raise InputError(
                "cohort.correlation: no patients can have these correlations together (their "
                f"matrix has a negative eigenvalue, {lowest:.3g}); make some smaller"
            )
        # The first of two correlated quantities keeps its scores, and so do all others.
        return np.asarray(np.linalg.cholesky(matrix + 2 * _ROUNDING * np.eye(len(matrix))))


def from_scores(distribution: Distribution, unit: str, scores: Array) -> Array:
    """Return draws from standard normal scores.

    Parameters
    ----------
    distribution
        Of any kind.
    unit
        In which the draws are wanted.
    scores
        Any shape.

    Returns
    -------
    array
        Of that shape, rising with the scores but for a choice among values in another order.
    """
    match distribution:
        case Lognormal():
            return np.asarray(_in(distribution.median, unit) * np.exp(distribution.sigma * scores))
        case Normal():
            return np.asarray(_in(distribution.mean, unit) + _in(distribution.sd, unit) * scores)
        case Uniform():
            low, high = _in(distribution.low, unit), _in(distribution.high, unit)
            return np.asarray(low + (high - low) * ndtr(scores))
        case Beta():
            return np.asarray(betaincinv(distribution.a, distribution.b, ndtr(scores)))
        case Choice():
            values = np.array([_in(value, unit) for value in distribution.values])
            weights = np.array(distribution.weights or [1.0] * len(values))
            reached = np.cumsum(weights / weights.sum())[:-1]
            return np.asarray(values[np.searchsorted(reached, ndtr(scores), side="right")])


def _in(quantity: Quantity, unit: str) -> float:
    return float(quantity.m_as(unit)) if unit else float(quantity.magnitude)
