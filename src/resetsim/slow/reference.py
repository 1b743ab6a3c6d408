"""The reference: the same slow dynamics through SciPy's LSODA, plainly, for tests to compare with.

It shares with the kernel the declared texts and the drive, but neither slopes nor solver nor
lookup.
"""

from collections.abc import Callable
from itertools import pairwise
from math import exp

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from resetsim.declare.axes import AXES, INHIBITION, INPUT, Point, place_of
from resetsim.slow.drive import Drive
from resetsim.slow.system import SECONDS_PER_DAY, Asked, SlowSystem, Solved, StuckError
from resetsim.tissue.plasticity.dynamics import Constants, efficacy_of
from resetsim.tissue.plasticity.expressions import AGE
from resetsim.tissue.plasticity.parsing import function_of, parsed, renamed

Array = NDArray[np.float64]
Rates = Callable[[float, Array], list[float]]


def integrate(system: SlowSystem, asked: Asked, tolerance: float = 1e-6) -> Solved:
    """Integrate the units of one patient.

    Parameters
    ----------
    system
        The plastic system.
    asked
        What is wanted.
    tolerance
        Relative and absolute.

    Returns
    -------
    Solved
        Each stretch between edges is integrated on its own with LSODA (Petzold 1983 SIAM J Sci Stat
        Comput 4:136), which switches between a stiff and a non-stiff method.
    """
    units = len(asked.start)
    multiplier = np.ones(units) if asked.multiplier is None else asked.multiplier
    states = np.stack(
        [
            _unit(system, asked, start, float(times), tolerance)
            for start, times in zip(asked.start, multiplier, strict=True)
        ],
        axis=1,
    )
    points, _ = asked.drive.at(asked.moments_d, before=True)
    efficacy = efficacy_of(system.constants)(states[:, :, 0], states[:, :, 1])
    output = np.empty(efficacy.shape)
    for i, unit in np.ndindex(*output.shape):
        point = Point(*points[i])
        point = point.moved(**{INPUT: float(points[i, place_of(INPUT)] * multiplier[unit])})
        if states.shape[-1] > 4:
            point = point.moved(**{INHIBITION: float(states[i, unit, 4])})
        output[i, unit] = system.table(point, efficacy[i, unit]).output_hz
    return Solved(states, output)


def _unit(
    system: SlowSystem, asked: Asked, start: Array, multiplier: float, tolerance: float
) -> Array:
    times_d, drive = asked.moments_d, asked.drive
    inside = (drive.edges_d > times_d[0]) & (drive.edges_d < times_d[-1])
    edges = [float(times_d[0]), *drive.edges_d[inside].tolist(), float(times_d[-1])]
    states = np.empty((len(times_d), len(start)))
    states[0] = state = start
    for begin, end in pairwise(edges if edges[-1] > edges[0] else edges[:1]):
        wanted = (times_d > begin) & (times_d <= end)
        stored = np.unique(np.append(times_d[wanted], end))
        segment = int(np.searchsorted(drive.edges_d, begin, side="right"))
        solution = solve_ivp(
            _rates(system, _acting(drive, segment, multiplier), start),
            (begin, end),
            state,
            method="LSODA",
            t_eval=stored,
            rtol=tolerance,
            atol=tolerance,
        )
        if not solution.success:
            raise StuckError(f"integration failed between {begin} d and {end} d")
        if not system.tissue.get("loses_inhibition"):
            solution.y[4:5] = start[4:5, None]
        state = solution.y[:, -1]
        states[wanted] = solution.y[:, np.isin(stored, times_d[wanted])].T
    return states


Acting = Callable[[float], tuple[list[float], float]]
"""From a time to coordinates, without loss of inhibition, and the share of kinases left."""


def _acting(drive: Drive, segment: int, multiplier: float) -> Acting:
    """Return what acts over one segment."""
    start = float(drive.starts_d[segment])
    rate, falling = float(drive.rate_hz[segment]), float(drive.falling_hz[segment])
    falls, kinase = float(drive.falls_per_d[segment]), float(drive.kinase_left[segment])
    fixed, axes, input_place = drive.left[segment].tolist(), list(AXES.values()), place_of(INPUT)
    drugs = [each for each in drive.drugs if each.level[segment] or each.amplitude[segment].any()]
    at = np.array(segment)

    def acting(time_d: float) -> tuple[list[float], float]:
        since = time_d - start
        left = list(fixed)
        for drug in drugs:
            left[drug.acts_on] *= 1 - float(drug.effect(at, np.array(since)))
        now = rate + (falling * exp(-falls * since) if falling else 0.0)
        coordinates = [axis.at_left(each) for axis, each in zip(axes, left, strict=True)]
        coordinates[input_place] = multiplier * now
        return coordinates, kinase

    return acting


def _rates(
    system: SlowSystem,
    acting: Acting,
    start: Array,
) -> Rates:
    efficacy, table = efficacy_of(system.constants), system.table
    others = _of_the_dorsal_horn(system) if len(start) > 4 else None
    loses_inhibition = bool(system.tissue.get("loses_inhibition"))
    input_place, inhibition_place = place_of(INPUT), place_of(INHIBITION)

    def rates(time_d: float, state: Array) -> list[float]:
        early, late, protein, age, *more = state.tolist()
        coordinates, kinase = acting(time_d)
        if more:
            # What nothing moves is held: rounding alone would ask for the next node.
            coordinates[inhibition_place] = more[0] if loses_inhibition else float(start[4])
        drift = table(Point(*coordinates), efficacy(early, late))
        shares = drift.potentiating, drift.depressing
        changes = list(system.rates(early, late, protein, age, *shares, kinase))
        if others is not None:
            rate = coordinates[input_place]
            changes += others(rate, early, protein, *more, drift.inducing, shares[1], kinase)
        return [change * SECONDS_PER_DAY for change in changes]

    return rates


def _of_the_dorsal_horn(system: SlowSystem) -> Callable[..., list[float]]:
    """Return the rates of change of loss of inhibition and of heterosynaptic potentiation."""
    tissue, rule = system.tissue, system.heterosynaptic
    assert rule is not None
    constants: Constants = dict(system.constants) | {"late_decay": tissue["heterosynaptic_decay"]}
    names = ("early", "late", "protein", "age", "potentiating", "depressing", "kinase")
    allowed = {*names, "protein_post", *constants}
    trees = [parsed(text, allowed, rule.place) for text in (rule.drift, AGE)]
    maintenance = function_of(
        [renamed(tree, {"protein_post": "protein"}) for tree in trees], names, constants
    )

    def rates(
        rate: float,
        early: float,
        protein: float,
        lost: float,
        potentiation: float,
        age: float,
        inducing: float,
        depressing: float,
        kinase: float,
    ) -> list[float]:
        missing = rate / (rate + tissue["half_input"]) - lost
        pace = tissue["onset"] if missing > 0 else tissue["recovery"]
        kept, ageing = maintenance(early, potentiation, protein, age, inducing, depressing, kinase)
        induced = tissue["heterosynaptic_rate"] * inducing * (1 - potentiation)
        return [tissue["loses_inhibition"] * missing / pace, induced + kept, ageing]

    return rates
