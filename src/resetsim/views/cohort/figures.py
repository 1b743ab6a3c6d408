"""All figures of a cohort: which there are, and how to read them."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.views.cohort.assayed import draw_assayed
from resetsim.views.cohort.graded import draw_graded
from resetsim.views.cohort.memory import draw_pain_and_memory
from resetsim.views.cohort.outcome_shares import draw_outcome_shares, draw_responder_map
from resetsim.views.cohort.pain_by_week import draw_pain_by_week
from resetsim.views.cohort.patients import draw_diaries, draw_swimmers
from resetsim.views.cohort.relapse_free import draw_relapse_free
from resetsim.views.cohort.responders import draw_relief, draw_responders
from resetsim.views.cohort.trials import draw_power
from resetsim.views.cohort.who_responds import draw_who_responds


@dataclass(frozen=True)
class CohortView:
    """A kind of figure of a cohort.

    Attributes
    ----------
    name
        Of its files, without the ending.
    title, caption
        What it shows, and how to read it.
    figure
        Gives the figure, or None for a cohort without the data.
    """

    name: str
    title: str
    caption: str
    figure: Callable[[CohortOutcomes], Figure | None]


COHORT_VIEWS = (
    CohortView(
        "pain_by_week",
        "Pain by week",
        "Mean of what patients report over each week, of those who have not left, with bands of "
        "95 % intervals; below, how much more it is than the same patients report in the control "
        "arm.",
        draw_pain_by_week,
    ),
    CohortView(
        "responder_map",
        "Responders by dose and duration",
        "Each cell is an arm: the share of patients with so much less reported pain than before, "
        "with its 95 % interval; who has left counts as a non-responder.",
        draw_responder_map,
    ),
    CohortView(
        "relief_by_dose",
        "Relief by dose and duration",
        "Mean of how much lower felt pain is than that of the same patients in the control arm of "
        "as long a treatment, with bands of 95 % intervals; scales differ. Without a control arm, "
        "how much less they report than before.",
        draw_graded,
    ),
    CohortView(
        "responders",
        "Responders by week",
        "Share of patients with so much less reported pain than before treatment, with bands of "
        "95 % intervals (Wilson); who has left counts as a non-responder.",
        draw_responders,
    ),
    CohortView(
        "relief",
        "How much relief for how many",
        "Share of patients with at least so much less reported pain than before, with bands of "
        "95 % intervals; who has left counts as having none. Dotted: 30 % and 50 %.",
        draw_relief,
    ),
    CohortView(
        "relapse_free",
        "Relapse-free",
        "Kaplan-Meier curves, with bands of 95 % intervals, of those whose pain fell to half or "
        "less of what it was; a relapse is pain above that half for three days. Pain is the "
        "model's, not the diary's. The log-rank test takes arms for separate groups.",
        draw_relapse_free,
    ),
    CohortView(
        "outcome_shares",
        "What became of patients",
        "Share of patients, without those whose course failed, whose pain stayed away to the end "
        "of follow-up, came back, or never fell to half.",
        draw_outcome_shares,
    ),
    CohortView(
        "diaries",
        "Diaries",
        "Thin lines are what single patients report; the thick line is the mean over all, the "
        "band holds the middle half of them; grey is the time of treatment.",
        draw_diaries,
    ),
    CohortView(
        "swimmers",
        "Patient by patient",
        "Each line is a patient, in the same place in each arm; a mark such as 2× is the number of "
        "treatments where there were more than one.",
        draw_swimmers,
    ),
    CohortView(
        "assayed",
        "What stimuli evoke",
        "Spiking simulations of the patients that were assayed (thin lines), and their mean with "
        "its 95 % interval; arms stand a little aside of each other.",
        draw_assayed,
    ),
    CohortView(
        "who_responds",
        "Who responds",
        "A linear model of relief: how much less pain patients feel than the same ones in the "
        "control arm in the same week, so that expectation, natural course and diaries are not in "
        "it; without a control arm, how much less they report than before, which has all these in "
        "it. Left, what one standard deviation more of what was drawn adds to relief, with 95 % "
        "intervals. Right, the model tried on the other half of the patients, in tenths by "
        "predicted relief; on the line it is right.",
        draw_who_responds,
    ),
    CohortView(
        "pain_and_memory",
        "Pain relief against memories kept",
        "Each point is an arm, with 95 % intervals: how much less pain its patients report than "
        "before treatment, and how many still recall at the end what they recalled before it (nine "
        "tenths or more). Arms in which nothing was recalled before treatment are not drawn.",
        draw_pain_and_memory,
    ),
    CohortView(
        "power",
        "How many patients a trial needs",
        "Trials drawn from the cohort, each patient for one arm; drop-outs are missing "
        "from means, and are non-responders. Means are compared by Welch's t test, shares by the "
        "score test, both at 5 %. Bands are what the number of drawn trials leaves open.",
        draw_power,
    ),
)
