"""Patients with random timelines, and how two clocks compare on them."""

import numpy as np

from resetsim.body.dosing import Dosing
from resetsim.declare.drug import read_drug
from resetsim.declare.hypothesis import DrugAction
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import Extra, InputCourse
from resetsim.slow.system import Asked

END_D = 240.0
RETURNED = 0.3  # of the late phase: half way between reset and potentiated


def timelines(count, seed):
    """Return patients: any input, flare-ups, blockades and infusions of ketamine."""
    draw = np.random.default_rng(seed)
    return [_patient(draw) for _ in range(count)]


def _patient(draw):
    residual = draw.uniform(0.9, 2.2)
    starts = draw.uniform(10, 230, draw.choice([0, 0, 10]))
    flares = tuple(
        Extra(start, start + draw.uniform(0.1, 2), draw.uniform(0.2, 2)) for start in starts
    )
    start, hours = draw.uniform(40, 80), np.exp(draw.uniform(np.log(0.5), np.log(168)))
    end = start + hours / 24
    if draw.random() < 0.5:
        dosing = Dosing(start, end, fixed_effect=draw.uniform(0.1, 0.95))
    else:
        rate = draw.uniform(0.2, 7)
        dosing = Dosing(start, end, drug=read_drug("ketamine"), rate_mg_per_kg_h=rate)
    periphery = InputCourse(0.0, max(4.0, residual), residual, draw.uniform(2, 20), flares)
    return Patient(periphery, (dosing,), DrugAction(), 0.0, END_D, 0.0)


def asked_of(patient, system):
    """Return the course of a patient, once a day."""
    return Asked(patient.drive, np.arange(0.0, END_D + 1), system.naive())


def compared(found, reference):
    """Return the largest difference of late phase away from jumps, and whether sides agree."""
    late, exact = found.states[:, 0, 1], reference.states[:, 0, 1]
    step = np.abs(np.diff(exact, prepend=exact[0]))
    # Within a day of a jump it is the timing that differs.
    quiet = (step < 0.2) & (np.append(step[1:], 0.0) < 0.2)
    same_side = (late[-1] > RETURNED) == (exact[-1] > RETURNED)
    return np.abs(late - exact)[quiet].max(), same_side
