"""What a cohort says to a published observation, and what trials of the published size would."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resetsim.evidence.observation import Observation
from resetsim.evidence.targets import Target
from resetsim.outcomes.diary import mean_of_present
from resetsim.outcomes.outcome import SOME_PAIN
from resetsim.records.cohort import Array, CohortArm
from resetsim.streams import generator_for, seed_for

TRIALS = 400
"""Drawn from the cohort for each interval, which 95 % of them lie in."""


class Groups(NamedTuple):
    """The patients of a trial, with control and with treatment."""

    control: CohortArm
    treated: CohortArm


@dataclass(frozen=True)
class CohortObservable:
    """What a target is compared with on a cohort.

    Attributes
    ----------
    patients
        In each group of the published study.
    read
        From both groups to a value.
    """

    patients: int
    read: Callable[[Groups], Observation]

    def __call__(self, target: Target, arms: Sequence[CohortArm]) -> Observation:
        """Return what the whole cohort says, with the interval of trials drawn from it.

        Parameters
        ----------
        target
            Whom it is for.
        arms
            Control, then treatment.
        """
        groups = Groups(*arms)
        value, said, *_ = self.read(groups)
        itself = self.read(as_felt(groups)).value
        # Larger trials would hide that another cohort of this size had given another mean.
        size = min(self.patients, len(groups.control.reported))
        found = self._of_trials(target.id, groups, size)
        inside = float(np.mean([each is not None and target.agrees(each) for each in found]))
        values = [each for each in found if each is not None]
        low = high = None
        if len(values) > len(found) / 2:
            low, high = (float(each) for each in np.percentile(values, [2.5, 97.5]))
        spread = "" if low is None else f"{low + 0.0:.2f} to {high:.2f}, "
        text = (
            f"{said}; without expectation and noise "
            f"{'none' if itself is None else f'{itself + 0.0:.2f}'}; "
            f"trials of {size} a group: {spread}{inside:.0%} inside"
        )
        return Observation(value, text, low, high, by_expectation(target, value, itself))

    def _of_trials(self, name: str, groups: Groups, size: int) -> list[float | None]:
        """Return what trials find: groups of different patients, drawn with replacement."""
        draws = generator_for(seed_for("trials", name), "")
        places = draws.integers(0, len(groups.control.reported), (TRIALS, 2, size))
        return [self.read(drawn_from(groups, each)).value for each in places]


def by_expectation(target: Target, value: float | None, itself: float | None) -> bool:
    """Say whether agreement comes of what patients expect, not of the treatment.

    Parameters
    ----------
    target
        Whom it is for.
    value, itself
        What a cohort reports, and what it feels: without expectation and noise.
    """
    agrees, of_treatment = (each is not None and target.agrees(each) for each in (value, itself))
    return agrees and not of_treatment


def as_felt(groups: Groups) -> Groups:
    """Return the patients of a trial with what they feel in place of what they report."""
    return Groups(*(replace(arm, reported=arm.pain) for arm in groups))


def drawn_from(groups: Groups, places: NDArray[np.int64]) -> Groups:
    """Return a trial with some of the patients; shape (2, N): others with each treatment."""
    return Groups(
        *(
            replace(arm, pain=arm.pain[each], reported=arm.reported[each])
            for arm, each in zip(groups, places, strict=True)
        )
    )


def reported(arm: CohortArm, day: float, within_d: float = 1.0) -> Array:
    """Return the mean of what each patient reports around a day; shape (P,).

    Parameters
    ----------
    arm
        Of a cohort.
    day
        From the end of treatment.
    within_d
        How far from it.
    """
    return mean_of_present(arm.reported[:, np.abs(arm.day - day) <= within_d + 1e-6])


def felt(arm: CohortArm, day: float, within_d: float = 1.0) -> Array:
    """Return the mean of what each patient feels around a day, as :func:`reported`."""
    return mean_of_present(arm.pain[:, np.abs(arm.day - day) <= within_d + 1e-6])


def before(arm: CohortArm) -> Array:
    """Return the mean of what each patient reports before treatment; shape (P,)."""
    return mean_of_present(arm.reported[:, arm.day <= arm.start_day + 1e-6])


def felt_before(arm: CohortArm) -> Array:
    """Return the mean of what each patient feels before treatment; shape (P,)."""
    return mean_of_present(arm.pain[:, arm.day <= arm.start_day + 1e-6])


def mean(values: Array) -> float:
    """Return the mean over patients who have not left."""
    return float(mean_of_present(values[None])[0])


def difference(control: CohortArm, treated: CohortArm, day: float, within_d: float = 1.0) -> float:
    """Return how much more the treated report than the others around a day."""
    return mean(reported(treated, day, within_d)) - mean(reported(control, day, within_d))


def responders(arm: CohortArm, day: float, within_d: float, percent: float) -> float:
    """Return the share of patients with so much less pain around a day than before.

    Parameters
    ----------
    arm
        Of a cohort.
    day, within_d
        As :func:`reported` takes them.
    percent
        How much less; who has left does not respond, and who had no pain is not counted.
    """
    baseline = before(arm)
    counted = baseline >= SOME_PAIN
    if not counted.any():
        return np.nan
    less = reported(arm, day, within_d) <= (1 - percent / 100) * baseline
    return float(less[counted].mean())
