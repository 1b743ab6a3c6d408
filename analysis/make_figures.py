"""All figures of the documentation: run what they are drawn from if need be, then every script.

A result in ``results/NAME`` that is there is taken as it is; remove it to run it again.
"""

import subprocess
import sys
from pathlib import Path

from figure import ROOT

EXPERIMENTS = (
    "blockade_duration",
    "dose_duration",
    "reset_2x2",
    "injury_heals",
    "windup",
    "ltp_induction",
    "sensitisation",
    "averaging_check",
    "memory_under_blockade",
    "memory_capacity",
    "crps_100h_trial",
)
COMMANDS = {"validate": "validation", "discriminate": "discriminating"}
SCRIPTS = (
    "blockade_outcome",
    "blockade_courses",
    "blockade_units",
    "drift_curves",
    "reset_courses",
    "injury_outcome",
    "dose_duration",
    "crps_trial",
    "windup",
    "windup_networks",
    "ltp",
    "sensitisation",
    "averaging_error",
    "parameter_table",
    "sensitivity",
    "mechanisms",
    "memory",
    "retention",
    "evidence_pages",
)
ROBUSTNESS = Path(__file__).parent / "robustness" / "run.py"
HOW_LIKELY = Path(__file__).parent / "how_likely" / "how_likely.py"


def main() -> None:
    """Run what is missing, then draw."""
    for experiment in EXPERIMENTS:
        if not (ROOT / "results" / experiment).exists():
            _run("-m", "resetsim.cli", "run", experiment)
    for command, folder in COMMANDS.items():
        if not (ROOT / "results" / folder).exists():
            _run("-m", "resetsim.cli", command)
    for script in SCRIPTS:
        print(script, flush=True)
        _run(str(Path(__file__).with_name(f"{script}.py")))
    print("robustness", flush=True)
    evaluated = (ROOT / "results" / "robustness" / "robustness.csv").exists()
    _run(str(ROBUSTNESS), *(["draw"] if evaluated else []))
    print("how likely", flush=True)
    _run(str(HOW_LIKELY))


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
