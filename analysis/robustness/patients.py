"""Follow the patient and the memory of one sample."""

from dataclasses import replace

import numpy as np
from outcomes import LONG_H, Evaluated, Memory, Pain
from ranges import BLOCKADE, INFLUX, RESIDUAL, Values
from shared import TREATED_D, Shared

from resetsim.body.dosing import Dosing
from resetsim.patients.patient import Patient
from resetsim.slow.clock import integrate
from resetsim.slow.system import Asked, SlowSystem
from resetsim.slow.table import DriftTable
from resetsim.study.dorsal_horn_course import solved_dorsal_horn
from resetsim.study.thresholds import HOURS_PER_DAY, from_arms
from resetsim.tissue.plasticity.dynamics import Constants
from resetsim.tissue.plasticity.maintenance import maintenance_rule

WINDOW_HZ = tuple(np.linspace(1.0, 2.0, 11).round(1).tolist())


def evaluate(shared: Shared, values: Values, scanned: bool) -> Evaluated:
    """Return what comes out of one sample; scanned, also at other inputs."""
    window = None
    if scanned:
        window = sum(pain_of(shared, {**values, RESIDUAL: rate}).holds for rate in WINDOW_HZ)
    return Evaluated(values, pain_of(shared, values), memory_of(shared, values), window)


def pain_of(shared: Shared, values: Values) -> Pain:
    """Follow the patient, untreated and after blockades."""
    influx_factor = values[INFLUX] / shared.ranges[INFLUX].declared
    drift = shared.drift(influx_factor, values[BLOCKADE])
    horn = horn_of(drift, shared.constants | _slow_constants(shared, values))
    patient = patient_of(shared, values)
    time_d, untreated = solved_dorsal_horn(horn, replace(patient, dosings=()), [TREATED_D])
    late = untreated.states[:, 0, 1]
    before = float(late[np.searchsorted(time_d, TREATED_D)])
    pain = Pain(before, float(late[-1]), float("nan"))
    return replace(pain, threshold_h=threshold_h(horn, patient)) if pain.lasting else pain


def horn_of(drift: DriftTable, constants: Constants) -> SlowSystem:
    """Return the dorsal horn with its maintenance rule."""
    return _slow_system(drift, "input-dependent", constants)


def patient_of(shared: Shared, values: Values) -> Patient:
    """Return the declared patient with the input and the blockade of a sample."""
    (dosing,) = shared.patient.dosings
    return replace(
        shared.patient,
        periphery=replace(shared.patient.periphery, residual_hz=values[RESIDUAL]),
        dosings=(replace(dosing, blockade=values[BLOCKADE]),),
    )


def threshold_h(horn: SlowSystem, patient: Patient) -> float:
    """Return the shortest blockade that resets, in hours; infinity for none up to a year."""
    hours = from_arms(horn, patient)
    return float("inf") if hours is None else hours


def memory_of(shared: Shared, values: Values) -> Memory:
    """Follow what was taught once, through the longest blockade that pain may need."""
    slow = _slow_constants(shared, values)
    system = _slow_system(shared.memory, "self-sustaining", shared.memory_constants | slow)
    # A session is so short and so strong that only its potentiation counts.
    ratio = slow["potentiation_rate"] / shared.memory_constants["potentiation_rate"]
    early = 1 - (1 - shared.taught_early) ** ratio
    begin_d, end_d = TREATED_D, TREATED_D + LONG_H / HOURS_PER_DAY

    blocked = Dosing(begin_d, end_d, blockade=values[BLOCKADE])
    patient = replace(shared.patient, dosings=(blocked,))
    times_d = np.array([0.0, begin_d, end_d, end_d + TREATED_D])
    start = system.naive()
    start[0, 0] = early
    (solved,) = integrate(system, [Asked(patient.memory_drive, times_d, start)])
    late = solved.states[:, 0, 1]
    return Memory(early, float(late[1]), float(late[2:].min()))


def _slow_constants(shared: Shared, values: Values) -> dict[str, float]:
    """Return the constants of slow plasticity that a sample changes, in SI."""
    return {
        each.constant: values[name] * each.si
        for name, each in shared.ranges.items()
        if name.startswith("plasticity.")
    }


def _slow_system(drift: DriftTable, rule: str, constants: Constants) -> SlowSystem:
    return SlowSystem(drift, maintenance_rule(rule), constants)
