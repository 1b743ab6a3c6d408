"""All figures of the documentation: run each shipped experiment if need be, then every script.

A result in ``results/EXPERIMENT`` that is there is taken as it is; remove it to run it again.
"""

import subprocess
import sys
from pathlib import Path

from figure import ROOT

from resetsim.results.folder import RESULT
from resetsim.spec.files import shipped_names

SCRIPTS = (
    "blockade_outcome",
    "blockade_courses",
    "drift_curves",
    "reset_courses",
    "injury_outcome",
    "windup",
    "windup_networks",
    "ltp",
    "sensitisation",
    "averaging_error",
    "parameter_table",
    "sensitivity",
    "mechanisms",
)


def main() -> None:
    """Run what is missing, then draw."""
    for experiment in shipped_names("experiment"):
        if not (ROOT / "results" / experiment / RESULT).exists():
            _run("-m", "resetsim.cli", "run", experiment)
    for script in SCRIPTS:
        print(script, flush=True)
        _run(str(Path(__file__).with_name(f"{script}.py")))


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
