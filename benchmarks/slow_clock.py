"""Question: what does a course of the slow clock cost? CPU milliseconds, beside SciPy's LSODA."""

from dataclasses import replace
from functools import cache

import numpy as np
from rich.table import Table
from timing import medians, ratio
from workload import STANDALONE, arm

from resetsim.body.dosing import Dosing
from resetsim.declare.axes import Point
from resetsim.declare.drug import read_drug
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import Extra
from resetsim.progress import Silent
from resetsim.slow import kernel, reference
from resetsim.slow.clock import TIGHT, USUAL
from resetsim.slow.measure import Ranges, measure_table
from resetsim.slow.system import Asked, SlowSystem
from resetsim.study.dorsal_horn_course import dorsal_horn_ranges

UNITS = 20
TOLERANCES = (1e-4, USUAL, TIGHT)
SPREAD = 0.1  # of the input of units, either way
COPIES = 20  # of a course in one call, so that what Python prepares hardly counts
_FLARE_UPS = tuple(np.linspace(65.0, 235.0, 20))


def courses() -> dict[str, Patient]:
    """Return patients of 240 days."""
    fixed = arm().patient
    coma = Dosing(60.0, 65.0, drug=read_drug("ketamine"), rate_mg_per_kg_h=5.0)
    flare_ups = tuple(Extra(start, start + 0.5, 0.5) for start in _FLARE_UPS)
    troubled = replace(fixed.periphery, extras=flare_ups)
    return {
        "fixed blockade": fixed,
        "ketamine": replace(fixed, dosings=(coma,)),
        "ketamine, 20 flare-ups": replace(fixed, dosings=(coma,), periphery=troubled),
    }


@cache
def system() -> SlowSystem:
    """Return the shipped dorsal horn with its measured drift."""
    sampler = arm().dorsal_horn.sampler
    visited = [piece for patient in courses().values() for piece in _visited(patient)]
    table = measure_table(sampler, visited, STANDALONE, Silent())
    return arm().dorsal_horn.with_table(table, arm().heterosynaptic)


def _visited(patient: Patient) -> Ranges:
    """Return what the units of a patient visit, whose input is spread."""
    return [
        (_with_input(low, 1 - SPREAD), _with_input(high, 1 + SPREAD))
        for low, high in dorsal_horn_ranges(patient)
    ]


def _with_input(point: Point, times: float) -> Point:
    return point.moved(input_rate_hz=times * point.input_rate_hz)


def asked(patient: Patient, units: int) -> Asked:
    """Return the course of some units at a few moments."""
    moments = np.array([0.0, 59.0, 65.0, 72.0, 95.0, 155.0, 240.0])
    multiplier = np.linspace(1 - SPREAD, 1 + SPREAD, units) if units > 1 else np.ones(1)
    return Asked(patient.drive, moments, system().naive(units), multiplier)


def slow_clock() -> Table:
    """Return what one and twenty units cost in the kernel, by tolerance, beside the reference."""
    shown = Table(title="What does a course cost? 240 days, CPU ms; units step on their own")
    shown.add_column("timeline")
    shown.add_column("units", justify="right")
    for tolerance in TOLERANCES:
        shown.add_column(f"kernel, {tolerance:g}", justify="right")
    shown.add_column("LSODA, 1e-06", justify="right")
    shown.add_column("LSODA takes", justify="right")
    for name, patient in courses().items():
        for units in (1, UNITS):
            shown.add_row(name, str(units), *_costs(asked(patient, units)))
    return shown


def _costs(course: Asked) -> list[str]:
    several = [course] * COPIES
    works = {
        f"{tolerance:g}": lambda tolerance=tolerance: kernel.integrate(system(), several, tolerance)
        for tolerance in TOLERANCES
    }
    works["LSODA"] = lambda: reference.integrate(system(), course)
    works["1e-05"]()  # compiled once
    found = medians(works, repeats=5)
    kernels = [found[f"{tolerance:g}"] / COPIES for tolerance in TOLERANCES]
    gain = found["LSODA"] / kernels[TOLERANCES.index(USUAL)]
    return [f"{1000 * each:.3f}" for each in kernels] + [
        f"{1000 * found['LSODA']:.0f}",
        f"{ratio(gain)} ×",
    ]
