"""What targets on learning and memory are compared with."""

from resetsim.evidence.observation import Observation
from resetsim.evidence.reading import (
    Arms,
    coma,
    efficacy_at,
    end_d,
    groups_of,
    learned_before,
    moments_of,
    one_of_each,
    recall_at,
    start_d,
    values_of,
)
from resetsim.records.result import ArmResult


def _last_recall(arm: ArmResult) -> float:
    """Return recall of all that was learned, in the last test."""
    day = moments_of(arm, "recall")[-1]
    return recall_at(arm, day, learned_before(arm, day))


def v22(arms: Arms) -> Observation:
    """Recall of what is known under blockade, relative to before; nothing new may be learned."""
    (arm,) = arms
    before_it, in_it, later = moments_of(arm, "recall")
    known = learned_before(arm, before_it)
    fresh = slice(known.stop, learned_before(arm, later).stop)
    before, during = recall_at(arm, before_it, known), recall_at(arm, in_it, known)
    new = recall_at(arm, later, fresh)
    text = (
        f"recall {before:.2f} before, {during:.2f} under blockade; of what is taught then {new:.2f}"
    )
    return Observation(during / before if new < 0.3 < before else None, text)


def v23(arms: Arms) -> Observation:
    """Potentiation left after a week of blockade, relative to no blockade, to the second digit."""
    control, treated = one_of_each(arms, "blockade")
    with_, without = (efficacy_at(arm, end_d(treated)) - 1 for arm in (treated, control))
    start = efficacy_at(control, start_d(treated)) - 1
    if start < 0.05:
        return Observation(None, "nothing is potentiated a day after learning")
    left, untreated = with_ / start, without / start
    text = f"of potentiation at day 1, {left:.0%} left with blockade, {untreated:.0%} without"
    if without > 0.95 * start:
        text += "; there is no decay that the blockade could prevent"
    return Observation(round(with_ / without, 2), text)


def v24(arms: Arms) -> Observation:
    """Change of recall at one month by loss of NMDA receptors in the weeks after learning."""
    kept, lost = (_last_recall(arm) for arm in one_of_each(arms, "blockade"))
    return Observation(lost - kept, f"recall {lost:.2f} against {kept:.2f} at one month")


def v25(arms: Arms) -> Observation:
    """Recall six weeks after a coma relative to before, of everything learned before it."""
    arm = coma(arms)
    before_it = moments_of(arm, "recall")[0]
    known = learned_before(arm, before_it)
    before, after = recall_at(arm, before_it, known), recall_at(arm, end_d(arm) + 42, known)
    text = f"recall {before:.2f} before, {after:.2f} six weeks after"
    return Observation(after / before if before > 0.3 else None, text)


def v26(arms: Arms) -> Observation:
    """Recall of what is learned at 100 ng/ml, relative to none; 50 ng/ml must lie between."""
    none, low, high = (_last_recall(arm) for arm in one_of_each(arms, "dose"))
    text = f"recall {none:.2f} without, {low:.2f} at 50 ng/ml, {high:.2f} at 100 ng/ml"
    return Observation(high / none if none > 0.3 and high <= low <= none else None, text)


def v27(arms: Arms) -> Observation:
    """Recall 45 min after learning and ketamine, relative to none."""
    none, given = (_last_recall(arm) for arm in one_of_each(arms, "dose"))
    text = f"recall {given:.2f} with ketamine after learning, {none:.2f} without"
    return Observation(given / none if none > 0.3 else None, text)


def v28(arms: Arms) -> Observation:
    """How many of two signs are right: APV soon after learning costs the memory, later does not."""
    intact, blocked = groups_of(arms, "blockade")
    soon, late = (_last_recall(arm) for arm in one_of_each(blocked, "at"))
    none = _last_recall(one_of_each(intact, "at")[-1])
    first, second = values_of(arms, "at")
    text = (
        f"recall {none:.2f} without, {soon:.2f} if blocked from {first} on, "
        f"{late:.2f} from {second} on"
    )
    if none < 0.3:
        return Observation(None, text)
    return Observation(float((soon < 0.7 * none) + (late > 0.9 * none)), text)
