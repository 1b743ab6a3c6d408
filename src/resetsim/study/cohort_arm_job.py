"""One arm of a cohort as a worker gets it: what is done to whom, and the moments that are read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.drawable import INJURED_AT
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.plan import Plan
from resetsim.declare.units import Units
from resetsim.patients.dosings import dosing_of
from resetsim.patients.many import ManyPatients, many_patients
from resetsim.patients.periphery import days
from resetsim.patients.population import Population
from resetsim.slow.clock import COARSE
from resetsim.slow.system import SlowSystem
from resetsim.study.cohort_memory import CohortMemory

Array = NDArray[np.float64]

BASELINE_D = 7
DAILY_D = 30  # after treatment
_LATER_D = 3.5  # between readings after that
_DURING = 14  # readings of a treatment, at most
_SOON_D = (1 / 24, 0.25, 0.5)  # after it: what comes back does so within hours


@dataclass(frozen=True, eq=False)
class CohortArmJob:
    """What a worker needs to follow patients of one arm.

    Attributes
    ----------
    name
        Of the arm.
    plan
        What is done, to the typical patient.
    population
        All who could be patients.
    units
        Of the typical patient.
    action
        What drugs act on.
    system
        The dorsal horn with its drift.
    half_output_hz
        Output above health that reads as half of the worst pain.
    memories
        What patients learn, session by session; none without a memory, and where nobody is treated
        yet.
    tolerance
        Of each step of the slow clock.
    """

    name: str
    plan: Plan
    population: Population
    units: Units
    action: DrugAction
    system: SlowSystem
    half_output_hz: float
    memories: tuple[CohortMemory, ...] = ()
    tolerance: float = COARSE

    @property
    def treated_d(self) -> tuple[float, float] | None:
        """Start of the first and end of the last planned treatment, in days."""
        treatments = self.plan.treatments
        if not treatments:
            return None
        starts = [days(each.at) for each in treatments]
        return min(starts), max(days(each.at) + days(each.duration) for each in treatments)

    @property
    def is_given_something(self) -> bool:
        """Whether any planned treatment is more than a placebo."""
        weight = self.plan.patient.weight
        dosings = [dosing_of(each, weight) for each in self.plan.treatments]
        return any(each.rate_mg_per_kg_h != 0 for each in dosings if each)

    @property
    def start_d(self) -> float:
        """Where the timeline begins, in days."""
        injury, treated = self.plan.patient.injury, self.treated_d
        moments: list[float] = [days(injury.at)] if injury else []
        if INJURED_AT in self.population.distributions:
            moments = [self.population.ends(INJURED_AT)[0]]
        return float(min([0.0, *moments, *(treated or ())]))

    @property
    def split_d(self) -> float:
        """Until when nothing depends on the arm."""
        return self.treated_d[0] if self.treated_d else self.start_d

    @property
    def before_d(self) -> Array:
        """Moments until then: the start, and what is read, see :meth:`read_before`."""
        return np.unique(np.concatenate([[self.start_d], self.read_before(BASELINE_D, 1.0)]))

    def read_before(self, for_d: float, every_d: float) -> Array:
        """Return moments before treatment, the last one at its start, in days."""
        moments = self.split_d - np.arange(for_d, -every_d / 2, -every_d)
        return np.unique(np.maximum(moments, self.start_d))

    @property
    def after_d(self) -> Array:
        """Moments that are read from the start of treatment on, in days."""
        end, until = (self.treated_d or (0.0, self.start_d))[1], days(self.plan.follow_up.until)
        daily = end + np.concatenate([_SOON_D, np.arange(DAILY_D + 1)])
        later = np.arange(end + DAILY_D, until, _LATER_D)
        moments = np.concatenate([self._during_d, daily, later, [until]]).round(9)
        return np.unique(moments[moments <= until])

    @property
    def _during_d(self) -> Array:
        """Moments of treatment, and those between the treatments of a crossover."""
        if self.plan.trial is None or self.plan.trial.crossover is None:
            return _evenly(self.split_d, (self.treated_d or (0.0, self.start_d))[1])
        first, second = sorted(self.plan.treatments, key=lambda each: days(each.at))
        end_d, next_d = days(first.at) + days(first.duration), days(second.at)
        # Weeks after either treatment are read alike.
        between = end_d + np.concatenate([_SOON_D, np.arange(next_d - end_d)])
        last_d = next_d + days(second.duration)
        moments = [_evenly(self.split_d, end_d), between, _evenly(next_d, last_d)]
        return np.sort(np.concatenate(moments))

    @property
    def shares_beginning(self) -> tuple[object, ...]:
        """What arms whose beginnings are the same have in common."""
        nothing = {"treatments": (), "clinic": None, "trial": None, "hypothesis": None}
        drawn = {
            key: each
            for key, each in self.population.distributions.items()
            if not key.startswith("trial.")
        }
        rule = (self.system.rule, self.system.heterosynaptic)
        return self.plan.model_copy(update=nothing), drawn, rule, self.split_d

    def patients(self, numbers: NDArray[np.int64]) -> ManyPatients:
        """Return some of the patients."""
        return many_patients(self.plan, self.units, self.population, numbers)


def _evenly(begin: float, stop: float) -> Array:
    """Return moments of a treatment, with both ends."""
    return np.linspace(begin, stop, min(int(stop - begin), _DURING) + 2)
