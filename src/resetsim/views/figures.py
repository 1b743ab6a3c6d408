"""All figures of a result: which there are, and how to read them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from matplotlib.figure import Figure

from resetsim.records.result import ArmResult, Result
from resetsim.views.averaging import draw_averaging
from resetsim.views.courses import draw_courses, draw_treatment
from resetsim.views.dose_response import draw_dose_response
from resetsim.views.drift_curves import draw_drift_curves
from resetsim.views.graded import draw_graded
from resetsim.views.grouping import group_arms
from resetsim.views.landscape import draw_landscape, landscape_sentence
from resetsim.views.ltp import draw_ltp
from resetsim.views.memory import draw_capacity, draw_recall
from resetsim.views.outcome_map import draw_outcome_map
from resetsim.views.raster import draw_raster
from resetsim.views.sensitisation import draw_sensitisation
from resetsim.views.units import draw_units
from resetsim.views.windup import draw_windup

MOST_ARMS = 60  # with curves of their own in a figure
MOST_PANELS = 12  # of groups of such arms


@dataclass(frozen=True)
class View:
    """A kind of figure.

    Attributes
    ----------
    name
        Of its files, without the ending.
    title, caption
        What it shows, and in one sentence how to read it.
    draw
        Gives the figure, or None for a result without the data.
    of_all
        Whether it takes every arm, however many: as a cell, a point, or to choose from. Of curves
        nobody tells apart more than some, and memory would grow with them.
    says
        What this result's figure shows, in a sentence; empty for what its caption says already.
    """

    name: str
    title: str
    caption: str
    draw: Callable[[Result], Figure | None]
    of_all: bool = False
    says: Callable[[Result], str] = lambda _: ""

    def figure(self, result: Result) -> Figure | None:
        """Return the figure of a result, with what it leaves out as its title.

        Parameters
        ----------
        result
            What an experiment gave.
        """
        shown = result.arms if self.of_all else first_arms(result.arms)
        if len(shown) == len(result.arms):
            return self.draw(result)
        figure = self.draw(replace(result, arms=shown))
        if figure is not None:
            said = f"the first {len(shown)} of {len(result.arms)} arms"
            figure.suptitle(said, fontsize=9)
        return figure


def first_arms(arms: tuple[ArmResult, ...]) -> tuple[ArmResult, ...]:
    """Return so many arms as a figure of curves can show, in so many panels as fit a page.

    Parameters
    ----------
    arms
        Of a result.
    """
    panels = group_arms(arms[:MOST_ARMS]).panels.values()
    shown = {arm.name for members in list(panels)[:MOST_PANELS] for arm in members}
    return tuple(arm for arm in arms[:MOST_ARMS] if arm.name in shown)


VIEWS = (
    View(
        "outcome_map",
        "Outcome",
        "Each cell is one arm: how much pain there is afterwards, dark is little, and, where "
        "there is room, how long after the end of treatment it came back for good. A "
        "percentage next to an outcome is the share of tables of drift, drawn from its sampling "
        "error, that agree.",
        draw_outcome_map,
        of_all=True,
    ),
    View(
        "dose_response",
        "Outcome",
        "Each point is one arm: how much pain there is afterwards; open points are arms whose "
        "pain came back.",
        draw_dose_response,
        of_all=True,
    ),
    View(
        "graded",
        "How pain is graded",
        "Each point is one arm, with the band of 90 % of tables drawn from the sampling noise of "
        "drift, often too narrow to be seen.",
        draw_graded,
        of_all=True,
    ),
    View(
        "courses",
        "Courses over the whole follow-up",
        "Curves that coincide lie on each other, the later ones thinner; grey is the time of "
        "dosing; in the memory each solid line is an assembly, dotted are all other synapses; "
        "recall of each pattern, learned or not, with its standard error. Behind pain, often too "
        "narrow to be seen, the band of 90 % of tables drawn from the sampling noise of drift.",
        draw_courses,
    ),
    View(
        "units",
        "Units of the painful area",
        "Each row of a strip is a patch with its own input, dark healthy, bright amplified; those "
        "below the line get none. Dashed lines are start and end of dosing. Right, the pain that "
        "the mean output of the whole area gives.",
        draw_units,
        of_all=True,
    ),
    View(
        "treatment",
        "Courses around the treatment",
        "The same curves at the time of dosing, below the share of the NMDA conductance removed. "
        "Where durations differ much, time is drawn as its cube root, so that minutes can be seen "
        "beside days.",
        draw_treatment,
    ),
    View(
        "landscape",
        "The landscape of one unit",
        "Above zero the late phase grows, below it decays; at a filled point it rests, an open one "
        "is a hilltop that it leaves to either side.",
        draw_landscape,
        of_all=True,
        says=landscape_sentence,
    ),
    View(
        "drift_curves",
        "The same at other inputs",
        "Above zero the late phase grows, below it decays; filled points attract, an open point "
        "is the threshold that a blockade has to pass.",
        draw_drift_curves,
        of_all=True,
    ),
    View(
        "windup",
        "Wind-up",
        "Spikes of a WDR neuron after each stimulus of a train, with bands of standard error over "
        "cells, which share a volley: two trains differ by more. A rise along the train is "
        "wind-up. Where patients differ, after the longest treatment of each.",
        draw_windup,
    ),
    View(
        "sensitisation",
        "Hyperalgesia, allodynia and ongoing pain",
        "Firing of projection neurons under the strongest noxious stimulus, under a brush and "
        "without a stimulus, with standard errors over cells.",
        draw_sensitisation,
    ),
    View(
        "ltp",
        "Long-term potentiation",
        "Slope of the C-fibre EPSP before and after conditioning at time 0; grey is the time of "
        "dosing.",
        draw_ltp,
    ),
    View(
        "recall",
        "Recall of each pattern",
        "Each line is a pattern, tested after it was learned with half of it as the cue (easy) or "
        "a fifth of it, more weakly (hard); 0 is chance, error bars are standard errors. Grey: "
        "treatment.",
        draw_recall,
    ),
    View(
        "capacity",
        "Capacity of the memory",
        "Recall when so many patterns, drawn at random, share neurons and synapses; error bars "
        "are standard errors over patterns.",
        draw_capacity,
    ),
    View(
        "averaging",
        "Direct against averaged simulation",
        "Left, the error of averaging has to shrink with ε, along the dotted slope if it is of "
        "first order; right, both engines at the smallest ε.",
        draw_averaging,
    ),
    View(
        "raster",
        "Spikes of one assay",
        "Each mark is a spike, each row one of a few cells, in four seconds of the assay, "
        "once before treatment and once after; stimulation begins about one second in.",
        draw_raster,
        of_all=True,
    ),
)
