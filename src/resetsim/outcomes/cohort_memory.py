"""What became of the memories of an arm's patients."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from resetsim.outcomes.estimate import Estimate, mean_of, share_of
from resetsim.outcomes.forgetting import KEPT, LEARNED
from resetsim.records.cohort import Array, CohortArm, by_session


@dataclass(frozen=True, eq=False)
class ArmMemory:
    """What patients of one arm learned in a session, without those whose course failed.

    Attributes
    ----------
    efficacy, recall
        By moment, see ``MEMORY_MOMENTS``.
    learned
        Share of patients who recalled anything before treatment, or a day after learning for who
        learned later.
    kept
        Share of these whose recall at the end is at least nine tenths of what it was then; None
        where there are none.
    """

    efficacy: Mapping[str, Estimate]
    recall: Mapping[str, Estimate]
    learned: Estimate | None
    kept: Estimate | None


def arm_memories(arm: CohortArm) -> tuple[ArmMemory, ...]:
    """Return what became of the memories of an arm's patients.

    Parameters
    ----------
    arm
        Of a cohort.

    Returns
    -------
    tuple of ArmMemory
        One for each session; none for patients without a memory, and where all courses failed.
    """
    followed = ~arm.failed
    if not arm.recall.size or not followed.any():
        return ()
    efficacy, recall = (each[followed].astype(float) for each in (arm.memory_efficacy, arm.recall))
    return tuple(map(_memory, by_session(efficacy), by_session(recall)))


def _memory(efficacy: Mapping[str, Array], recall: Mapping[str, Array]) -> ArmMemory:
    before = recall["before"]
    first = np.where(np.isnan(before), recall.get("day_after_learning", before), before)
    learned = first >= LEARNED
    kept = learned & (recall["after"] >= KEPT * first)
    return ArmMemory(
        _means(efficacy),
        _means(recall),
        share_of(int(learned.sum()), len(first)),
        share_of(int(kept.sum()), int(learned.sum())),
    )


def _means(by_moment: Mapping[str, Array]) -> dict[str, Estimate]:
    found = {moment: mean_of(each) for moment, each in by_moment.items()}
    return {moment: estimate for moment, estimate in found.items() if estimate}
