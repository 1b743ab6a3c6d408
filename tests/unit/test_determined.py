"""What is kept of a course is found again for the same patient and drift alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from known_drift import GRID, known_table

from resetsim.declare.experiment import read_experiment
from resetsim.declare.plan import Plan
from resetsim.declare.quantities import units
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.study.determined import determined

SMALL = (GRID[0], GRID[1], (0.0,), (0.0,))
FILE = """
question = "Does an infusion help?"
model = "dorsal_horn"
hypothesis = "reset"
[patient.injury]
at = "0 day"
peak_rate = "1.4 Hz"
heals_with = "10 day"
residual_rate = "0.5 Hz"
[[treatment]]
at = "60 day"
duration = "5 day"
drug = "drug.toml"
dose = "5 mg/kg/h"
[follow_up]
until = "150 day"
"""
KETAMINE = Path(__file__).parents[2] / "models" / "drugs" / "ketamine.toml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "drug.toml").write_text(KETAMINE.read_text())
    (tmp_path / "infusion.toml").write_text(FILE)
    return tmp_path / "infusion.toml"


def plan_of(file: Path) -> Plan:
    return read_experiment(file).arms[0].plan


def key(plan: Plan, table: DriftTable, target: str = "numpy") -> bytes:
    return determined(Engine(target), plan, table)  # type: ignore[arg-type]


def test_it_is_the_same_when_all_is_read_again(file: Path) -> None:
    assert key(plan_of(file), known_table(SMALL)) == key(plan_of(file), known_table(SMALL))


def test_the_last_digit_of_a_quantity_counts(file: Path) -> None:
    plan, table = plan_of(file), known_table(SMALL)
    injury = plan.patient.injury
    assert injury is not None
    rate = units.Quantity(float(np.nextafter(1.4, 2)), "Hz")
    other = injury.model_copy(update={"peak_rate": rate})
    patient = plan.patient.model_copy(update={"injury": other})
    assert key(plan.model_copy(update={"patient": patient}), table) != key(plan, table)


def test_the_text_of_a_drug_counts(file: Path) -> None:
    plan, table = plan_of(file), known_table(SMALL)
    before = key(plan, table)
    (file.parent / "drug.toml").write_text(KETAMINE.read_text() + "\n")
    assert key(plan, table) != before


def test_how_sure_a_table_is_counts(file: Path) -> None:
    plan, table = plan_of(file), known_table(SMALL)
    point, *_ = table.nodes
    error = {name: 2 * each + 1 for name, each in table.nodes[point].standard_error.items()}
    nodes = {**table.nodes, point: replace(table.nodes[point], standard_error=error)}
    assert key(plan, replace(table, nodes=nodes)) != key(plan, table)


def test_what_the_network_is_compiled_for_counts(file: Path) -> None:
    plan, table = plan_of(file), known_table(SMALL)
    assert key(plan, table, "cython") != key(plan, table)
