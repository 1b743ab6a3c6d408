"""Which assays of an arm stand for before, after and long after its treatment."""

from collections.abc import Sequence

import numpy as np

from resetsim.records.result import ArmResult, AssayResult


def chosen_moments(arms: Sequence[ArmResult], arm: ArmResult, name: str) -> dict[str, AssayResult]:
    """Return at most three assays of one kind.

    Parameters
    ----------
    arms
        All arms: one without treatment is seen at the moments at which others are treated.
    arm
        The arm in question.
    name
        Of the assay.

    Returns
    -------
    dict
        The last before treatment, the first after its end and the last of all, by a label that
        says which; where there is none before, the last during treatment; the first and the last
        where no arm is treated.
    """
    assays = [assay for assay in arm.assays if assay.name == name]
    starts_d = np.concatenate([each.dosing_d[:, 0] for each in arms])
    if not len(starts_d):
        return {f"day {assay.day:g}": assay for assay in (*assays[:1], *assays[-1:])}
    start_d = starts_d.min()
    ends_d = arm.dosing_d[:, 1] if len(arm.dosing_d) else [start_d]
    end_d = max(ends_d)
    before = [assay for assay in assays if assay.day <= start_d]
    after = [assay for assay in assays if assay.day >= end_d]
    during = [assay for assay in assays if start_d < assay.day < end_d]
    chosen = {"before treatment": before[-1]} if before else {}
    if during and not before:
        chosen["during treatment"] = during[-1]
    if after:
        chosen["after treatment"] = after[0]
    if len(after) > 1:
        chosen["end of follow-up"] = after[-1]
    return chosen
