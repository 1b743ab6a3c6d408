"""How far pain is settled, behind its course."""

from matplotlib.axes import Axes

from resetsim.records.result import ArmResult


def draw_band(axes: Axes, arm: ArmResult, colour: str) -> None:
    """Draw the band of an arm's pain, if there is one.

    Parameters
    ----------
    axes
        With time in days, and pain on 0-10.
    arm
        Of a result.
    colour
        Of its course.
    """
    if arm.band is None:
        return
    ends = (arm.band.low, arm.band.high)
    axes.fill_between(arm.pain_system.time_d, *ends, color=colour, alpha=0.25, linewidth=0)
