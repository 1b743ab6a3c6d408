"""Compares what ``resetsim validate`` says with ``experiments/evidence/verdicts.csv``.

``python analysis/check_evidence.py`` names every difference and ends with status 1 if there is any;
with the argument ``accept`` it takes the new values and verdicts over, to be committed with the
reason for the change. Run ``resetsim validate`` before it.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from resetsim.evidence.pinned import read_verdicts, verdicts_file
from resetsim.evidence.said import Said
from resetsim.evidence.targets import read_targets
from resetsim.store.csv_file import write_table

ROOT = Path(__file__).parents[1]
FOUND = ROOT / "results" / "validation" / "validation.csv"
EXPECTED = verdicts_file()

# How far a value may move, in the unit of its target: what another compiler's spikes may change.
WITHIN = {
    "NRS": 0.1,
    "%": 2.0,
    "d": 1.0,
    "day": 0.0,
    "SD": 0.05,
    "uM": 0.05,
    "of 2": 0,
    "of 3": 0,
    "of 4": 0,
}
WITHIN_SHARE = 0.05

Verdicts = Mapping[tuple[str, str], Said]
"""By target and hypothesis."""


def differences(found: Verdicts, expected: Verdicts) -> Iterator[str]:
    """Yield what has changed: another verdict, a value that moved, what is new or missing."""
    units = {target.id: target.unit for target in read_targets()}
    for key in {**expected, **found}:
        now, before = found.get(key), expected.get(key)
        if not _same(now, before, WITHIN.get(units.get(key[0], ""), WITHIN_SHARE)):
            yield f"{key[0]}, {key[1]}: {_words(before)} before, {_words(now)} now"


def _same(now: Said | None, before: Said | None, within: float) -> bool:
    if now is None or before is None or now.standing != before.standing:
        return False
    if now.value is None or before.value is None:
        return now.value is before.value
    return abs(now.value - before.value) <= within + 1e-9


def _words(said: Said | None) -> str:
    if said is None:
        return "nothing"
    return f"{said.standing} ({'no value' if said.value is None else f'{said.value:.4g}'})"


def main() -> None:
    """Compare, or accept."""
    found = read_verdicts(FOUND)
    if sys.argv[1:] == ["accept"]:
        rows = [
            {
                "target": target,
                "hypothesis": hypothesis,
                "verdict": said.verdict,
                "model": said.value,
                "no_success": said.no_success,
            }
            for (target, hypothesis), said in found.items()
        ]
        write_table(EXPECTED, list(rows[0]), rows)
        return
    changed = list(differences(found, read_verdicts(EXPECTED)))
    print("\n".join(changed) or f"all {len(found)} verdicts are as they were")
    sys.exit(bool(changed))


if __name__ == "__main__":
    main()
