"""Figure: wind-up of WDR neurons at four frequencies and three blockades."""

from figure import write_figure

from resetsim.views.windup import draw_windup

if __name__ == "__main__":
    write_figure("windup", "windup", draw_windup)
