"""Tables of a cohort beside that of pain, for those that have what they are about."""

from resetsim.outcomes.cohort import CohortOutcomes
from resetsim.views.cohort.crossover import crossover_table
from resetsim.views.cohort.memory import memory_table
from resetsim.views.fitted_table import FittedTable


def further_tables(outcomes: CohortOutcomes) -> dict[str, FittedTable]:
    """Return the tables that follow the main one.

    Parameters
    ----------
    outcomes
        Of a cohort.

    Returns
    -------
    dict
        By title.
    """
    found = {"Memories": memory_table(outcomes), "Crossover": crossover_table(outcomes)}
    return {title: table for title, table in found.items() if table}
