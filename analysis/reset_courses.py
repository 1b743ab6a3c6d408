"""Figure: input kept or removed × blockade or none, over time."""

from figure import write_figure

from resetsim.views.courses import draw_courses

if __name__ == "__main__":
    write_figure("reset_courses", "reset_2x2", draw_courses)
