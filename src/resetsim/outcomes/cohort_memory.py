"""What became of the memories of an arm's patients."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from resetsim.outcomes.estimate import Estimate, mean_of, share_of
from resetsim.outcomes.forgetting import KEPT, LEARNED
from resetsim.records.cohort import MEMORY_MOMENTS, Array, CohortArm


@dataclass(frozen=True, eq=False)
class ArmMemory:
    """Memories of the patients of one arm, without those whose course failed.

    Attributes
    ----------
    efficacy, recall
        By moment, see ``MEMORY_MOMENTS``.
    kept
        Share of patients whose recall at the end is at least nine tenths of what it was before
        treatment, or a day after learning for who learned later, among those who recalled anything
        then; None where nobody did.
    """

    efficacy: Mapping[str, Estimate]
    recall: Mapping[str, Estimate]
    kept: Estimate | None


def arm_memory(arm: CohortArm) -> ArmMemory | None:
    """Return what became of the memories of an arm's patients.

    Parameters
    ----------
    arm
        Of a cohort.

    Returns
    -------
    ArmMemory or None
        None for patients without a memory, and where all courses failed.
    """
    followed = ~arm.failed
    if not arm.recall.size or not followed.any():
        return None
    efficacy, recall = (each[followed].astype(float) for each in (arm.memory_efficacy, arm.recall))
    by_moment = _columns(recall)
    before = by_moment["before"]
    first = np.where(np.isnan(before), by_moment.get("day_after_learning", before), before)
    learned = first >= LEARNED
    kept = learned & (by_moment["after"] >= KEPT * first)
    return ArmMemory(
        _by_moment(efficacy), _by_moment(recall), share_of(int(kept.sum()), int(learned.sum()))
    )


def _columns(values: Array) -> dict[str, Array]:
    return dict(zip(MEMORY_MOMENTS, values.T, strict=False))  # files of before have fewer moments


def _by_moment(values: Array) -> dict[str, Estimate]:
    found = {moment: mean_of(each) for moment, each in _columns(values).items()}
    return {moment: estimate for moment, estimate in found.items() if estimate}
