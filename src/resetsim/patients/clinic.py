"""A clinic: at each visit a policy decides who is treated again, and with how much."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from runpy import run_path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.cohort import Clinic
from resetsim.errors import InputError
from resetsim.patients.periphery import days

Array = NDArray[np.float64]

RESPONDS = 0.7  # of pain before treatment, or less: 30 % less
RELAPSED = 0.5  # of pain before treatment: above it a patient has relapsed
_FACTORS = (0.01, 100.0)


@dataclass(frozen=True)
class Chart:
    """What a clinic knows of one patient at a visit: what a user's ``decide`` gets.

    Attributes
    ----------
    day
        Of the visit, from the end of the planned treatment.
    pain, pain_before
        Reported now, and before the first treatment, on 0-10.
    treatments, treatment_days
        Given so far.
    failures
        Treatments in a row after which pain was not 30 % lower at the next visit.
    """

    day: float
    pain: float
    pain_before: float
    treatments: int
    treatment_days: float
    failures: int


@dataclass(frozen=True, eq=False)
class Charts:
    """The charts of many patients; see :class:`Chart`.

    Attributes
    ----------
    pain_before
        Shape (P,), as all others.
    treatments, treatment_days, failures
        So far.
    dose, duration
        Of the last treatment, relative to the planned one.
    ends_d
        When it ends, in days on the timeline.
    judged
        Whether a visit has already seen what it did.
    """

    pain_before: Array
    treatments: NDArray[np.int16]
    treatment_days: Array
    failures: NDArray[np.int16]
    dose: Array
    duration: Array
    ends_d: Array
    judged: NDArray[np.bool_]

    def seen(self, pain: Array, day: float) -> "Charts":
        """Return the charts after a look at what the last treatment did."""
        first_look = ~self.judged & (self.ends_d <= day)
        failed = pain > RESPONDS * self.pain_before
        failures = np.where(first_look, np.where(failed, self.failures + 1, 0), self.failures)
        return replace(self, failures=failures.astype(np.int16), judged=self.judged | first_look)


def decided(
    clinic: Clinic, charts: Charts, pain: Array, day: float, end_d: float, planned_d: float
) -> tuple[NDArray[np.bool_], Array, Array]:
    """Return who is treated again, and with how much of the planned treatment.

    Parameters
    ----------
    clinic
        Its policy.
    charts
        As they are at this visit.
    pain
        Reported now, on 0-10, not a number for who has left; shape (P,).
    day
        Of the visit, in days on the timeline.
    end_d
        End of the planned treatment there.
    planned_d
        Duration of the planned treatment, in days.

    Returns
    -------
    tuple of array
        Whether; dose and duration relative to the planned treatment; shape (P,).

    Raises
    ------
    InputError
        If the user's rule fails or answers what is no treatment.
    """
    free = np.isfinite(pain) & (charts.ends_d <= day)
    if clinic.rule is None:
        wanted = np.ones(len(pain), dtype=bool)
        if clinic.treat == "on relapse":
            wanted = pain > RELAPSED * charts.pain_before
        dose, duration = clinic.dose_factor * charts.dose, clinic.duration_factor * charts.duration
    else:
        wanted, dose, duration = _by_rule(clinic.rule, charts, pain, day - end_d, free)
    treated = free & wanted
    if clinic.stop_after is not None:
        treated &= charts.failures < clinic.stop_after
    if clinic.at_most is not None:
        treated &= charts.treatments < clinic.at_most
    if clinic.budget is not None:
        treated &= charts.treatment_days + duration * planned_d <= days(clinic.budget)
    return treated, dose, duration


def _by_rule(
    path: Path, charts: Charts, pain: Array, day: float, free: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], Array, Array]:
    decide = _rule(path, path.stat().st_mtime_ns if path.exists() else 0)
    wanted = np.zeros(len(pain), dtype=bool)
    dose, duration = np.ones(len(pain)), np.ones(len(pain))
    for patient in np.flatnonzero(free):
        chart = Chart(
            float(day),
            float(pain[patient]),
            float(charts.pain_before[patient]),
            int(charts.treatments[patient]),
            float(charts.treatment_days[patient]),
            int(charts.failures[patient]),
        )
        try:
            answer = decide(chart)
        except (Exception, SystemExit) as error:
            raise InputError(
                f"{path}: decide() failed for {chart}: {type(error).__name__}: {error}"
            ) from error
        if answer is None or answer is False:
            continue
        wanted[patient] = True
        dose[patient], duration[patient] = _factors(path, answer)
    return wanted, dose, duration


def _factors(path: Path, answer: object) -> tuple[float, float]:
    given: Mapping[str, Any] = {} if answer is True else answer  # type: ignore[assignment]
    if isinstance(given, Mapping) and set(given) <= {"dose", "duration"}:
        found = [given.get(name, 1.0) for name in ("dose", "duration")]
        low, high = _FACTORS
        numbers = all(type(each) in (int, float) for each in found)
        if numbers and all(low <= each <= high for each in found):
            return float(found[0]), float(found[1])
    raise InputError(
        f"{path}: decide() answered {answer!r}; it must be None, True, or a dict of dose and "
        f"duration relative to the planned treatment, from {_FACTORS[0]} to {_FACTORS[1]}"
    )


@lru_cache
def _rule(path: Path, written_ns: int) -> Callable[[Chart], object]:
    """Return the rule of a file, read again when it has been written again."""
    del written_ns
    try:
        decide = run_path(str(path)).get("decide")
    except (Exception, SystemExit) as error:
        raise InputError(f"{path}: cannot be run: {type(error).__name__}: {error}") from error
    if not callable(decide):
        raise InputError(f"{path}: has no function decide(chart)")
    return decide  # type: ignore[no-any-return]
