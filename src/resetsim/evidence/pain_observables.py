"""What targets on pain, wind-up and plasma are compared with."""

import numpy as np

from resetsim.evidence.observation import Observation
from resetsim.evidence.reading import (
    Arms,
    arms_with,
    end_d,
    evoked_at,
    groups_of,
    growth_at,
    mean_pain,
    moments_of,
    one_of_each,
    pain_at,
    silence_d,
    start_d,
    values_of,
    windup_at,
)
from resetsim.records.result import ArmResult

HARDLY_ANY = 0.5  # NRS: relief below it cannot be told from none

# Standard deviation of pain between the patients of Pickering 2020 (P017: AUC 185 +- 100 and
# 187 +- 90 over 35 days), in NRS.
_PICKERING_SD = 95 / 35


def v01(arms: Arms) -> Observation:
    """Plasma concentration at the end of a long infusion (uM)."""
    (arm,) = arms
    plasma = float(np.interp(end_d(arm), arm.pain_system.time_d, arm.pain.plasma_um))
    return Observation(plasma, f"plasma settles at {plasma:.1f} uM")


def v06(arms: Arms) -> Observation:
    """Standardised difference of mean pain over days 1 to 35 after one dose."""
    placebo, treated = one_of_each(arms, "duration")
    span = end_d(treated) + 1, end_d(treated) + 35
    if pain_at(placebo, end_d(treated)) < HARDLY_ANY:
        return Observation(None, "no pain without treatment")
    difference = mean_pain(treated, *span) - mean_pain(placebo, *span)
    size = difference / _PICKERING_SD
    return Observation(size, f"mean pain {difference:+.2f} NRS against placebo")


def v07(arms: Arms) -> Observation:
    """Share of the lowering of heat pain that is left three hours after short infusions."""
    controls, treated = groups_of(arms, "duration")
    end = end_d(treated[0])

    def lowered(day: float) -> float:
        without, under = (
            np.mean([evoked_at(arm, day) for arm in group]) for group in (controls, treated)
        )
        return float(1 - under / without)

    at_end, later = lowered(end), lowered(end + 3 / 24)
    text = f"evoked response lowered by {at_end:.1%} at the end, by {later:.1%} after 3 h"
    return Observation(later / at_end if at_end > 0.02 else None, text)


def v07b(arms: Arms) -> Observation:
    """Share of the relief of ongoing pain that is left five hours after short infusions began."""
    arm = groups_of(arms, "duration")[-1][0]
    before, at_end = pain_at(arm, start_d(arm)), pain_at(arm, end_d(arm))
    later = pain_at(arm, start_d(arm) + 5 / 24)
    text = f"pain {before:.1f} before, {at_end:.1f} at the end, {later:.1f} 5 h after the start"
    if before - at_end < HARDLY_ANY:
        return Observation(None, text)
    return Observation((before - later) / (before - at_end), text)


def v12(arms: Arms) -> Observation:
    """Relief 24 to 72 h after a dose, as a share of that in its first 3 h."""
    control, treated = one_of_each(arms, "duration")
    start = start_d(treated)

    def relief(first: float, last: float) -> float:
        span = start + first, start + last
        return mean_pain(control, *span) - mean_pain(treated, *span)

    soon, later = relief(0.02, 3 / 24), relief(1, 3)
    if soon < HARDLY_ANY:
        return Observation(None, f"no relief in the first 3 h ({soon:.2f} NRS)")
    return Observation(later / soon, f"relief {soon:.1f} within 3 h, {later:.2f} at 24 to 72 h")


def v14(arms: Arms) -> Observation:
    """Wind-up a week after pump removal, relative to animals without a pump."""
    control, pump = one_of_each(arms, "duration")
    _, in_it, after_it = moments_of(pump, "windup")
    during, after = (growth_at(pump, day) / growth_at(control, day) for day in (in_it, after_it))
    first = windup_at(pump, in_it)[0] / windup_at(control, in_it)[0]
    text = f"wind-up {during:.0%} of control during, first response {first:.0%}; after {after:.0%}"
    return Observation(after if during < 0.9 else None, text)


def v16(arms: Arms) -> Observation:
    """How many of three signs are right: reversed late, not early, not while input goes on."""
    health, after_soon, after_late = moments_of(arms[0], "evoked_pain")
    (healing, lasting), (soon, late) = values_of(arms, "residual_rate"), values_of(arms, "at")

    def reverses(residual: object, given: object, day: float) -> tuple[bool, str]:
        alike = arms_with(arms, residual_rate=residual, at=given)
        control, zip_ = one_of_each(alike, "kinase_block")
        healthy = evoked_at(control, health)
        without, with_ = evoked_at(control, day) - healthy, evoked_at(zip_, day) - healthy
        if without < 0.1 * healthy:
            return False, "no hyperalgesia to reverse"
        return with_ < without / 2, f"evoked excess {without:.1f} Hz, with ZIP {with_:.1f} Hz"

    old, old_text = reverses(healing, late, after_late)
    young, young_text = reverses(healing, soon, after_soon)
    constriction, constriction_text = reverses(lasting, late, after_late)
    right = old + (not young) + (not constriction)
    text = f"CPIP at 3 weeks: {old_text}; early: {young_text}; CCI: {constriction_text}"
    return Observation(float(right), text)


