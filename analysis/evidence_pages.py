"""Writes ``docs/evidence.md`` and ``docs/discriminating.md`` from what the commands left.

Run ``resetsim validate`` and ``resetsim discriminate`` before it.
"""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

from figure import FIGURES, ROOT, results_folder

from resetsim.evidence.targets import Target, read_targets

EVIDENCE = """# Evidence: each observation, each hypothesis

Written by `analysis/evidence_pages.py` from `validation.csv` of `resetsim validate`. One
parameter set serves all rows. A target that parameters were fitted to, or that a hypothesis was
made for, is in brackets and not counted. *Not judged* says why. The targets are in
`experiments/evidence/targets.csv`, their experiments beside it; `resetsim run NAME` runs any of
them.

![Observation by hypothesis](figures/validation.png)

V07b and V25 to V28 were added by the project to the targets it was given: the first contradicts
the short form of V07, the others are what was published on memory under ketamine. Two targets are
met without explaining anything: a memory that keeps itself (V23) does not decay, so that a
blockade has nothing to prevent, and a blockade after learning changes nothing in it (V27).

What no hypothesis gets right: low doses do too little here (V07b, V26), which suggests that the
curve of NMDA block, chosen at 1 mM magnesium, is too shallow for the concentrations that act in
people; plasma falls too slowly after short infusions (V07: a third of the effect is left after 3
h, as of the concentration); NMDA receptors are not needed in the minutes after learning (V28),
because capture in the model needs proteins, not receptors; and a cuff of four days leaves hardly
more behind than one of one day, or replacing the joint does not restore (V17).
"""
PAIRS = """# Which experiment tells which hypotheses apart

Written by `analysis/evidence_pages.py` from `discriminating.csv` of `resetsim discriminate`. Each
shipped experiment below was run under every hypothesis; for each pair the reading is named on
which they differ most. The effect size is Cohen's d for pain (in standard deviations between
patients, 2.8 NRS in Sigtermans 2009) and Cohen's h for recall.

![Best experiment for each pair](figures/discriminating_pairs.png)

The same patients under rival hypotheses; those that share a line differ in memory alone:

![Pain under rival hypotheses](figures/discriminating_rivals.png)

| hypotheses | experiment | reading | values | effect size |
| --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Write both pages and copy their figures."""
    validation, pairs = results_folder() / "validation", results_folder() / "discriminating"
    sections = [EVIDENCE, *map("\n".join, _sections(_rows(validation / "validation.csv")))]
    (ROOT / "docs" / "evidence.md").write_text("\n".join(sections) + "\n", encoding="utf-8")
    lines = list(_pairs(_rows(pairs / "discriminating.csv")))
    (ROOT / "docs" / "discriminating.md").write_text(
        PAIRS + "\n".join(lines) + "\n", encoding="utf-8"
    )
    FIGURES.mkdir(exist_ok=True)
    shutil.copy(validation / "validation.png", FIGURES / "validation.png")
    for name in ("pairs", "rivals"):
        shutil.copy(pairs / f"{name}.png", FIGURES / f"discriminating_{name}.png")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _sections(rows: list[dict[str, str]]) -> Iterator[list[str]]:
    for target in read_targets():
        of_target = [row for row in rows if row["target"] == target.id]
        if of_target:
            yield [*_heading(target), *_verdicts(of_target)]


def _heading(target: Target) -> Iterator[str]:
    bounds = {"at least": target.tolerance_low, "at most": target.tolerance_high}
    said = [f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None]
    unit = "" if target.unit == "1" else f" {target.unit}"
    yield f"## {target.id}: {target.title}\n"
    yield f"{target.observed}. *{target.source}* ({target.status}).\n"
    yield f"{target.quantity}: {', '.join(said)}{unit}. Experiment: `{target.experiment}`.\n"
    yield "| hypotheses | verdict | value | why |\n| --- | --- | --- | --- |"


def _verdicts(rows: list[dict[str, str]]) -> Iterator[str]:
    """Yield a line for each verdict; hypotheses that gave the same share it."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        value = f"{round(float(row['model']), 3) + 0.0:g}" if row["model"] else "none"
        alike.setdefault((row["verdict"], value, row["reason"]), []).append(row["hypothesis"])
    for (verdict, value, reason), names in alike.items():
        yield f"| {', '.join(names)} | {verdict} | {value} | {reason} |"
    yield ""


def _pairs(rows: list[dict[str, str]]) -> Iterator[str]:
    for row in sorted(rows, key=lambda row: -float(row["effect_size"])):
        names = f"{row['first']}, {row['second']}"
        values = f"{row['of_first']}, {row['of_second']}"
        cells = [names, f"`{row['experiment']}`", row["reading"], values, row["effect_size"]]
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
