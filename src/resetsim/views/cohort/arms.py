"""How the arms of a cohort are named, coloured and chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from resetsim.outcomes.cohort import ArmOutcomes, CohortOutcomes
from resetsim.outcomes.varied import all_described, varied_settings, written
from resetsim.views.style import GREY, OKABE_ITO, categorical, sequential

MOST_ARMS = 12  # with curves of their own: nobody tells more apart


@dataclass(frozen=True, eq=False)
class DrawnArm:
    """An arm with its label and colour."""

    arm: ArmOutcomes
    label: str
    colour: str


def drawn_arms(outcomes: CohortOutcomes) -> list[DrawnArm]:
    """Return the treated arms that curves are drawn of: of many the first twelve.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    list of DrawnArm
        Control arms in grey; beyond six the others from dark to light.
    """
    labels = arm_labels(outcomes.arms)
    shown = [each for each in zip(outcomes.arms, labels, strict=True) if each[0].treated]
    shown = shown[:MOST_ARMS]
    others = [arm for arm, _ in shown if not arm.is_control]
    few = len(others) <= len(OKABE_ITO)
    palette = iter(categorical(len(others)) if few else sequential(len(others)))
    return [DrawnArm(arm, label, GREY if arm.is_control else next(palette)) for arm, label in shown]


def say_left_out(figure: Figure, outcomes: CohortOutcomes) -> None:
    """Say above a figure that not all arms are drawn, where they are not.

    Parameters
    ----------
    figure
        Of a cohort.
    outcomes
        Of the cohort.
    """
    treated = sum(arm.treated for arm in outcomes.arms)
    if treated > MOST_ARMS:
        figure.suptitle(f"the first {MOST_ARMS} of {treated} treated arms", fontsize=9)


def arm_labels(arms: Sequence[ArmOutcomes]) -> list[str]:
    """Return what each arm is called.

    Parameters
    ----------
    arms
        Of one cohort.

    Returns
    -------
    list of str
        What varies, in words; the name where nothing does, or where that does not tell them apart.
    """
    varied = varied_settings(arm.settings for arm in arms)
    own = [{key: arm.settings[key] for key in varied} for arm in arms]
    if len(varied) == 1:
        labels = [written(value) for each in own for value in each.values()]
    else:
        labels = [all_described(each) for each in own]
    return labels if len(set(labels)) == len(arms) else [arm.name for arm in arms]


def main_arm(outcomes: CohortOutcomes) -> DrawnArm | None:
    """Return the arm that figures of single patients show: that with least pain.

    Parameters
    ----------
    outcomes
        Of a cohort.
    """
    best = outcomes.best
    label = dict(zip(map(id, outcomes.arms), arm_labels(outcomes.arms), strict=True))
    return DrawnArm(best, label[id(best)], OKABE_ITO[0]) if best else None
