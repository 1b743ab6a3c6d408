"""Writes ``evidence.md`` and ``discriminating.md`` in ``docs/explanation/`` from verdicts.

Run ``resetsim validate`` and ``resetsim discriminate`` before it.
"""

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from figure import FIGURES, ROOT, results_folder

from resetsim.evidence.targets import Target, read_targets

EVIDENCE = """# Evidence: each observation, each hypothesis

Written by `analysis/evidence_pages.py` from `validation.csv` of `resetsim validate`. One
parameter set serves all rows. In brackets, and not counted, is agreement with what parameters
were fitted to or a hypothesis was made for, with what patients expect alone, and by the letter of
the tolerance. *Not judged* says why. The targets are in `experiments/evidence/targets.csv`, their
experiments beside it or in `experiments/`; `resetsim run NAME` runs any of them.

![Observation by hypothesis](../figures/validation.png)

By the letter alone a value may be within the tolerance of

LETTERS

`reset` and the control `none`, which has no late phase at all and is the floor, are inside on the
same ten targets that count. N10 is one of them by the curve of block alone, V06 and N01 for
having no effect: what was found there is no difference, or one that chance gives, so that to
agree is no merit, to be outside would be a fault. V07b asks for the share of relief that is left,
and is no more than that: at the end pain had fallen from 6.2 to 0.4, here from 7.2 to 4.7. N01
asks for a difference at week 1; at the end of the infusion 0.42 more responded, here 0.15. N09
counts with the stimulus that its paper's is nearest to, chosen when the result was known (below).

What no hypothesis gets right. Touch is relieved too little (N08): of what a brush evokes more
than in health 44 ng/ml take away 12 %, not 30, and 133 ng/ml 26 %; of what a train evokes more
they take 33 and 101 %, as published. NMDA receptors carry what builds up over seconds, ongoing
firing and wind-up, more than the answer to touch or to a strong stimulus, which AMPA receptors
carry ([both curves](potency.md)). Plasma falls too slowly after short infusions (V07: half of the
effect is left after 3 h). NMDA receptors are not needed in the minutes after learning (V28),
because capture in the model needs proteins, not receptors. A cuff of four days leaves no more
behind than one of one day (V17). Memory is the other way round: 100 ng/ml abolish learning here
(V26), where people learn less well.

What units, the fitted tissue and the potency changed for each hypothesis (verdicts of the model
with one unit a patient, 25 targets, against those of today; none lost a target; V10 had waited
for cohorts):

| hypothesis | came inside |
| --- | --- |
| `reset`, `fragile_memory`, `active_forgetting` | V07b, V14, V26 |
| `input_dependent_memory` | V07b, V14 |
| `self_sustaining_pain`, `ageing_trace` | V07b, V14, V26 |
| `descending_only` | V07b, V19 |
| `none` | V06, V07b, V12 |
| `washout` | nothing |

V07b and V26 came inside because a small dose blocks more, V14 because the first response of a
patient is no longer so large that a pump lowers it more than its growth. `none` gained because
strong input alone now gives pain. V03, V04, V05, V08 and V11, judged since on cohorts, are
outside under all. The effect of 100 h of S-ketamine on the shipped patient fell from complete
relief to 0.6: the units with most input come back.

`washout` has one C50, that of S-ketamine, applied to racemate too; its relief acts on pain, not
on evoked responses or wind-up (V07, V14, V19).

V12 is given as standardised differences; its tolerance of 0.5 beside 1.6 within 3 h makes 0.31 of
the early relief. That of V07b is two standard errors.

## How far experiments follow the papers

Each experiment was held against its source again, abstracts alone in most cases. Changed were
V07b (five hours from the start, not from the end), V10 and V10b (each patient at a dose of his
own from 10 to 40 mg/h, not all at the 24 of N03), V27 (another paper, drug and test within the
hour), N08 (a brush and a train, not a short noxious stimulus) and N09 (the medium stimulus, as
for V07 from the same laboratory, whose heat rises by some 1.5 C/s, from memory). Of the answer to
the strongest stimulus, a rise of 6 C/s, ketamine takes some 9 %, of that to the weakest two
thirds; the change was made when that was known, and other tests of heat on normal skin found no
effect of such doses (Ilkjaer 1996, Hughes 2002).

What still differs. To the model's good: for V01 a level that here takes a day is taken after a
day, where it came within an operation; for V21 doses were used that do not lower the plain
response, and any block does here; for V26 people are impaired, not unable; N16 is judged by its
course, not its size. To its harm, perhaps: for V03 *the end of week 1* is taken as a week from
the start; at the end of the infusion the difference is -2.1. Either way: seven rising infusions
of 5 min were made one (V07); 10.9 d is the half-life of an effect compartment, from which relief
fades later, so that V05 is hard on `washout`; pooled trials took the lowest score (V08);
midazolam went with the coma, and another review has 65 % without pain after three months (V11);
N03 had at most 24 mg/h, here all have it; magnesium and steroids went with lidocaine (N11).

## Groups of patients

Fifteen targets compare groups of patients. They are judged on cohorts of 200 (400 around an
operation) from `models/populations/chronic_pain.toml`, the same people under all hypotheses: whom
a clinic sees is decided under `reset`. A verdict is that of the whole cohort's mean or share. In
brackets behind it is between what 95 % of trials of the published size, or of the cohort's where
that is less, drawn from it, would find; the reason says how many of these trials would be inside.
Most of these intervals are wide: a trial of 2 x 12 or 2 x 20 hardly tells anything. A tolerance
is about the interval that was published: *overlaps* is behind a verdict where the whole cohort is
outside and trials drawn from it reach inside, so that chance alone may be why; *reaches beyond*
where it is inside and they may not be. Nothing was fitted but what untreated people and placebo
groups report. V10 and V11 are of pain as it is, all others of pain as reported.

Of V04 only significance is published: to week 11, lost at week 12 with P = 0.07. With an SD of
2.8 and 30 a group 1.4 NRS is significant, rounded up to 1.5. Asked at week 11, relief would have
to cross that bound within a week, which is chance; so more than 1.5 is asked midway, at week 7,
and no more than it at week 12. That is lenient, and a choice. `washout` has 1.1 in week 7 and 0.2
in week 11, when the trial still found a difference. V05 and V04 do not go together: 2.8 at week 1
that fades with a half-life of 10.9 d would be 0.2 in week 7.

![What was published, and each hypothesis](../figures/forest.png)

Where there was no control group, what patients expect (1.6 NRS on average, fitted to N20) is in
the published number too. Where it alone brings a hypothesis inside, so that without it the same
cohort is outside, the verdict is in brackets and not counted: N06, N11, N12. If expectation does
not last, as one source of N20 says of long-standing CRPS, these are misses. The reasons have both
readings.

**No hypothesis gets relief that lasts for weeks and fades.** All but `washout` lose nearly all
relief within a day, where trials have it for weeks (V03, V04, V08, N02). Under `reset` pain falls
from 7.4 to 4.7 during 100 h and is 0.1 lower than with placebo a week later. Of the active units
of those whom the trial takes in 56 % have an input above the window of two stable states, 29 %
inside and 14 % below it. Those above carry the pain and come back at once; flare-ups bring back
those inside. Without flare-ups 0.2 of relief stays for good. Who is ill enough for a trial has
too much input for a reset: that is the inclusion rule and a guess of how input is spread over the
injured, and other spreads would say otherwise. Nobody is free of pain after a coma (V11), which
`reset` was made for, and a low dose around an operation prevents nothing (N14), under any
hypothesis.

**The rival does better on these, and is not right.** `washout` has relief for weeks, graded and
fading, and is inside on N03. Of trials like that of Sigtermans 28 % would be inside V03 and 24 %
inside V04, under `reset` 6 and 1 %. But it has too much of it for too long, in everybody: 4.5
less at week 1 where 2.8 was found, 4.1 where trials pooled have 1.8, half gone after 30 days
instead of 11 (which it was made for), seven short infusions felt beyond three weeks; and 5 %
without relief where 37 % had none (V10b). After six months nothing is left of a coma (V11).

**Where a reset earns its place against it:** relief in some and not in others (V10b), and a share
of responders that is not too large at the end of five short infusions (N12, if expectation
lasts). With one patient: no relief days after a single dose (V06, V12), back of wind-up when a
pump is removed (V14), pain that recovers as its input fades (V29). All of that the control has
too. Relief that builds up over days of an infusion (V10) parts them by its course, and all are
outside: mean relief is 22, 25, 27, 29 and 29 % on days 1 to 5 and never crosses 30; under
`washout` 56 % are there on the first day, under `none` it stays at 21. With 40 mg/h in
everybody it would cross on the second day, with 24 on the fifth: a point decides. **Where it
loses:** all relief over weeks (V03, V04, V08, N02, N03). Neither has cures that last half a year,
or prevention.
"""
PAIRS = """# Which experiment tells which hypotheses apart

Written by `analysis/evidence_pages.py` from `discriminating.csv` of `resetsim discriminate`. Each
shipped experiment below was run under every hypothesis; for each pair the reading is named on
which they differ most. The effect size is Cohen's d for pain (in standard deviations between
patients, 2.8 NRS in Sigtermans 2009) and Cohen's h for recall. The two are not the same thing, and
h ends at 3.14 (all against none): between large effects their order means little, and the first
of equals is named. Where a memory is gone without any treatment (`active_forgetting`,
`input_dependent_memory`, `none`) it need not be treated to tell.

![Best experiment for each pair](../figures/discriminating_pairs.png)

The same patients under rival hypotheses; those that share a line differ in memory alone:

![Pain under rival hypotheses](../figures/discriminating_rivals.png)

## Which trial should be run?

`resetsim discriminate --trials` runs nine shipped trials on cohorts of 200 under every hypothesis
and says, for each pair, which trial and which reading tell them apart with the fewest patients
(80 % power at 5 %, by trials drawn from the cohort). `washout` is told from any other by five or
six patients an arm, two to four weeks after a coma: 6.6 to 6.8 less pain than without treatment,
against 1.6 with expectation. `reset` and `none` need some 230 an arm in the week after a coma,
`reset` and `ageing_trace` some 340 after ten days of 320 mg/h, `reset` and `descending_only` some
810: no trial that was made could tell them apart ([how likely](how_likely.md) says the same of
draws). Hypotheses that differ in memory alone are the same here.

## One patient

| hypotheses | experiment | reading | values | effect size |
| --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Write both pages and copy their figures."""
    validation, pairs = results_folder() / "validation", results_folder() / "discriminating"
    sections = [
        EVIDENCE.replace("LETTERS", _letters()),
        *map("\n".join, _sections(_rows(validation / "validation.csv"))),
    ]
    pages = ROOT / "docs" / "explanation"
    (pages / "evidence.md").write_text("\n".join(sections) + "\n", encoding="utf-8")
    lines = list(_pairs(_rows(pairs / "discriminating.csv")))
    (pages / "discriminating.md").write_text(PAIRS + "\n".join(lines) + "\n", encoding="utf-8")
    FIGURES.mkdir(exist_ok=True)
    for name in ("validation", "forest"):
        shutil.copy(validation / f"{name}.png", FIGURES / f"{name}.png")
    for name in ("pairs", "rivals"):
        shutil.copy(pairs / f"{name}.png", FIGURES / f"discriminating_{name}.png")


