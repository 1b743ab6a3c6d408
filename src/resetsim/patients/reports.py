"""What patients report: the pain they have, with expectation, natural course and noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.cohort import Trial
from resetsim.patients.population import Drawn, Population

Array = NDArray[np.float64]

_PER_DAY = 8  # reports at most
_FIRST_DAY = 40_000  # before day 0 of any timeline
_MONTH_D = 30.0
WORST = 10.0


@dataclass(frozen=True, eq=False)
class Reports:
    """How some patients report.

    Attributes
    ----------
    trial
        What lies between.
    population, numbers
        Who reports; shape (P,).
    drawn
        What they are like.
    start_d
        Start of the trial, on the timeline.
    expects
        Whether they expect anything of what they are given.
    """

    trial: Trial
    population: Population
    numbers: NDArray[np.int64]
    drawn: Drawn
    start_d: float
    expects: bool

    def of(self, pain: Array, time_d: Array) -> Array:
        """Return what is reported of pain, on 0-10; not a number after a patient has left.

        Parameters
        ----------
        pain
            On 0-10; shape (P, T).
        time_d
            On the timeline; shape (T,).

        Returns
        -------
        array
            Shape (P, T). Noise depends on patient and moment alone, so that arms are paired.
        """
        since = np.maximum(time_d - self.start_d, 0.0)
        less = self._each("natural_course")[:, None] * since / _MONTH_D
        if self.expects or self.trial.blinded:
            less = less + self._each("expectation")[:, None] * self._expected(since)
        noise = np.zeros(pain.shape)
        if self.trial.diary_noise:
            scores = (self.population.scores("diary", _index(at), self.numbers) for at in time_d)
            noise = self.trial.diary_noise * np.stack(list(scores), axis=1)
        reported = np.clip(pain - less + noise, 0.0, WORST)
        return np.where(time_d < self.leaves_d[:, None], reported, np.nan)

    def _expected(self, since_d: Array) -> Array:
        """Return the share of expectation that is left; shape (T,)."""
        fades_with = self.trial.expectation_fades_with
        left = np.exp(-since_d / float(fades_with.m_as("day"))) if fades_with else 1.0
        return np.asarray(left * (since_d > 0))

    @property
    def leaves_d(self) -> Array:
        """When they leave, on the timeline; infinity for never; shape (P,)."""
        never = np.full(len(self.numbers), np.inf)
        if self.trial.drop_out is None or not self.trial.drop_out.magnitude:
            return never
        stays_d = -np.log(self.population.uniforms("drop-out", 0, self.numbers))
        return np.asarray(self.start_d + stays_d / float(self.trial.drop_out.m_as("1/day")))

    def _each(self, name: str) -> Array:
        typical = np.full(len(self.numbers), float(getattr(self.trial, name)))
        return self.drawn.get(f"trial.{name}", typical)


def _index(time_d: float) -> int:
    return round(_PER_DAY * (time_d + _FIRST_DAY))
