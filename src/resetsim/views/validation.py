"""Observation × hypothesis: as a table in the terminal, and as a figure."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from resetsim.evidence.said import Said, tally
from resetsim.evidence.validation import Judgement, Verdict
from resetsim.views.fitted_table import FittedTable
from resetsim.views.style import OKABE_ITO, SHADE, new_figure

MARKS: dict[Verdict, str] = {"inside": "✓", "outside": "✗", "not judged": "–"}
_COLOURS: dict[Verdict, str] = {
    "inside": OKABE_ITO[5],
    "outside": OKABE_ITO[4],
    "not judged": SHADE,
}


def mark(judgement: Judgement) -> str:
    """Return a judgement as a sign.

    Parameters
    ----------
    judgement
        One.

    Returns
    -------
    str
        In brackets where agreement would be no success.
    """
    sign = MARKS[judgement.verdict]
    in_brackets = judgement.no_success_as and judgement.verdict != "not judged"
    return f"({sign})" if in_brackets else sign


def successes(judgements: Sequence[Judgement]) -> dict[str, int]:
    """Return how often each hypothesis agrees with a target, where that is a success.

    Parameters
    ----------
    judgements
        All.

    Returns
    -------
    dict of int
        By hypothesis, in their order.
    """
    said: dict[str, list[Said]] = {}
    for each in judgements:
        said.setdefault(each.hypothesis, []).append(each.said)
    return {name: tally(of_one).inside for name, of_one in said.items()}


def validation_table(judgements: Sequence[Judgement]) -> FittedTable:
    """Return the matrix for a terminal.

    Parameters
    ----------
    judgements
        By target, then by hypothesis.

    Returns
    -------
    FittedTable
        A row for each target, a column for each hypothesis; the successes last.
    """
    counts, rows = successes(judgements), _rows(judgements)
    targets = [row[0].target for row in rows]
    names = {
        "target": [*(target.id for target in targets), "", ""],
        "": [*(target.title for target in targets), "", "inside, a success"],
    }
    outcomes = {
        str(number): [*(mark(row[number - 1]) for row in rows), "", str(count)]
        for number, count in enumerate(counts.values(), start=1)
    }
    numbered = ", ".join(f"{number} {name}" for number, name in enumerate(counts, start=1))
    caption = (
        f"{numbered}. ✓ inside the tolerance, ✗ outside, – not judged; in brackets: fitted to it, "
        "or made for it, or what patients expect is enough, or by the letter, and not counted."
    )
    return FittedTable(names, outcomes, caption)


def draw_validation(judgements: Sequence[Judgement]) -> Figure:
    """Draw the matrix.

    Parameters
    ----------
    judgements
        By target, then by hypothesis.

    Returns
    -------
    Figure
        Each cell that was judged has the value of the model too; ``none`` where nothing of the kind
        happens.
    """
    rows, counts = _rows(judgements), successes(judgements)
    figure = new_figure(width_in=3.4 + 0.95 * len(counts), height_in=1.6 + 0.36 * len(rows))
    axes = figure.subplots()
    for y, row in enumerate(rows):
        for x, judgement in enumerate(row):
            _cell(axes, x, y, judgement)
    axes.set_xlim(-0.5, len(counts) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(
        range(len(counts)),
        [f"{name.replace('_', chr(10))}\n({count})" for name, count in counts.items()],
    )
    axes.xaxis.tick_top()
    axes.set_yticks(
        range(len(rows)), [f"{row[0].target.title}  {row[0].target.id}" for row in rows]
    )
    axes.set_xlabel("hypothesis (targets inside, where that is a success)")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    handles = [
        Patch(color=_COLOURS[verdict], label=f"{MARKS[verdict]} {verdict}") for verdict in MARKS
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _cell(axes: Axes, x: int, y: int, judgement: Judgement) -> None:
    axes.fill(
        [x - 0.48, x + 0.48, x + 0.48, x - 0.48],
        [y - 0.46, y - 0.46, y + 0.46, y + 0.46],
        color=_COLOURS[judgement.verdict],
    )
    text = mark(judgement)
    if judgement.verdict != "not judged":
        text += " none" if judgement.value is None else f" {judgement.value + 0.0:.2f}"
    axes.text(x, y, text, ha="center", va="center", fontsize=7.5)


def _rows(judgements: Sequence[Judgement]) -> list[list[Judgement]]:
    rows: dict[str, list[Judgement]] = {}
    for each in judgements:
        rows.setdefault(each.target.id, []).append(each)
    return list(rows.values())
