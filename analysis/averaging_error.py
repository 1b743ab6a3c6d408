"""Figure: error of the averaged engine against direct simulation over epsilon."""

from figure import write_figure

from resetsim.views.averaging import draw_averaging

if __name__ == "__main__":
    write_figure("averaging_error", "averaging_check", draw_averaging)
