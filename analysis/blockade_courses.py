"""Figure: input, pain, efficacy and memory of every arm of blockade_duration over time."""

from figure import write_figure

from resetsim.views.courses import draw_courses

if __name__ == "__main__":
    write_figure("blockade_courses", "blockade_duration", draw_courses)