def v17(arms: Arms) -> Observation:
    """How many of four signs are right, of input removed for good or for hours, late or early."""
    health, *before_cuffs, after_short, after_long, before_joint, after_joint = moments_of(
        arms[0], "evoked_pain"
    )
    passing, lasting = groups_of(arms, "duration")
    cuff_short, cuff_long, joint = one_of_each(lasting, "at")
    short = _excess_left(cuff_short, health, before_cuffs[0], after_short)
    long = _excess_left(cuff_long, health, before_cuffs[1], after_long)
    knee = _excess_left(joint, health, before_joint, after_joint)
    lidocaine = one_of_each(passing, "at")[-1]
    before = pain_at(lidocaine, before_joint)
    said, reversible = "no pain for lidocaine to block", False
    if before > HARDLY_ANY and (block := silence_d(lidocaine)):
        blocked, back = (pain_at(lidocaine, day) / before for day in (sum(block) / 2, block[1] + 1))
        said = f"pain under lidocaine {blocked:.0%}, a day later {back:.0%}"
        reversible = blocked < 0.5 and back > 0.9
    signs = (knee < 0.2, reversible, short < 0.2, long > short + 0.1)
    text = (
        f"excess left after joint replacement {knee:.0%}; {said}; "
        f"excess 18 d after a cuff of 1 d {short:.0%}, of 4 d {long:.0%}"
    )
    return Observation(float(sum(signs)), text)


def _excess_left(arm: ArmResult, health_d: float, before_d: float, after_d: float) -> float:
    """Return the share of hyperalgesia that is left; nan where there was none."""
    healthy = evoked_at(arm, health_d)
    excess = evoked_at(arm, before_d) - healthy
    return (evoked_at(arm, after_d) - healthy) / excess if excess > 0.1 * healthy else np.nan


def v18(arms: Arms) -> Observation:
    """Last over first response under AP5; the control must wind up, the first response stay."""
    (day,) = moments_of(arms[0], "windup")
    control, blocked = (
        np.mean([windup_at(arm, day) for arm in group], axis=0)
        for group in groups_of(arms, "blockade")
    )
    ratio, under_ap5 = float(control[-1] / control[0]), float(blocked[-1] / blocked[0])
    first = float(blocked[0] / control[0])
    text = f"last/first {ratio:.1f}, under AP5 {under_ap5:.1f}; first response {first:.0%}"
    return Observation(under_ap5 if ratio >= 2 and abs(first - 1) <= 0.2 else None, text)


def v19(arms: Arms) -> Observation:
    """Wind-up after a small dose of ketamine, relative to none; the first response must stay."""
    (day,) = moments_of(arms[0], "windup")
    ratios, firsts = [], []
    for pair in groups_of(arms, "seed"):
        plain, given = one_of_each(pair, "duration")
        ratios.append(growth_at(given, day) / growth_at(plain, day))
        firsts.append(windup_at(given, day)[0] / windup_at(plain, day)[0])
    ratio, first = float(np.mean(ratios)), float(np.mean(firsts))
    error = float(np.std(ratios, ddof=1) / np.sqrt(len(ratios)))
    text = f"wind-up {ratio:.0%} +- {error:.0%} (s.e.), first response {first:.0%}"
    lowered = ratio + 2 * error < 1
    return Observation(ratio if lowered and abs(first - 1) <= 0.2 else None, text)


def v21(arms: Arms) -> Observation:
    """Evoked response under NMDA blockade after conditioning, relative to before it."""
    without, under = groups_of(arms, "blockade")
    blockade_alone, baseline, _, after = moments_of(arms[0], "evoked_pain")

    def relative(members: Arms, day: float) -> float:
        return float(np.mean([evoked_at(arm, day) / evoked_at(arm, baseline) for arm in members]))

    facilitated, blocked = relative(without, after), relative(under, after)
    alone = relative(without, blockade_alone)
    text = (
        f"conditioning: {facilitated:.0%} of baseline; with NMDA blockade {blocked:.0%}, but "
        f"blockade alone lowers it to {alone:.0%}, beside which {blocked / alone:.0%} remain"
    )
    return Observation(blocked if facilitated > 1.1 else None, text)


def v29(arms: Arms) -> Observation:
    """Excess of evoked pain at 12 weeks, relative to that at 2 weeks."""
    (arm,) = arms
    health, two_weeks, twelve_weeks = moments_of(arm, "evoked_pain")
    healthy = evoked_at(arm, health)
    early, late = (evoked_at(arm, day) - healthy for day in (two_weeks, twelve_weeks))
    text = f"evoked response {healthy:.1f} Hz in health, {early:+.1f} at 2 weeks, {late:+.1f} at 12"
    return Observation(late / early if early > 0.1 * healthy else None, text)
