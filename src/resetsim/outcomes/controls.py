"""Which arm each arm of a cohort is compared with."""

from collections.abc import Sequence

from resetsim.records.cohort import CohortArm


def controls_of(arms: Sequence[CohortArm], control: str | None) -> dict[str, str | None]:
    """Return the names of control arms: where nothing is given in it, one of the same duration.

    Weeks count from the end of treatment: only then are they the same days.

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
    timing = {key for key in arm.settings if key.endswith((".duration", ".at"))}
    if all(each.number != 0 for key, each in control.settings.items() if key not in timing):
        return control.name
    wanted = {**control.settings, **{key: arm.settings[key] for key in timing}}
    return next((each.name for each in arms if dict(each.settings) == wanted), control.name)
