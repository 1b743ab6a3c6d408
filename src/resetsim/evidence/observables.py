"""What each target is compared with: one function for each, from the arms to a value.

To add a target: a row in ``experiments/evidence/targets.csv``, an experiment, and a function here.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from resetsim.evidence.reading import (
    Arms,
    arm_with,
    arms_with,
    efficacy_at,
    evoked_at,
    growth_at,
    mean_pain,
    pain_at,
    recall_at,
    windup_at,
)
from resetsim.results.result import ArmResult

HARDLY_ANY = 0.5  # NRS: relief below it cannot be told from none

# Standard deviation of pain between the patients of Pickering 2020 (P017: AUC 185 +- 100 and
# 187 +- 90 over 35 days), in NRS.
_PICKERING_SD = 95 / 35


class Observation(NamedTuple):
    """What the model did.

    Attributes
    ----------
    value
        Of the target's quantity; None where what was observed does not happen at all.
    reason
        In words, with the numbers behind it.
    """

    value: float | None
    reason: str


def _start(arm: ArmResult) -> float:
    return float(arm.dosing_d[0, 0])


def _end(arm: ArmResult) -> float:
    return float(arm.dosing_d[-1, 1])


def v01(arms: Arms) -> Observation:
    """Plasma concentration at the end of a long infusion (uM)."""
    (arm,) = arms
    plasma = float(np.interp(_end(arm), arm.pain_system.time_d, arm.pain.plasma_um))
    return Observation(plasma, f"plasma settles at {plasma:.1f} uM")


def v03(arms: Arms) -> Observation:
    """Difference of pain from placebo at the end of the week that began with the infusion (NRS)."""
    treated, placebo = arm_with(arms, duration="100 h"), arm_with(arms, duration="0 h")
    day = _start(treated) + 7
    difference = pain_at(treated, day) - pain_at(placebo, day)
    return Observation(difference, f"one patient: pain {difference:+.1f} against placebo")


def v04(arms: Arms) -> Observation:
    """Relief left 12 weeks after the end (NRS); more than 1.5 must be left at week 7."""
    treated, placebo = arm_with(arms, duration="100 h"), arm_with(arms, duration="0 h")

    def relief(week: float) -> float:
        day = _end(treated) + 7 * week
        return pain_at(placebo, day) - pain_at(treated, day)

    text = f"one patient: relief {relief(7):.1f} at week 7, {relief(12):.1f} at week 12"
    return Observation(relief(12) if relief(7) > 1.5 else None, text)


def v05(arms: Arms) -> Observation:
    """Time from the end of the infusion until half of the relief is gone (d)."""
    treated, placebo = arm_with(arms, duration="100 h"), arm_with(arms, duration="0 h")
    days = np.linspace(0, 170, 3401)
    relief = np.array(
        [
            pain_at(placebo, _end(treated) + day) - pain_at(treated, _end(treated) + day)
            for day in days
        ]
    )
    if relief[0] < HARDLY_ANY:
        return Observation(None, "one patient: no relief to wear off")
    gone = np.flatnonzero(relief < relief[0] / 2)
    if not gone.size:
        return Observation(None, "one patient: relief does not wear off")
    return Observation(float(days[gone[0]]), f"one patient: half gone after {days[gone[0]]:.1f} d")


def v06(arms: Arms) -> Observation:
    """Standardised difference of mean pain over days 1 to 35 after one dose."""
    treated, placebo = arm_with(arms, duration="45 min"), arm_with(arms, duration="0 min")
    span = _end(treated) + 1, _end(treated) + 35
    if pain_at(placebo, _end(treated)) < HARDLY_ANY:
        return Observation(None, "no pain without treatment")
    difference = mean_pain(treated, *span) - mean_pain(placebo, *span)
    size = difference / _PICKERING_SD
    return Observation(size, f"mean pain {difference:+.2f} NRS against placebo")


def v07(arms: Arms) -> Observation:
    """Share of the lowering of heat pain that is left three hours after short infusions."""
    end = _end(arm_with(arms, duration="125 min", seed=1))

    def lowered(day: float) -> float:
        treated, control = (
            np.mean([evoked_at(arm, day) for arm in arms_with(arms, duration=duration)])
            for duration in ("125 min", "0 min")
        )
        return float(1 - treated / control)

    at_end, later = lowered(end), lowered(end + 3 / 24)
    text = f"evoked response lowered by {at_end:.1%} at the end, by {later:.1%} after 3 h"
    return Observation(later / at_end if at_end > 0.02 else None, text)


def v07b(arms: Arms) -> Observation:
    """Share of the relief of ongoing pain that is left five hours after short infusions."""
    arm = arm_with(arms, duration="125 min", seed=1)
    before, at_end = pain_at(arm, _start(arm)), pain_at(arm, _end(arm))
    later = pain_at(arm, _end(arm) + 5 / 24)
    text = f"pain {before:.1f} before, {at_end:.1f} at the end, {later:.1f} after 5 h"
    if before - at_end < HARDLY_ANY:
        return Observation(None, text)
    return Observation((before - later) / (before - at_end), text)


def v08(arms: Arms) -> Observation:
    """Largest difference from placebo from 48 h to 2 weeks after the end (NRS)."""
    treated, placebo = arm_with(arms, duration="100 h"), arm_with(arms, duration="0 h")
    days = _end(treated) + np.linspace(2, 14, 100)
    difference = min(pain_at(treated, day) - pain_at(placebo, day) for day in days)
    return Observation(difference, f"one patient: pain {difference:+.1f} against placebo")


def v10(arms: Arms) -> Observation:
    """Day of the infusion on which relief first exceeds 30 % of the pain before."""
    treated, placebo = arm_with(arms, duration="5 day"), arm_with(arms, duration="0 day")
    days = np.linspace(0.05, 5, 100)
    start = _start(treated)
    pain = np.array([pain_at(treated, start + day) for day in days])
    relieved = np.flatnonzero(pain < 0.7 * pain_at(placebo, start))
    if not relieved.size:
        return Observation(None, "one patient: no relief within five days")
    onset = float(np.ceil(days[relieved[0]]))
    return Observation(onset, f"one patient: relieved on day {onset:.0f}")


def v11(arms: Arms) -> Observation:
    """Share of patients without pain six months after a coma."""
    arm = arm_with(arms, duration="5 day", residual_rate="1.4 Hz")
    before, after = pain_at(arm, _start(arm)), pain_at(arm, _end(arm) + 180)
    share = 1.0 if after < 0.1 * before else 0.0
    return Observation(share, f"one patient: pain {before:.1f} before, {after:.1f} after 180 d")


def v12(arms: Arms) -> Observation:
    """Relief 24 to 72 h after a dose, as a share of that in its first 3 h."""
    treated, control = arm_with(arms, duration="30 min"), arm_with(arms, duration="0 min")
    start = _start(treated)

    def relief(first: float, last: float) -> float:
        span = start + first, start + last
        return mean_pain(control, *span) - mean_pain(treated, *span)

    soon, later = relief(0.02, 3 / 24), relief(1, 3)
    if soon < HARDLY_ANY:
        return Observation(None, f"no relief in the first 3 h ({soon:.2f} NRS)")
    return Observation(later / soon, f"relief {soon:.1f} within 3 h, {later:.2f} at 24 to 72 h")


def v14(arms: Arms) -> Observation:
    """Wind-up a week after pump removal, relative to animals without a pump."""
    pump, control = arm_with(arms, duration="14 day"), arm_with(arms, duration="0 day")
    during, after = (growth_at(pump, day) / growth_at(control, day) for day in (73, 81))
    first = windup_at(pump, 73)[0] / windup_at(control, 73)[0]
    text = f"wind-up {during:.0%} of control during, first response {first:.0%}; after {after:.0%}"
    return Observation(after if during < 0.9 else None, text)


def v16(arms: Arms) -> Observation:
    """How many of three signs are right: reversed late, not early, not while input goes on."""

    def reverses(residual: str, given: str, day: float) -> tuple[bool, str]:
        zip_, control = (
            arm_with(arms, residual_rate=residual, at=given, kinase_block=block)
            for block in (0.95, 0.0)
        )
        healthy = evoked_at(control, -1)
        without, with_ = evoked_at(control, day) - healthy, evoked_at(zip_, day) - healthy
        if without < 0.1 * healthy:
            return False, "no hyperalgesia to reverse"
        return with_ < without / 2, f"evoked excess {without:.1f} Hz, with ZIP {with_:.1f} Hz"

    late, late_text = reverses("0 Hz", "21 day", 22.25)
    early, early_text = reverses("0 Hz", "2 day", 3.25)
    constriction, constriction_text = reverses("2 Hz", "21 day", 22.25)
    right = late + (not early) + (not constriction)
    text = f"CPIP at 3 weeks: {late_text}; early: {early_text}; CCI: {constriction_text}"
    return Observation(float(right), text)


def v17(arms: Arms) -> Observation:
    """How many of four signs are right, of input removed for good or for hours, late or early."""

    def left(arm: ArmResult, before: float, after: float) -> float:
        healthy = evoked_at(arm, -1)
        excess = evoked_at(arm, before) - healthy
        return (evoked_at(arm, after) - healthy) / excess if excess > 0.1 * healthy else np.nan

    knee = left(arm_with(arms, at="60 day", duration="100 day"), 59, 150)
    lidocaine = arm_with(arms, at="60 day", duration="6 h")
    before = pain_at(lidocaine, 59)
    blocked, back = (
        pain_at(lidocaine, day) / before if before > HARDLY_ANY else np.nan for day in (60.2, 61.25)
    )
    short = left(arm_with(arms, at="1 day", duration="100 day"), 0.9, 19)
    long = left(arm_with(arms, at="4 day", duration="100 day"), 3.9, 22)
    signs = (knee < 0.2, blocked < 0.5 and back > 0.9, short < 0.2, long > short + 0.1)
    lidocaine_text = f"pain under lidocaine {blocked:.0%}, a day later {back:.0%}"
    text = (
        f"excess left after joint replacement {knee:.0%}; "
        f"{lidocaine_text if before > HARDLY_ANY else 'no pain for lidocaine to block'}; "
        f"excess 18 d after a cuff of 1 d {short:.0%}, of 4 d {long:.0%}"
    )
    return Observation(float(sum(signs)), text)


def v18(arms: Arms) -> Observation:
    """Last over first response under AP5; the control must wind up, the first response stay."""
    control, blocked = (
        np.mean([windup_at(arm, 1.5) for arm in arms_with(arms, blockade=level)], axis=0)
        for level in (0.0, 0.95)
    )
    ratio, under_ap5 = float(control[-1] / control[0]), float(blocked[-1] / blocked[0])
    first = float(blocked[0] / control[0])
    text = f"last/first {ratio:.1f}, under AP5 {under_ap5:.1f}; first response {first:.0%}"
    return Observation(under_ap5 if ratio >= 2 and abs(first - 1) <= 0.2 else None, text)


def v19(arms: Arms) -> Observation:
    """Wind-up after a small dose of ketamine, relative to none; the first response must stay."""
    ratios, firsts = [], []
    for arm in arms_with(arms, duration="5 min"):
        plain = arm_with(arms, duration="0 min", seed=arm.settings["seed"])
        ratios.append(growth_at(arm, 1.007) / growth_at(plain, 1.007))
        firsts.append(windup_at(arm, 1.007)[0] / windup_at(plain, 1.007)[0])
    ratio, first = float(np.mean(ratios)), float(np.mean(firsts))
    error = float(np.std(ratios, ddof=1) / np.sqrt(len(ratios)))
    text = f"wind-up {ratio:.0%} +- {error:.0%} (s.e.), first response {first:.0%}"
    lowered = ratio + 2 * error < 1
    return Observation(ratio if lowered and abs(first - 1) <= 0.2 else None, text)


def v21(arms: Arms) -> Observation:
    """Evoked response under NMDA blockade after conditioning, relative to before it."""

    def relative(level: float, day: float) -> float:
        members = arms_with(arms, blockade=level)
        return float(np.mean([evoked_at(arm, day) / evoked_at(arm, -1 / 24) for arm in members]))

    after = 40 / 24 / 60
    facilitated, blocked, alone = (
        relative(0.0, after),
        relative(0.95, after),
        relative(0.0, -3.5 / 24),
    )
    text = (
        f"conditioning: {facilitated:.0%} of baseline; with NMDA blockade {blocked:.0%}, but "
        f"blockade alone lowers it to {alone:.0%}, beside which {blocked / alone:.0%} remain"
    )
    return Observation(blocked if facilitated > 1.1 else None, text)


def v22(arms: Arms) -> Observation:
    """Recall of what is known under blockade, relative to before; nothing new may be learned."""
    (arm,) = arms
    known, fresh = slice(0, 2), slice(2, 4)
    before, during = recall_at(arm, 0.5, known), recall_at(arm, 1.3, known)
    new = recall_at(arm, 4, fresh)
    text = (
        f"recall {before:.2f} before, {during:.2f} under blockade; of what is taught then {new:.2f}"
    )
    return Observation(during / before if new < 0.3 < before else None, text)


def v23(arms: Arms) -> Observation:
    """Potentiation left after a week of blockade, relative to no blockade, to the second digit."""
    treated, control = arm_with(arms, blockade=0.95), arm_with(arms, blockade=0.0)
    with_, without = (efficacy_at(arm, 8) - 1 for arm in (treated, control))
    start = efficacy_at(control, 1) - 1
    if start < 0.05:
        return Observation(None, "nothing is potentiated a day after learning")
    left, untreated = with_ / start, without / start
    text = f"of potentiation at day 1, {left:.0%} left with blockade, {untreated:.0%} without"
    if without > 0.95 * start:
        text += "; there is no decay that the blockade could prevent"
    return Observation(round(with_ / without, 2), text)


def v24(arms: Arms) -> Observation:
    """Change of recall at one month by loss of NMDA receptors in the weeks after learning."""
    without_nmda, control = arm_with(arms, blockade=0.95), arm_with(arms, blockade=0.0)
    lost, kept = (recall_at(arm, 30, slice(0, 3)) for arm in (without_nmda, control))
    return Observation(lost - kept, f"recall {lost:.2f} against {kept:.2f} at one month")


def v25(arms: Arms) -> Observation:
    """Recall six weeks after a coma relative to before, of everything learned before it."""
    arm = arm_with(arms, duration="5 day", residual_rate="1.4 Hz")
    known = slice(0, 4)
    before, after = recall_at(arm, 59, known), recall_at(arm, 107, known)
    text = f"recall {before:.2f} before, {after:.2f} six weeks after"
    return Observation(after / before if before > 0.3 else None, text)


def v26(arms: Arms) -> Observation:
    """Recall of what is learned at 100 ng/ml, relative to none; 50 ng/ml must lie between."""
    none, low, high = (
        recall_at(arm_with(arms, dose=dose), 3, slice(0, 3))
        for dose in ("0 mg/kg/h", "0.0573 mg/kg/h", "0.115 mg/kg/h")
    )
    text = f"recall {none:.2f} without, {low:.2f} at 50 ng/ml, {high:.2f} at 100 ng/ml"
    return Observation(high / none if none > 0.3 and high <= low <= none else None, text)


def v27(arms: Arms) -> Observation:
    """Recall after ketamine 45 min after learning, relative to none."""
    given, none = (
        recall_at(arm_with(arms, dose=dose), 1, slice(0, 3))
        for dose in ("3.6 mg/kg/h", "0 mg/kg/h")
    )
    text = f"recall {given:.2f} with ketamine after learning, {none:.2f} without"
    return Observation(given / none if none > 0.3 else None, text)


def v28(arms: Arms) -> Observation:
    """How many of two signs are right: APV soon after learning costs the memory, later does not."""
    soon, late, none = (
        recall_at(arm_with(arms, at=at, blockade=blockade), 2, slice(0, 3))
        for at, blockade in (("5 min", 0.95), ("2 h", 0.95), ("2 h", 0.0))
    )
    text = f"recall {none:.2f} without, {soon:.2f} if blocked from 5 min on, {late:.2f} from 2 h on"
    if none < 0.3:
        return Observation(None, text)
    return Observation(float((soon < 0.7 * none) + (late > 0.9 * none)), text)


def v29(arms: Arms) -> Observation:
    """Excess of evoked pain at 12 weeks, relative to that at 2 weeks."""
    (arm,) = arms
    healthy = evoked_at(arm, -1)
    early, late = (evoked_at(arm, day) - healthy for day in (14, 84))
    text = f"evoked response {healthy:.1f} Hz in health, {early:+.1f} at 2 weeks, {late:+.1f} at 12"
    return Observation(late / early if early > 0.1 * healthy else None, text)


OBSERVABLES: Mapping[str, Callable[[Arms], Observation]] = {
    "V01": v01,
    "V03": v03,
    "V04": v04,
    "V05": v05,
    "V06": v06,
    "V07": v07,
    "V07b": v07b,
    "V08": v08,
    "V10": v10,
    "V11": v11,
    "V12": v12,
    "V14": v14,
    "V16": v16,
    "V17": v17,
    "V18": v18,
    "V19": v19,
    "V21": v21,
    "V22": v22,
    "V23": v23,
    "V24": v24,
    "V25": v25,
    "V26": v26,
    "V27": v27,
    "V28": v28,
    "V29": v29,
}
