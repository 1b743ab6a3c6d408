"""Figures: outcome of every arm of dose_duration, and pain a day, a week and a month after."""

from figure import write_figure

from resetsim.views.graded import draw_graded
from resetsim.views.outcome_map import draw_outcome_map

if __name__ == "__main__":
    write_figure("dose_duration", "dose_duration", draw_outcome_map)
    write_figure("dose_duration_graded", "dose_duration", draw_graded)
