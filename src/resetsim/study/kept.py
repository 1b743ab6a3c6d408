"""What follows from a drift table, kept in the cache: bands and thresholds are many courses each."""

import json
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import resetsim
from resetsim.cache import cache_folder, cache_path
from resetsim.declare.files import read_text
from resetsim.declare.plan import Plan
from resetsim.errors import InputError
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.spiking.sealed import read_file, sealed, unsealed
from resetsim.spiking.store import DamagedCacheWarning
from resetsim.whole_file import whole_file

_FOLDER = "answers"
_NOT_COMPUTING = ("cli", "views")  # rooms


def kept_answer(
    engine: Engine,
    what: str,
    plan: Plan,
    table: DriftTable,
    course: bytes,
    compute: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Return what was computed before from the same, or compute and keep it.

    Parameters
    ----------
    engine
        What measured the table; it says whether anything is kept.
    what
        It is, in a word.
    plan
        Of the arm.
    table
        The drift that it is computed from.
    course
        Else it is computed from, as bytes: what simulations at moments of the timeline gave.
    compute
        Gives it, as JSON has it.

    Returns
    -------
    dict
        The same floats, to the last bit.
    """
    if not engine.keep:
        return compute()
    digest = sha256(f"{what} {engine.built_for} {_code()} {_declared(plan)}".encode())
    digest.update(_measured(table))
    digest.update(course)
    key = digest.hexdigest()[:40]
    found = _load(key)
    if found is None:
        found = compute()
        # Where simulations could not be kept either they have said so; this takes seconds.
        with suppress(OSError, InputError), whole_file(cache_folder(_FOLDER) / key) as partial:
            partial.write_bytes(sealed(key, json.dumps(found).encode()))
    return found


def _load(key: str) -> dict[str, Any] | None:
    file = cache_path(_FOLDER) / key
    try:
        found: dict[str, Any] = json.loads(unsealed(key, read_file(file)))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        warnings.warn(
            f"{file} is damaged ({error}); what it held is computed again",
            DamagedCacheWarning,
            stacklevel=2,
        )
        return None
    return found


def _declared(plan: Plan) -> str:
    """Return a plan with the text of every file that it names."""
    drugs = [treatment.drug for treatment in plan.treatments]
    files = [file for file in (plan.model, plan.hypothesis, *drugs) if file is not None]
    return json.dumps([plan.model_dump(), *map(read_text, files)], default=str)


@lru_cache(maxsize=4)
def _measured(table: DriftTable) -> bytes:
    digest = sha256(repr((table.grid, table.efficacies, list(table.nodes))).encode())
    for node in table.nodes.values():
        for name in node.value:
            digest.update(np.asarray([node.value[name], node.standard_error[name]]).tobytes())
    return digest.digest()


@lru_cache
def _code() -> str:
    """Hash of all code that anything computed depends on."""
    here = Path(resetsim.__file__).parent
    digest = sha256(f"{version('numpy')} {version('scipy')}".encode())
    for file in sorted([*here.rglob("*.py"), *here.rglob("*.cpp"), *here.rglob("*.txt")]):
        if file.relative_to(here).parts[0] not in _NOT_COMPUTING:
            digest.update(file.read_bytes())
    return digest.hexdigest()
