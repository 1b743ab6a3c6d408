"""Follow the patient and the memory of one sample."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from outcomes import LONG_H, Evaluated, Memory, Pain
from ranges import BLOCKADE, INFLUX, RESIDUAL, SHARE_ACTIVE, SPREAD, WINDOW_HZ, Values
from shared import TREATED_D, Shared

from resetsim.body.dosing import Dosing
from resetsim.declare.units import OwnUnits, units_of
from resetsim.patients.patient import Patient
from resetsim.patients.units import drawn_units
from resetsim.records.result import Array
from resetsim.slow.clock import USUAL, integrate
from resetsim.slow.system import Asked, SlowSystem
from resetsim.slow.table import DriftTable
from resetsim.study.dorsal_horn_course import solved_dorsal_horn
from resetsim.study.thresholds import HOURS_PER_DAY, from_arms
from resetsim.tissue.plasticity.dynamics import Constants
from resetsim.tissue.plasticity.maintenance import maintenance_rule


def evaluate(shared: Shared, values: Values, scanned: bool) -> Evaluated:
    """Return what comes out of one sample; scanned, also at other inputs."""
    window = None
    if scanned:
        window = sum(pain_of(shared, {**values, RESIDUAL: rate}).holds for rate in WINDOW_HZ)
    return Evaluated(values, pain_of(shared, values), memory_of(shared, values), window)


def pain_of(shared: Shared, values: Values) -> Pain:
    """Follow the patient of a sample."""
    influx_factor = values[INFLUX] / shared.ranges[INFLUX].declared
    drift = shared.drift(influx_factor, values[BLOCKADE])
    constants = _changed(shared.constants, _factors(shared, values))
    return followed(horn_of(drift, constants), patient_of(shared, values))


def followed(horn: SlowSystem, patient: Patient) -> Pain:
    """Follow a patient, untreated and after blockades."""
    time_d, late = _late(horn, replace(patient, dosings=()))
    before = float(np.interp(TREATED_D, time_d, late))
    pain = Pain(before, float(late[-1]), float("nan"))
    if not pain.lasting:
        return pain
    hours = from_arms(horn, patient, USUAL)
    pain = replace(pain, threshold_h=float("inf") if hours is None else hours)
    return _after_the_longest(pain, horn, patient, time_d, late)


def _late(horn: SlowSystem, patient: Patient) -> tuple[Array, Array]:
    """Return moments, and the mean late phase of the patient's units there."""
    time_d, solved = solved_dorsal_horn(horn, patient, [TREATED_D], tolerance=USUAL)
    return time_d, solved.states[:, :, 1].mean(axis=1)


def _after_the_longest(
    pain: Pain, horn: SlowSystem, patient: Patient, time_d: Array, untreated: Array
) -> Pain:
    """Add what a blockade of seven days lowers, and for how long."""
    treated = patient.with_last_duration(LONG_H / HOURS_PER_DAY)
    end_d = treated.dosings[-1].end_d
    every, late_then = _late(horn, treated)
    since = every >= end_d
    moments, late = every[since], late_then[since]
    missing = 1 - late / np.interp(moments, time_d, untreated)
    at_end, week, month = np.interp(end_d + np.array([0.0, 7.0, 30.0]), moments, missing)
    back = moments[missing < at_end / 2]
    half_back = float(back[0] - end_d) if back.size else float("inf")
    return replace(
        pain, lowered_week=float(week), lowered_month=float(month), half_back_d=half_back
    )


def horn_of(drift: DriftTable, constants: Constants) -> SlowSystem:
    """Return the dorsal horn with its maintenance rule."""
    return _slow_system(drift, "input-dependent", constants)


def patient_of(shared: Shared, values: Values) -> Patient:
    """Return the declared patient with the input and the blockade of a sample."""
    (dosing,) = shared.patient.dosings
    own = OwnUnits(share_active=values[SHARE_ACTIVE], spread=values[SPREAD])
    return replace(
        shared.patient,
        units=drawn_units(units_of(shared.units, own), shared.seed),
        periphery=replace(shared.patient.periphery, residual_hz=values[RESIDUAL]),
        dosings=(replace(dosing, fixed_effect=values[BLOCKADE]),),
    )


def memory_of(shared: Shared, values: Values) -> Memory:
    """Follow what was taught once, through the longest blockade that pain may need."""
    factors = _factors(shared, values)
    constants = _changed(shared.memory_constants, factors)
    system = _slow_system(shared.memory, "self-sustaining", constants)
    # A session is so short and so strong that only its potentiation counts.
    early = 1 - (1 - shared.taught_early) ** factors["potentiation_rate"]
    begin_d, end_d = TREATED_D, TREATED_D + LONG_H / HOURS_PER_DAY

    blocked = Dosing(begin_d, end_d, fixed_effect=values[BLOCKADE])
    patient = replace(shared.patient, dosings=(blocked,))
    times_d = np.array([0.0, begin_d, end_d, end_d + TREATED_D])
    start = system.naive()
    start[0, 0] = early
    (solved,) = integrate(system, [Asked(patient.memory_drive, times_d, start)])
    late = solved.states[:, 0, 1]
    return Memory(early, float(late[1]), float(late[2:].min()))


def _factors(shared: Shared, values: Values) -> dict[str, float]:
    """Return the constants of slow plasticity that a sample changes, over those declared."""
    return {
        each.constant: values[name] / each.declared
        for name, each in shared.ranges.items()
        if name.startswith("plasticity.")
    }


def _changed(constants: Constants, factors: Mapping[str, float]) -> dict[str, float]:
    return {**constants, **{name: constants[name] * factors[name] for name in factors}}


def _slow_system(drift: DriftTable, rule: str, constants: Constants) -> SlowSystem:
    return SlowSystem(drift, maintenance_rule(rule), constants)
