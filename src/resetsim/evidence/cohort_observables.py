"""What targets on groups of patients are compared with: one function for each.

Days count from the end of treatment.
"""

from collections.abc import Mapping

import numpy as np

from resetsim.evidence.observation import Observation
from resetsim.evidence.pain_observables import HARDLY_ANY
from resetsim.evidence.trials import (
    CohortObservable,
    Groups,
    before,
    difference,
    felt,
    felt_before,
    mean,
    reported,
    responders,
)
from resetsim.outcomes.in_pain import later_pain, relative_risk, share_in_pain
from resetsim.outcomes.outcome import SOME_PAIN
from resetsim.records.cohort import CohortArm

_HALF_YEAR_D = 180 - 5.0  # with a half width of 5


def v03(groups: Groups) -> Observation:
    """Difference of pain from placebo at the end of the week that began with the infusion (NRS)."""
    control, treated = groups
    day = treated.start_day + 7
    text = f"pain {mean(reported(treated, day)):.1f} against {mean(reported(control, day)):.1f}"
    return Observation(difference(control, treated, day), text)


def v04(groups: Groups) -> Observation:
    """Relief left 12 weeks after the end (NRS); more than 1.5 must be left at week 7."""
    control, treated = groups
    seven, eleven, twelve = (
        -difference(control, treated, 7 * week - 3.5, 3.5) for week in (7, 11, 12)
    )
    text = (
        f"relief {seven + 0.0:.2f} in week 7, {eleven + 0.0:.2f} in week 11, "
        f"{twelve + 0.0:.2f} in week 12"
    )
    return Observation(twelve if seven > 1.5 else None, text)


def v05(groups: Groups) -> Observation:
    """Time from the end of the infusion until half of the relief is gone (d)."""
    control, treated = groups
    from_end = control.day >= -1e-6
    day = control.day[from_end]
    relief = np.array(
        [mean(control.reported[:, at]) - mean(treated.reported[:, at]) for at in _places(from_end)]
    )
    if relief[0] < HARDLY_ANY:
        return Observation(None, f"relief {relief[0] + 0.0:.1f} at the end: none to wear off")
    gone = np.flatnonzero(relief < relief[0] / 2)
    if not gone.size:
        return Observation(None, f"relief {relief[0]:.1f} at the end does not wear off")
    last = int(gone[0])
    half = relief[0] / 2
    share = (relief[last - 1] - half) / (relief[last - 1] - relief[last])
    moment = day[last - 1] + share * (day[last] - day[last - 1])
    return Observation(float(moment), f"relief {relief[0]:.1f} at the end")


def _places(chosen: np.ndarray) -> list[int]:
    return [int(place) for place in np.flatnonzero(chosen)]


def v08(groups: Groups) -> Observation:
    """Difference from placebo from 48 h to 2 weeks after the end (NRS)."""
    control, treated = groups
    return Observation(difference(control, treated, 8, 6), "days 2 to 14")


def v10(groups: Groups) -> Observation:
    """Day of the infusion on which mean relief first exceeds 30 %, without what was expected."""
    start = groups.treated.start_day
    pain_before = mean(felt_before(groups.treated))
    during = (groups.treated.day > start) & (groups.treated.day <= 1e-6)
    relief = {
        groups.treated.day[place] - start: 1 - mean(groups.treated.pain[:, place]) / pain_before
        for place in _places(during)
        if pain_before >= SOME_PAIN
    }
    onset = next((day for day, share in relief.items() if share > 0.3), None)
    shown = ", ".join(f"{share:.0%} on day {np.ceil(day):.0f}" for day, share in relief.items())
    text = f"relief {shown}" if shown else "no pain before"
    return Observation(None if onset is None else float(np.ceil(onset - 1e-6)), text)


def v10b(groups: Groups) -> Observation:
    """Share of patients without 30 % relief on the last day of the infusion."""
    control, treated = groups
    without = 1 - responders(treated, -0.5, 0.5, 30)
    expecting = 1 - responders(control, -0.5, 0.5, 30)
    return Observation(without, f"untreated {expecting:.2f}")


def v11(groups: Groups) -> Observation:
    """Share of patients without pain six months after a coma."""
    pain_before = felt_before(groups.treated)
    hurt = pain_before >= SOME_PAIN

    def free(day: float) -> float:
        return float((felt(groups.treated, day, 5) < 0.1 * pain_before)[hurt].mean())

    if not hurt.any():
        return Observation(None, "no pain before")
    text = f"free of pain {free(5):.0%} after a week, {free(30):.0%} after a month"
    return Observation(free(_HALF_YEAR_D), text)


