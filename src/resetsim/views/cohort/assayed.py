"""What stimuli evoke in the patients that were assayed by spiking simulation, over time."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.outcomes.estimate import mean_of
from resetsim.protocols.windup import C_RESPONSE
from resetsim.views.cohort.arms import DrawnArm, drawn_arms
from resetsim.views.style import legend_beside, new_figure

_WINDUP = "wind-up: WDR,\nlast over first response"
_FIRING = {
    ("evoked_pain", "nk1r"): "hyperalgesia: NK1R,\nstrongest stimulus (Hz)",
    ("brush", "wdr"): "allodynia: WDR,\nbrush (Hz)",
    ("ongoing", "nk1r"): "ongoing: NK1R,\nno stimulus (Hz)",
}
_ASIDE = 0.02  # of the time shown, so that intervals of arms do not hide each other


def draw_assayed(outcomes: CohortOutcomes) -> Figure | None:
    """Draw wind-up and evoked firing of each patient that was assayed, and their mean.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    Figure or None
        None without assays of the dorsal horn.
    """
    panels = _readings(pd.DataFrame(dict(outcomes.result.assays)))
    arms = drawn_arms(outcomes)
    if not panels or not arms:
        return None
    figure = new_figure(height_in=3.2, width_in=2.2 * len(panels) + 2.0)
    for axes, (title, values) in zip(
        figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
    ):
        axes.set_title(title, fontsize=9)
        for place, arm in enumerate(arms):
            _draw(axes, arm, values, _ASIDE * (place - (len(arms) - 1) / 2))
        axes.set_ylim(bottom=0)
        axes.set_xlabel("time (days)")
        axes.locator_params(axis="x", nbins=4)
    legend_beside(figure, [(each.label, each.colour) for each in arms])
    return figure


def _readings(table: pd.DataFrame) -> dict[str, pd.Series]:
    """Return by title of its panel one number for each arm, patient and day."""
    if table.empty:
        return {}
    keys = ["arm", "patient", "day"]
    found = {}
    response = table[
        (table.assay == "windup") & (table.population == "wdr") & table.quantity.isin(C_RESPONSE)
    ]
    if len(response):
        spikes = response.groupby([*keys, "x"]).value.sum().groupby(keys)
        found[_WINDUP] = spikes.last() / spikes.first()
    for (assay, population), title in _FIRING.items():
        chosen = table[(table.assay == assay) & (table.population == population)]
        if len(chosen):
            strongest = chosen.sort_values("x", kind="stable").groupby(keys).value
            found[title] = strongest.last()
    return found


def _draw(axes: Axes, arm: DrawnArm, values: pd.Series, aside: float) -> None:
    if arm.arm.name not in values.index.get_level_values("arm"):
        return
    by_patient = values[arm.arm.name].unstack("patient")
    days = by_patient.index.to_numpy(dtype=float)
    days = days + aside * (np.ptp(days) or 1.0)
    axes.plot(days, by_patient.to_numpy(), color=arm.colour, linewidth=0.6, alpha=0.5)
    estimates = [mean_of(row) for row in by_patient.to_numpy()]
    known = np.array([(np.nan,) * 3 if e is None else (e.value, e.low, e.high) for e in estimates])
    value, low, high = known.T
    ends = np.array([value - low, high - value])
    axes.errorbar(
        days, value, ends, fmt="o-", color=arm.colour, markersize=4, elinewidth=1, capsize=2
    )
