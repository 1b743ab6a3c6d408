"""The real command on cohorts whose drift is a formula, in small chunks and without figures.

``python formula_command.py ARGUMENTS``; ``SLOWLY`` in the environment is how long an arm of a chunk
takes at least, in seconds.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from known_cohort import NoEngine, with_formula

from resetsim.cli import main
from resetsim.spiking import engine
from resetsim.study import cohort
from resetsim.views.cohort import figures

SLOWLY_S = float(os.environ.get("SLOWLY", "0"))
PREPARE, ARM_PART = cohort.prepare_cohort, cohort.arm_part


def prepared(*arguments):
    """Prepare arms that need no simulation."""
    return with_formula(PREPARE(*arguments))


def slow_part(*arguments):
    """Follow a chunk through an arm, and take one's time."""
    time.sleep(SLOWLY_S)
    return ARM_PART(*arguments)


def formula_command():
    """Run the command."""
    cohort.CHUNK, cohort.prepare_cohort, cohort.arm_part = 7, prepared, slow_part
    engine.best_engine = lambda _: NoEngine()
    figures.COHORT_VIEWS = ()
    main()


if __name__ == "__main__":
    formula_command()