def _letters() -> str:
    return "\n".join(
        f"- {target.id}: {target.by_letter}." for target in read_targets() if target.by_letter
    )


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
    experiment = f" Experiment: `{target.experiment}`." if target.experiment else ""
    yield f"{target.quantity}: {', '.join(said)}{unit}.{experiment}\n"


def _verdicts(rows: list[dict[str, str]]) -> Iterator[str]:
    """Yield a table that can be unfolded: a line for each verdict, shared by those who gave it."""
    counts = Counter(row["verdict"] for row in rows)
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    yield f"<details><summary>Verdicts: {said}</summary>\n"
    yield "| hypotheses | verdict | value | why |\n| --- | --- | --- | --- |"
    alike: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        value = _rounded(row["model"]) if row["model"] else "none"
        if row["model_low"]:
            value += f" ({_rounded(row['model_low'])} to {_rounded(row['model_high'])})"
        verdict = row["verdict"] + _beside(row)
        alike.setdefault((verdict, value, row["reason"]), []).append(row["hypothesis"])
    for (verdict, value, reason), names in alike.items():
        yield f"| {', '.join(names)} | {verdict} | {value} | {reason} |"
    yield "\n</details>\n"


def _beside(row: dict[str, str]) -> str:
    """Return what the interval of trials says beside the verdict of the whole cohort."""
    if not row["model_low"]:
        return ""
    bounds = (row["tolerance_low"] or "-inf", row["tolerance_high"] or "inf")
    least, most = map(float, bounds)
    low, high = float(row["model_low"]), float(row["model_high"])
    if row["verdict"] == "outside":
        return ", overlaps" if low <= most and high >= least else ""
    return "" if least <= low and high <= most else ", reaches beyond"


def _rounded(number: str) -> str:
    return f"{round(float(number), 3) + 0.0:g}"


def _pairs(rows: list[dict[str, str]]) -> Iterator[str]:
    for row in sorted(rows, key=lambda row: -float(row["effect_size"])):
        names = f"{row['first']}, {row['second']}"
        values = f"{float(row['of_first']):.2g}, {float(row['of_second']):.2g}"
        size = f"{float(row['effect_size']):.2g}"
        cells = [names, f"`{row['experiment']}`", row["reading"], values, size]
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
