"""Figure: LTP at C-fibre synapses after high- and low-frequency stimulation."""

from figure import write_figure

from resetsim.views.ltp import draw_ltp

if __name__ == "__main__":
    write_figure("ltp", "ltp_induction", draw_ltp)
