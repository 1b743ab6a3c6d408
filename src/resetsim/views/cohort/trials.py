"""How many patients a trial needs."""

from matplotlib.figure import Figure

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.outcomes.trials import (
    TRIALS,
    WANTED,
    SampleSize,
    endpoints,
    power_curve,
    sample_size,
)
from resetsim.views.cohort.arms import main_arm
from resetsim.views.cohort.pain_by_week import draw_estimates
from resetsim.views.style import GREY, OKABE_ITO, fitted, legend_beside, new_figure


def draw_power(outcomes: CohortOutcomes) -> Figure | None:
    """Draw the power of trials of the arm with least pain against control, over their size.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None without a control arm beside a treated one, or with too few patients for any trial.
    """
    main = main_arm(outcomes)
    control = outcomes.control_of(main.arm) if main else None
    if main is None or control is None or control.visits is None or outcomes.main_week is None:
        return None
    assert main.arm.visits is not None  # it is treated
    compared = endpoints(main.arm.visits, control.visits, outcomes.main_week)
    curves = [power_curve(endpoint, outcomes.seed) for endpoint in compared]
    if not all(curves):
        return None
    figure = new_figure(height_in=3.2, width_in=8.0)
    axes = figure.subplots()
    for power in WANTED:
        axes.axhline(100 * power, color=GREY, linewidth=0.8, linestyle=":")
    legend = []
    for endpoint, curve, colour in zip(compared, curves, OKABE_ITO, strict=False):
        sizes = [each.per_arm for each in curve]
        draw_estimates(axes, sizes, [each.share for each in curve], colour, 100)
        needed = "\n".join(size_words(sample_size(curve, power)) for power in WANTED)
        legend.append((f"{endpoint.name}\n{needed}", colour))
    axes.set_xscale("log")
    ticks = max(([each.per_arm for each in curve] for curve in curves), key=len)[::2]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_ylim(-2, 102)
    axes.set_xlabel("patients per arm")
    axes.set_ylabel(f"of {TRIALS} drawn trials so many\nfind a difference (%)")
    title = f"{main.label} against control, from {len(compared[0].treated)} patients"
    axes.set_title(fitted(title, 5.0))
    legend_beside(figure, legend)
    return figure


def size_words(size: SampleSize) -> str:
    """Return a sample size in words.

    Parameters
    ----------
    size
        Of a trial.
    """
    if size.per_arm is None:
        return f"{size.power:.0%}: more than can be drawn"
    high = "?" if size.high is None else str(size.high)
    return f"{size.power:.0%}: {size.per_arm} per arm ({size.low}–{high})"
