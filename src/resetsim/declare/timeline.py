"""Whether the moments of a plan add up: nothing after the end, nothing twice at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from resetsim.declare.quantities import si_magnitude, written

if TYPE_CHECKING:
    from resetsim.declare.patient import NerveBlock
    from resetsim.declare.plan import Plan
    from resetsim.declare.quantities import Quantity
    from resetsim.declare.treatment import Treatment

# In floating point "0.8 day" plus "21.6 h" is a little more than "1.7 day".
_ROUNDING_S = 1e-3
_OF_MEMORY = ("recall", "hard_recall", "capacity")


def timeline_problems(plan: Plan) -> Iterator[str]:
    """Yield what is wrong with a plan as a whole, one line each.

    Parameters
    ----------
    plan
        A plan whose parts are each valid.

    Yields
    ------
    str
        The key, what was found and what is allowed.
    """
    yield from _after_the_end(plan)
    yield from _overlaps("treatment", plan.treatments)
    yield from _overlaps("patient.nerve_block", plan.patient.nerve_blocks)
    yield from _assay_problems(plan)
    yield from _memory_problems(plan)
    yield from _not_rising("patient.learning", [each.at for each in plan.patient.learnings])
    yield from _not_rising("patient.activity", [each.at for each in plan.patient.activities])
    yield from _cohort_problems(plan)
    yield from _history_problems(plan)


def treated_before_injury(plan: Plan) -> str | None:
    """Return in words that all treatment is over before there is anything to treat, if so.

    Parameters
    ----------
    plan
        A plan whose timeline adds up.
    """
    patient = plan.patient
    treatments = [each for each in plan.treatments if each.duration.magnitude > 0]
    others = (patient.flare_ups, patient.conditionings, patient.start.late_phase)
    if not treatments or patient.injury is None or any(others):
        return None
    injured_s = si_magnitude(patient.injury.at)
    if any(_span_s(each)[1] > injured_s for each in treatments):
        return None
    last = max(treatments, key=_span_s)
    return (
        f"treatment is over on '{written(last.at + last.duration)}', before the injury on "
        f"'{written(patient.injury.at)}': there is no pain yet that it could act on"
    )


def _cohort_problems(plan: Plan) -> Iterator[str]:
    """Yield what only patients of a cohort have, where there is none."""
    if plan.cohort is not None:
        return
    found = {
        "patient.flare_ups": plan.patient.flare_process,
        "patient.behaviour": plan.patient.behaviour,
        "trial": plan.trial,
        "clinic": plan.clinic,
    }
    for key, table in found.items():
        if table is not None:
            yield f"{key}: found without a [cohort]; add one with its size"


def _history_problems(plan: Plan) -> Iterator[str]:
    history = plan.patient.history
    if history is None:
        return
    if not plan.treatments:
        yield "patient.history: found without a [[treatment]] that it was before; add one"
    if plan.direct is not None:
        yield "patient.history: not possible with [direct], whose time is shortened"
    if plan.cohort is None and history.share != 1:
        yield f"patient.history.share: found {history.share:g}; one patient has had it or has not"


def _after_the_end(plan: Plan) -> Iterator[str]:
    until = plan.follow_up.until
    until_s, end = si_magnitude(until), f"follow_up.until '{written(until)}'"
    for key, start in _starts(plan):
        if si_magnitude(start) >= until_s:
            yield f"{key}: found '{written(start)}'; it must be before {end}"
    for index, treatment in enumerate(plan.treatments):
        start_s, stop_s = _span_s(treatment)
        if start_s < until_s < stop_s - _ROUNDING_S:
            stop = written(treatment.at + treatment.duration)
            yield (
                f"treatment[{index}].duration: found '{written(treatment.duration)}', so the "
                f"treatment lasts until '{stop}'; it must not go on after {end}"
            )


def _starts(plan: Plan) -> Iterator[tuple[str, Quantity]]:
    patient = plan.patient
    if patient.injury is not None:
        yield "patient.injury.at", patient.injury.at
    if plan.memory is not None:
        for index, learning in enumerate(patient.learnings):
            yield f"patient.learning[{index}].at", learning.at
    for index, flare_up in enumerate(patient.flare_ups):
        yield f"patient.flare_up[{index}].at", flare_up.at
    for index, nerve_block in enumerate(patient.nerve_blocks):
        yield f"patient.nerve_block[{index}].at", nerve_block.at
    for index, activity in enumerate(patient.activities):
        yield f"patient.activity[{index}].at", activity.at
    for index, conditioning in enumerate(patient.conditionings):
        yield f"patient.conditioning[{index}].at", conditioning.at
    for index, treatment in enumerate(plan.treatments):
        yield f"treatment[{index}].at", treatment.at


def _overlaps(key: str, spans: Sequence[Treatment | NerveBlock]) -> Iterator[str]:
    real = [(index, span) for index, span in enumerate(spans) if span.duration.magnitude > 0]
    real.sort(key=lambda numbered: _span_s(numbered[1]))
    for (first, earlier), (second, later) in pairwise(real):
        if _span_s(later)[0] < _span_s(earlier)[1] - _ROUNDING_S:
            yield (
                f"{key}[{second}].at: found '{written(later.at)}', which overlaps {key}[{first}]; "
                f"it must not be before '{written(earlier.at + earlier.duration)}'"
            )


def _span_s(span: Treatment | NerveBlock) -> tuple[float, float]:
    start_s = si_magnitude(span.at)
    return start_s, start_s + si_magnitude(span.duration)


def _assay_problems(plan: Plan) -> Iterator[str]:
    follow_up = plan.follow_up
    for index, (earlier, later) in enumerate(pairwise(follow_up.at), start=1):
        if si_magnitude(later) <= si_magnitude(earlier):
            yield (
                f"follow_up.at[{index}]: found '{written(later)}'; it must be later than "
                f"'{written(earlier)}' before it"
            )
    for index, moment in enumerate(follow_up.at):
        if si_magnitude(moment) > si_magnitude(follow_up.until):
            yield (
                f"follow_up.at[{index}]: found '{written(moment)}'; it must not be after "
                f"follow_up.until '{written(follow_up.until)}'"
            )
    if bool(follow_up.assays) != bool(follow_up.at):
        lacking = "at" if follow_up.assays else "assays"
        yield f"follow_up.{lacking}: empty; assays and moments belong together"
    if len(set(follow_up.assays)) < len(follow_up.assays):
        yield f"follow_up.assays: found {list(follow_up.assays)}; each must be named once"


def _memory_problems(plan: Plan) -> Iterator[str]:
    if plan.memory is not None:
        return
    for name in _OF_MEMORY:
        if name in plan.follow_up.assays:
            needs = 'which needs a memory model: memory = "memory"'
            yield f"follow_up.assays: found '{name}', {needs}"
        if name in plan.assay:
            yield f'assay.{name}: found without a memory model; add memory = "memory"'
    if "learnings" in plan.patient.model_fields_set:
        yield 'patient.learning: found without a memory model; add memory = "memory"'
    if plan.memory_plasticity:
        yield 'memory_plasticity: found without a memory model; add memory = "memory"'


def _not_rising(key: str, moments: Sequence[Quantity]) -> Iterator[str]:
    for index, (earlier, later) in enumerate(pairwise(moments), start=1):
        if si_magnitude(later) <= si_magnitude(earlier):
            yield (
                f"{key}[{index}].at: found '{written(later)}'; it must be later than "
                f"'{written(earlier)}' before it"
            )
