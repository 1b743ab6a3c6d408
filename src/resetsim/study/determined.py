"""What a course of an arm depends on, apart from code and from what is simulated on its way."""

import json
from functools import lru_cache
from hashlib import sha256

from resetsim.declare.files import read_text
from resetsim.declare.plan import Plan
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.store.digest import digest


def determined(engine: Engine, plan: Plan, table: DriftTable) -> bytes:
    """Return the hash of what a course of an arm depends on.

    Parameters
    ----------
    engine
        What measured the table.
    plan
        Of the arm.
    table
        Its drift, and how sure that is.

    Returns
    -------
    bytes
        Of the plan, the files that it names, and the table.
    """
    drugs = [treatment.drug for treatment in plan.treatments]
    files = [file for file in (plan.model, plan.hypothesis, *drugs) if file is not None]
    declared = [engine.built_for, plan.model_dump(), *map(read_text, files)]
    # As text, a quantity has all its digits.
    return sha256(json.dumps(declared, default=str).encode() + _measured(table)).digest()


@lru_cache(maxsize=4)
def _measured(table: DriftTable) -> bytes:
    return digest([table.grid, table.efficacies, table.nodes])
