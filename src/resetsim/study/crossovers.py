"""Arms of a cohort as the sequences of crossover trials."""

from collections.abc import Iterator, Sequence

from resetsim.declare.cohort import Crossover
from resetsim.declare.plan import Plan
from resetsim.declare.quantities import written
from resetsim.errors import nearest
from resetsim.patients.periphery import days
from resetsim.records.cohort import Sequences
from resetsim.study.arm import PreparedArm


def sequences_of(prepared: Sequence[PreparedArm]) -> tuple[Sequences, ...]:
    """Return the pairs of arms that are the sequences of crossover trials.

    Parameters
    ----------
    prepared
        Arms of an experiment that :func:`crossover_problem` finds nothing in.

    Returns
    -------
    tuple of Sequences
        In the order of the file; one for each combination of what else varies.
    """
    crossover = _crossover(prepared)
    if crossover is None:
        return ()
    return tuple(_sequences(crossover, *pair) for pair in _pairs(crossover, prepared))


def crossover_problem(prepared: Sequence[PreparedArm]) -> str | None:
    """Return what is wrong with the crossover that an experiment asks for.

    Parameters
    ----------
    prepared
        Its arms.

    Returns
    -------
    str or None
        The key, what was found and what is allowed.
    """
    crossover = _crossover(prepared)
    if crossover is None:
        return None
    names = [each.arm.name for each in prepared]
    for name in crossover.sequences:
        if not any(_parts(name) <= _parts(each) for each in names):
            return f"trial.crossover.sequences: no arm is named '{name}'; {nearest(name, names)}"
    pairs = list(_pairs(crossover, prepared))
    if not pairs:
        return "trial.crossover.sequences: no two arms differ in nothing but these two settings"
    found = (_timing_problem(crossover, *(each.plan for each in pair[:2])) for pair in pairs)
    return next(filter(None, found), None)


def _crossover(prepared: Sequence[PreparedArm]) -> Crossover | None:
    trial = prepared[0].plan.trial
    return trial.crossover if trial else None


def _parts(name: str) -> set[str]:
    return set(name.split(", "))


def _pairs(
    crossover: Crossover, prepared: Sequence[PreparedArm]
) -> Iterator[tuple[PreparedArm, PreparedArm, str]]:
    """Yield arms that are the two sequences and the same in all else, and what that is."""
    first, second = map(_parts, crossover.sequences)
    for arm in prepared:
        others = _parts(arm.arm.name) - first
        if not first <= _parts(arm.arm.name) or first == second:
            continue
        for partner in prepared:
            if _parts(partner.arm.name) == second | others:
                in_order = [part for part in arm.arm.name.split(", ") if part in others]
                yield arm, partner, ", ".join(in_order)


def _timing_problem(crossover: Crossover, first: Plan, second: Plan) -> str | None:
    key = "trial.crossover"
    if first.clinic is not None:
        return f"{key}: not possible with a [clinic], which gives each patient what they need"
    both = [
        [(days(each.at), days(each.at) + days(each.duration)) for each in plan.treatments]
        for plan in (first, second)
    ]
    if [len(each) for each in both] != [2, 2]:
        found = " and ".join(str(len(each)) for each in both)
        return f"{key}: found {found} treatments in its arms; each sequence needs two of one dose"
    if both[0] != both[1]:
        return f"{key}: the treatments of its two arms are at different times; they must not be"
    (_, end), (start, last) = sorted(both[0])
    read_d, left_d = days(crossover.read), days(first.follow_up.until) - last
    for words, there_d in (("between the treatments", start - end), ("after the second", left_d)):
        if read_d > there_d:
            asked = written(crossover.read)
            return f"{key}.read: found '{asked}', but {words} there are {there_d:g} days"
    return None


def _sequences(
    crossover: Crossover, first: PreparedArm, second: PreparedArm, settings: str
) -> Sequences:
    ends = sorted(days(each.at) + days(each.duration) for each in first.plan.treatments)
    return Sequences(
        first.arm.name, second.arm.name, settings, ends[0] - ends[1], days(crossover.read)
    )
