"""Figure: outcome of every arm of blockade_duration, duration × residual input."""

from figure import write_figure

from resetsim.views.outcome_map import draw_outcome_map

if __name__ == "__main__":
    write_figure("blockade_outcome", "blockade_duration", draw_outcome_map)
