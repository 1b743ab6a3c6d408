"""Figure: drift of the late phase at several inputs, with its fixed points."""

from figure import write_figure

from resetsim.views.drift_curves import draw_drift_curves

if __name__ == "__main__":
    write_figure("drift_curves", "blockade_duration", draw_drift_curves)
