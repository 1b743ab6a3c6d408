"""Which assays of an arm stand for before, after and long after its treatment."""

from collections.abc import Sequence

from resetsim.results.result import ArmResult, AssayResult


def chosen_moments(arm: ArmResult, assays: Sequence[AssayResult]) -> dict[str, AssayResult]:
    """Return at most three assays of one kind.

    Parameters
    ----------
    arm
        The arm.
    assays
        Its assays of one kind, by time.

    Returns
    -------
    dict
        The last before treatment, the first after its end and the last of all, by a label that
        says which; in an arm without treatment the first and the last.
    """
    if not len(arm.dosing_d):
        return {f"day {assay.day:g}": assay for assay in (*assays[:1], *assays[-1:])}
    start_d, end_d = arm.dosing_d[:, 0].min(), arm.dosing_d[:, 1].max()
    before = [assay for assay in assays if assay.day <= start_d]
    after = [assay for assay in assays if assay.day >= end_d]
    chosen = {}
    if before:
        chosen["before treatment"] = before[-1]
    if after:
        chosen["after treatment"] = after[0]
    if len(after) > 1:
        chosen["end of follow-up"] = after[-1]
    return chosen
