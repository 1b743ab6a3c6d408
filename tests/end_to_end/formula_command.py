"""The real command on cohorts whose drift is a formula, in small chunks and without figures.

``python formula_command.py ARGUMENTS``; ``SLOWLY`` in the environment is how long an arm of a chunk
takes at least, in seconds; with ``NO_FORMULA`` nothing is known of drift but what is given;
with ``TAUGHT`` memories learn what they are taught.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from known_cohort import TEACHER, NoEngine, with_formula

from resetsim.cli import main
from resetsim.spiking import engine
from resetsim.study import cohort, cohort_prepared
from resetsim.views.cohort import figures

SLOWLY_S = float(os.environ.get("SLOWLY", "0"))
PREPARE, ARM_PART = cohort_prepared.prepare_cohort, cohort.arm_part


def prepared(*arguments):
    """Prepare arms that need no simulation."""
    arms = PREPARE(*arguments)
    return arms if "NO_FORMULA" in os.environ else with_formula(arms)


def slow_part(*arguments):
    """Follow a chunk through an arm, and take one's time."""
    time.sleep(SLOWLY_S)
    return ARM_PART(*arguments)


def with_formulas(put=setattr):
    """Change what the command computes with; ``put`` sets an attribute of a module."""
    put(cohort, "CHUNK", 7)
    put(cohort_prepared, "prepare_cohort", prepared)
    put(cohort, "arm_part", slow_part)
    put(engine, "best_engine", lambda _: TEACHER if "TAUGHT" in os.environ else NoEngine())
    put(figures, "COHORT_VIEWS", ())


if __name__ == "__main__":
    with_formulas()
    main()
