"""How fast is it, and against what? Prints a table for each question; asserts nothing.

Run it on a quiet machine: ``make bench``. Times are CPU seconds, medians over repeats; what is
compared is run in turn, and wall seconds where cores are named. The first run compiles five
networks and a program written by hand.
"""

from averaging import against_real_time, over_arms, over_days
from by_hand import against_by_hand
from cohort import against_one_by_one, on_two_cores, over_patients
from columns import over_columns
from kinetics import against_ensembles
from machine import describe
from memory import peak_memory
from rich.console import Console
from slow_clock import slow_clock
from targets import against_other_targets


def main() -> None:
    """Answer every question, the quick ones first."""
    console = Console(width=100)
    console.print(describe())
    for question in (
        over_days,
        over_arms,
        slow_clock,
        over_patients,
        on_two_cores,
        against_one_by_one,
        against_ensembles,
        against_other_targets,
        against_by_hand,
        against_real_time,
        over_columns,
        peak_memory,
    ):
        console.print(question(), "")
    console.print(describe().splitlines()[-1])


if __name__ == "__main__":
    main()
