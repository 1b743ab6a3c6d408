"""Figure: the units of the patients of blockade_duration over time."""

from dataclasses import replace

from figure import write_figure
from matplotlib.figure import Figure

from resetsim.records.result import Result
from resetsim.views.units import draw_units

SHOWN = ("30 min", "100 h", "7 day")


def draw(result: Result) -> Figure | None:
    """Draw three durations at the two inputs that last."""
    arms = [
        arm
        for arm in result.arms
        if arm.settings["treatment.duration"].written in SHOWN
        and arm.settings["patient.injury.residual_rate"].number
    ]
    return draw_units(replace(result, arms=tuple(arms)))


if __name__ == "__main__":
    write_figure("blockade_units", "blockade_duration", draw)
