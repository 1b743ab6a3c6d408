"""Figure: pain by week of crps_100h_trial, beside what the trial found."""

import matplotlib
from figure import FIGURES, results_folder

import resetsim
from resetsim.views.style import STYLE

NAME = "crps_100h_trial"

if __name__ == "__main__":
    with matplotlib.rc_context(STYLE):
        figure = resetsim.open_result(results_folder() / NAME).figure("pain_by_week")
        figure.savefig(FIGURES / "crps_trial.png", dpi=150)
