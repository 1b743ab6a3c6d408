"""Figure: how a memory is kept over months under each hypothesis, without and with a coma."""

import matplotlib
from figure import FIGURES
from rich.console import Console

from resetsim.declare.files import shipped_names
from resetsim.evidence.runs import run_under
from resetsim.records.result import ArmResult
from resetsim.spiking.engine import best_engine
from resetsim.views.progress import ProgressBar
from resetsim.views.style import STYLE, categorical, legend_beside, new_figure, shade

EXPERIMENT = "memory_under_blockade"
ARMS = {"no treatment": "0 day", "coma of five days": "5 day"}  # by treatment.duration
MARKERS = "osD^v"


def main() -> None:
    """Run the experiment under every hypothesis and draw the oldest memory."""
    with ProgressBar(Console(stderr=True)) as progress:
        engine = best_engine(jobs=2)
        runs = run_under([EXPERIMENT], shipped_names("hypothesis"), engine, progress)
    groups: dict[tuple[float, ...], list[str]] = {}
    for (_, hypothesis), arms in runs.items():
        recalls = [value for title in ARMS for _, value, _ in _recall(_arm(arms, title))]
        groups.setdefault(tuple(round(value, 2) for value in recalls), []).append(hypothesis)
    with matplotlib.rc_context(STYLE):
        figure = new_figure(height_in=3.2, width_in=8.5)
        panels = figure.subplots(1, 2, sharey=True)
        colours = categorical(len(groups))
        for axes, title in zip(panels, ARMS, strict=True):
            axes.set_title(title)
            axes.set_xlabel("time (days), learned on day -180")
            for names, colour, marker in zip(groups.values(), colours, MARKERS, strict=False):
                arm = _arm(runs[EXPERIMENT, names[0]], title)
                day, value, error = zip(*_recall(arm), strict=True)
                axes.errorbar(day, value, error, color=colour, marker=marker, capsize=2)
            for start, end in arm.dosing_d:
                shade(axes, start, end)
        panels[0].set_ylabel("recall of the oldest pattern (0-1)")
        labels = ["\n".join(names) for names in groups.values()]
        legend_beside(figure, list(zip(labels, colours, strict=True)), "hypotheses")
        figure.savefig(FIGURES / "memory_retention.png", dpi=150)


def _arm(arms: tuple[ArmResult, ...], title: str) -> ArmResult:
    return next(arm for arm in arms if f"at=8 day, duration={ARMS[title]}" in arm.name)


def _recall(arm: ArmResult) -> list[tuple[float, float, float]]:
    made = [assay for assay in arm.assays if assay.name == "recall"]
    first = [(assay.day, assay.readings[0]) for assay in made]
    return [(day, reading.value, reading.standard_error) for day, reading in first]


if __name__ == "__main__":
    main()
