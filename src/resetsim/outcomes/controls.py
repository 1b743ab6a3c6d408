"""Which arm each arm of a cohort is compared with."""

from collections.abc import Sequence

from resetsim.records.cohort import CohortArm

_GIVEN = ("treatment", "clinic", "patient.nerve_block")
"""What a trial randomises; all other keys say who the patients are, and under which hypothesis."""


def controls_of(arms: Sequence[CohortArm], control: str | None) -> dict[str, str | None]:
    """Return the names of control arms: of the same patients, under the same hypothesis.

    Where nothing is given in it, it is one of the same duration: weeks count from the end of
    treatment, and only then are they the same days.

    Parameters
    ----------
    arms
        All of a cohort; nothing is read of their patients.
    control
        The arm that the file calls so.

    Returns
    -------
    dict
        By name of the arm; a control arm has itself.
    """
    named = next((each for each in arms if each.name == control), None)
    return {each.name: _control_of(each, named, arms) if named else None for each in arms}


def _control_of(arm: CohortArm, control: CohortArm, arms: Sequence[CohortArm]) -> str:
    given = {key for key in arm.settings if key.startswith(_GIVEN)}
    if not given:
        return control.name
    same = arm.settings.keys() - given
    timing = {key for key in given if key.endswith((".duration", ".at"))}
    if any(control.settings[key].number == 0 for key in given - timing):
        same |= timing
    wanted = {**control.settings, **{key: arm.settings[key] for key in same}}
    return next((each.name for each in arms if dict(each.settings) == wanted), control.name)
