"""Whatever the units: their mean input, their weights, and more input never amplifies fewer."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from known_drift import known_system, known_table

from resetsim.body.dosing import Dosing
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.units import OwnUnits, units_of
from resetsim.outcomes.summary import AMPLIFIED
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import InputCourse
from resetsim.patients.units import Units, drawn_units
from resetsim.study.dorsal_horn_course import solved_dorsal_horn

SYSTEM = known_system(known_table(), heterosynaptic="input-dependent")

drawn = st.builds(
    lambda seed, **own: drawn_units(units_of(None, OwnUnits(**own)), seed),
    st.integers(0, 2**63 - 1),
    count=st.integers(1, 60),
    share_active=st.floats(0.01, 1),
    spread=st.floats(0, 3),
    assayed=st.integers(1, 60),
)


@given(drawn)
def test_input_is_spread_but_not_made(units: Units) -> None:
    inputs = units.inputs
    assert (inputs >= 0).all()
    assert np.isclose(units.over_the_area(inputs, np.zeros(())), 1.0)


@given(drawn)
def test_what_is_assayed_stands_for_all_units(units: Units) -> None:
    measured = units.measured()
    assert np.isclose(sum(weight for _, weight in measured), 1.0)
    ranked = [units.multiplier[unit] for unit, _ in measured]
    assert ranked == sorted(ranked)
    assert len(measured) <= units.count


@given(drawn, st.floats(0.1, 2.0), st.floats(1.0, 1.5))
@settings(deadline=None, max_examples=20)
def test_more_input_never_amplifies_fewer_units(units: Units, residual: float, more: float) -> None:
    dosing = (Dosing(20.0, 22.0, fixed_effect=0.8),)

    def amplified(residual_hz: float) -> float:
        periphery = InputCourse(0.0, 4.0, residual_hz, 5.0)
        whom = Patient(periphery, dosing, DrugAction(), 0.0, 60.0, 0.0, units=units)
        _, solved = solved_dorsal_horn(SYSTEM, whom, [])
        return float((solved.states[-1, :, 1] > AMPLIFIED).mean())

    assert amplified(residual) <= amplified(residual * more)
