"""Figure: outcome of every arm of dose_duration, dose × duration."""

from figure import write_figure

from resetsim.views.outcome_map import draw_outcome_map

if __name__ == "__main__":
    write_figure("dose_duration", "dose_duration", draw_outcome_map)