def n01(groups: Groups) -> Observation:
    """Responders (50 %) more than with the control at week 1."""
    (at_end, at_end_treated), (control, treated) = (
        [responders(arm, day, within_d, 50) for arm in groups]
        for day, within_d in ((0, 0.01), (7, 1))
    )
    text = (
        f"{treated:.2f} against {control:.2f}; at the end {at_end_treated:.2f} against {at_end:.2f}"
    )
    return Observation(treated - control, text)


def n02(groups: Groups) -> Observation:
    """Difference from placebo at day 21, relative to day 7, where there must be some."""
    control, treated = groups
    seven, later = (-difference(control, treated, day, 3) for day in (7, 21))
    text = f"relief {seven + 0.0:.2f} around day 7, {later + 0.0:.2f} around day 21"
    return Observation(later / seven if seven >= HARDLY_ANY else None, text)


def n03(groups: Groups) -> Observation:
    """Share of the relief at one week that is left at two months."""
    return _left(groups.treated, (7, 3), (56, 5))


def n06(groups: Groups) -> Observation:
    """Share of patients with relief (30 %) for more than three weeks."""
    control, treated = groups
    return Observation(
        responders(treated, 21, 3, 30), f"untreated {responders(control, 21, 3, 30):.2f}"
    )


def n11(groups: Groups) -> Observation:
    """Share of the relief by a block of the input that is left 45 days later."""
    return _left(groups.treated, (0, 0.01), (45, 10))


def _left(arm: CohortArm, first: tuple[float, float], then: tuple[float, float]) -> Observation:
    """Return the share of relief, from before treatment, that is left; day and half width."""
    levels = [mean(before(arm)), *(mean(reported(arm, *when)) for when in (first, then))]
    text = "pain " + ", ".join(f"{level:.1f}" for level in levels)
    relief = levels[0] - levels[1]
    return Observation((levels[0] - levels[2]) / relief if relief >= HARDLY_ANY else None, text)


def n12(groups: Groups) -> Observation:
    """Responders (30 %) at 6 months, relative to the end, where they must be 0.2 to 0.5."""
    at_end, later = (
        responders(groups.treated, day, within_d, 30)
        for day, within_d in ((4, 3), (_HALF_YEAR_D, 5))
    )
    text = f"{at_end:.2f} at the end, {later:.2f} after six months"
    return Observation(later / at_end if 0.2 <= at_end <= 0.5 else None, text)


def n14(groups: Groups) -> Observation:
    """Risk of pain (1 or more, mean over months 3 to 6) relative to placebo."""
    control, treated = map(later_pain, groups)
    without, with_ = map(share_in_pain, (control, treated))
    if without is None or with_ is None:
        return Observation(None, "nobody was followed for six months")
    risk = relative_risk(treated, control)
    text = f"{with_.value:.2f} against {without.value:.2f}"
    return Observation(risk.value if risk else None, text)


def n20(groups: Groups) -> Observation:
    """Change of pain with placebo, four weeks later (NRS)."""
    change = mean(reported(groups.control, 25, 3)) - mean(before(groups.control))
    text = ", ".join(
        f"{responders(groups.control, 25, 3, percent):.0%} with {percent} % less"
        for percent in (30, 50)
    )
    return Observation(change, text)


COHORT_OBSERVABLES: Mapping[str, CohortObservable] = {
    "V03": CohortObservable(30, v03),
    "V04": CohortObservable(30, v04),
    "V05": CohortObservable(30, v05),
    "V08": CohortObservable(100, v08),
    "V10": CohortObservable(16, v10),
    "V10b": CohortObservable(16, v10b),
    "V11": CohortObservable(20, v11),
    "N01": CohortObservable(12, n01),
    "N02": CohortObservable(20, n02),
    "N03": CohortObservable(35, n03),
    "N06": CohortObservable(29, n06),
    "N11": CohortObservable(261, n11),
    "N12": CohortObservable(1034, n12),
    "N14": CohortObservable(780, n14),
    "N20": CohortObservable(100, n20),
}
"""Sizes of groups are those of the studies; V08 and N20 pool many, of which 100 are a guess."""
