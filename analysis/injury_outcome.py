"""Figure: pain at the end over strength and duration of the injury."""

from figure import write_figure

from resetsim.views.outcome_map import draw_outcome_map

if __name__ == "__main__":
    write_figure("injury_outcome", "injury_heals", draw_outcome_map)
