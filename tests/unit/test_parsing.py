"""Expressions of the slow dynamics: what is accepted, and what a refusal says."""

import re
from pathlib import Path

import numpy as np
import pytest
from known_drift import CONSTANTS
from scipy.integrate import solve_ivp

from resetsim.declare.files import find_file
from resetsim.declare.model import read_model
from resetsim.declare.plasticity import Plasticity
from resetsim.errors import InputError
from resetsim.study.direct import _slowed
from resetsim.tissue.arguments import consolidation_arguments, model_arguments
from resetsim.tissue.equations import SLOW_CONSTANTS
from resetsim.tissue.plasticity import maintenance
from resetsim.tissue.plasticity.dynamics import efficacy_of, late_of, slow_rates
from resetsim.tissue.plasticity.maintenance import RULES, MaintenanceRule, maintenance_rule
from resetsim.tissue.plasticity.parsing import function_of, parsed, renamed

ROOT = Path(__file__).parents[2]


def rule(drift):
    return MaintenanceRule("mine", drift, "a test")


def test_every_shipped_rule_passes_its_check():
    for each in RULES.values():
        each.check()


@pytest.mark.parametrize(
    ("drift", "message"),
    [
        ("-lat/late_decay", r"maintenance.py: rule 'mine', drift: unknown symbol 'lat'.*'late'"),
        ("-late/late_decai", r"unknown symbol 'late_decai'; did you mean 'late_decay'"),
        ("-late*exq(-age)", r"unknown function 'exq'; did you mean 'exp'"),
        ("-exp(late, age)", r"exp\(\) takes 1 argument\(s\), found 2"),
        ("clip(late)", r"clip\(\) takes 3 argument\(s\), found 1"),
        ("-late/exp", r"'exp' is a function"),
        ("-late/(late_decay", r"is no expression"),
        ("", r"is no expression"),
        ("late if age else 0", r"'late if age else 0' is not allowed"),
        ("late.real", r"'late.real' is not allowed"),
        ("-late/'3 day'", r"found '3 day'; only numbers and names"),
        ("__import__('os').getcwd()", r"is not allowed|unknown function"),
        ("-late//late_decay", r"FloorDiv.*not allowed"),
        ("-protein_decay*late", r"unknown symbol 'protein_decay'"),
    ],
)
def test_a_wrong_rule_is_refused_by_place_and_symbol(monkeypatch, drift, message):
    monkeypatch.setitem(RULES, "mine", rule(drift))
    with pytest.raises(InputError, match=message):
        maintenance_rule("mine")
    with pytest.raises(InputError, match="rule 'mine'"):
        slow_rates(rule(drift.replace("protein_decay", "unknown")), CONSTANTS)


def test_functions_and_operators_mean_what_they_say():
    names = {"late": 0.3, "age": 2.0}
    text = "exp(-late) + log(age)*sqrt(age) - abs(-age)/clip(late, 0.5, 1)**2"
    (value,) = function_of([parsed(text, names, "here")], names, {})(0.3, 2.0)
    assert value == pytest.approx(np.exp(-0.3) + np.log(2) * np.sqrt(2) - 2 / 0.25)
    (far,) = function_of([parsed("1/(1 + exp(late))", names, "here")], names, {})(1e300, 0.0)
    assert far == pytest.approx(0.0, abs=1e-300)


def test_a_name_inside_another_is_not_renamed():
    tree = parsed("late + relate", ("late", "relate"), "here")
    assert function_of([renamed(tree, {"late": "x"})], ("x", "relate"), {})(1.0, 2.0) == (3.0,)


def test_late_is_the_root_of_the_declared_efficacy():
    for late in (0.0, 0.4, 1.0):
        assert late_of(efficacy_of(CONSTANTS)(0.0, late), CONSTANTS) == pytest.approx(late)
    ones = dict.fromkeys(SLOW_CONSTANTS, 1.0)
    assert late_of(2.5, ones) == 1.5


def test_the_example_of_the_docs_works_as_it_is_pasted():
    document = (ROOT / "docs/how_to/maintenance_rules.md").read_text()
    (snippet,) = re.findall(r"```python\n(.*?)```", document, re.DOTALL)
    source = Path(maintenance.__file__).read_text()
    last = source.rindex("    )\n}")
    module = {"__name__": maintenance.__name__}
    exec(source[:last] + snippet + source[last:], module)
    pasted = module["RULES"]["power-law"]
    assert set(module["RULES"]) == {*RULES, "power-law"}
    pasted.check()
    rates = slow_rates(pasted, CONSTANTS)
    days = np.linspace(0, 20, 11)
    late = solve_ivp(
        lambda _, y: [86400 * rates(0.0, float(y[0]), 0.0, 0.0, 0.0, 0.0, 1.0)[1]],
        (0, 20),
        [0.9],
        t_eval=days,
        rtol=1e-9,
        atol=1e-12,
    ).y[0]
    assert late == pytest.approx(1 / np.sqrt(1 / 0.9**2 + 2 * days / 4), abs=1e-6)


@pytest.mark.parametrize("name", ["dorsal_horn", "memory"])
def test_the_direct_engine_slows_every_constant_with_a_time_scale(name):
    model = read_model(find_file(name, "model"))
    plastic = model.plastic_connection
    arguments = model_arguments(model) | consolidation_arguments(model)
    of_the_network = {
        variable: value
        for (owner, variable), value in ((key.split("."), arguments[key]) for key in arguments)
        if variable in Plasticity.model_fields and owner in (plastic.name, plastic.target)
    }
    assert set(of_the_network) == set(Plasticity.model_fields)
    slowed = _slowed(model.plasticity, 0.25)
    for constant, unit in SLOW_CONSTANTS.items():
        factor = {"Hz": 0.25, "second": 4.0, "1": None}[unit]
        expected = None if factor is None else factor * of_the_network[constant]
        assert slowed.get(constant) == pytest.approx(expected), constant
    assert slowed["protein_decay"] == pytest.approx(4 * of_the_network["protein_decay"])
    others = set(Plasticity.model_fields) - set(SLOW_CONSTANTS)
    assert others == {"protein_threshold", "protein_width", "protein_decay"}
