"""What acts on the tissue of many patients over time, as rows that the kernel reads."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import HOURS_PER_DAY
from resetsim.body.drug_action import KINASES
from resetsim.body.many_bodies import ManyDrugCourses
from resetsim.body.receptor_block import concentration_um
from resetsim.declare.axes import AXES, place_of, targets
from resetsim.declare.hypothesis import PAIN
from resetsim.patients.many import EDGE_DIGITS, ManyPatients
from resetsim.patients.many_effects import ManyEffects
from resetsim.slow.batch import DrugColumns, rows

Array = NDArray[np.float64]


def driven(patients: ManyPatients, effects: ManyEffects) -> Array:
    """Return what acts on the dorsal horn over all time, loss of inhibition aside.

    Parameters
    ----------
    patients
        Who they are.
    effects
        What is done to them.

    Returns
    -------
    array
        Rows for :class:`resetsim.slow.batch.Batch`; shape (P, S, columns).
    """
    between = _between(_edges_of_input(patients), _edges_of(effects, patients.count))
    return _rows(effects, between, _input(patients, between.at))


def memory_driven(patients: ManyPatients, effects: ManyEffects) -> Array:
    """Return what acts on memories over all time: they have no ongoing input from outside.

    Parameters
    ----------
    patients, effects
        As :func:`driven` takes them.

    Returns
    -------
    array
        As there.
    """
    reaching = effects.reaching([name for name, axis in targets().items() if axis.reaches_memory])
    never = np.full((patients.count, 1), np.inf)
    between = _between(_edges_of(reaching, patients.count), never)
    none = np.zeros(between.at.shape)
    return _rows(reaching, between, (none, none, none))


class _Between(NamedTuple):
    """Stretches between edges, and when each is read: the first one long before."""

    starts: Array
    ends: Array
    at: Array


def _between(*jumps: Array) -> _Between:
    edges = np.sort(np.hstack(jumps).round(EDGE_DIGITS), axis=1)
    first = np.where(np.isfinite(edges[:, :1]), edges[:, :1], 0.0)
    starts, ends = np.hstack([first, edges]), np.hstack([edges, np.full_like(first, np.inf)])
    at = starts.copy()
    at[:, 0] = -np.inf
    return _Between(starts, ends, at)


def _rows(effects: ManyEffects, between: _Between, input_hz: tuple[Array, Array, Array]) -> Array:
    at = between.at
    left = np.ones((*at.shape, len(AXES)))
    for name, axis in targets().items():
        left[..., place_of(axis.name)] = effects.left(name, at)
    drugs = [
        _columns(courses, place_of(targets()[target].name), at)
        for target, courses in effects.drugs
        if target != PAIN
    ]
    return rows(between.starts, between.ends, input_hz, effects.left(KINASES, at), left, drugs)


def _edges_of_input(patients: ManyPatients) -> Array:
    """Return where the input jumps, infinite where a patient has had all; shape (P, E)."""
    own = [patients.flare_start_d, patients.flare_end_d]
    moments = [edge for each in patients.extras for edge in (each.start_d, each.end_d)]
    own.append(patients.injury_d[:, None])
    own.append(np.tile(moments, (patients.count, 1)))
    return np.hstack(own)


def _edges_of(effects: ManyEffects, count: int) -> Array:
    """Return where effects jump, infinite for who does not get them; shape (P, E)."""
    treatments = [each for _, each in effects.fixed]
    times = [when for each in treatments for when in (each.start_d, each.end_d)]
    for target, courses in effects.drugs:
        if target == PAIN:
            continue
        times += [when for each in courses.infusions for when in (each.start_d, each.end_d)]
        times.append(np.where(np.isfinite(courses.end_d), courses.end_d, np.inf))
    return np.hstack([np.empty((count, 0)), *(each[:, None] for each in times)])


def _input(patients: ManyPatients, at_d: Array) -> tuple[Array, Array, Array]:
    """Return what stays, what falls, and how fast, see ``InputCourse.segments``."""
    injury_d = patients.injury_d[:, None]
    injured = at_d >= injury_d
    since = np.where(injured & np.isfinite(at_d), at_d - injury_d, 0.0)
    per_d = (1 / patients.heals_with_d)[:, None]
    steady = np.where(injured, patients.residual_hz[:, None], 0.0)
    above = (patients.peak_hz - patients.residual_hz)[:, None]
    falling = np.where(injured, above, 0.0) * np.exp(-since * per_d)
    for start, end, extra in zip(
        patients.flare_start_d.round(EDGE_DIGITS).T,
        patients.flare_end_d.round(EDGE_DIGITS).T,
        patients.flare_hz.T,
        strict=True,
    ):
        now = (start[:, None] <= at_d) & (at_d < end[:, None])
        steady = steady + np.where(now, extra[:, None], 0.0)
    left = np.ones(at_d.shape)
    for each in patients.extras:
        now = (round(each.start_d, EDGE_DIGITS) <= at_d) & (at_d < round(each.end_d, EDGE_DIGITS))
        steady = steady + np.where(now, each.extra_rate_hz, 0.0)
        left = left * np.where(now, each.fraction_left, 1.0)
    return steady * left, falling * left, np.broadcast_to(per_d, at_d.shape)


def _columns(courses: ManyDrugCourses, acts_on: int, at_d: Array) -> DrugColumns:
    """Return a drug over segments, see :func:`resetsim.slow.drive.drug_drive`."""
    curve = courses.drug.receptor_block
    level, amplitude = courses.segments(np.where(np.isfinite(at_d), at_d, -1e9))
    nowhere = ~np.isfinite(at_d)
    with np.errstate(divide="ignore"):
        per_mg_l = concentration_um(courses.drug, 1.0) * curve.unbound_fraction.si_value
        half = float(np.divide(curve.ic50.value.m_as("uM"), per_mg_l))
    return DrugColumns(
        half,
        curve.hill_coefficient.si_value,
        curve.maximum_block.si_value,
        acts_on,
        np.where(nowhere, 0.0, level),
        courses.modes.falls_per_h * HOURS_PER_DAY,
        np.where(nowhere[..., None], 0.0, amplitude),
    )
