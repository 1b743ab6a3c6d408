"""Is one state for each unit enough where nobody looked? Writes the page.

``python analysis/closure_points.py points`` prints the points of the experiment file: they were
drawn once, before anything was run. Without an argument the page is written from
``results/closure_points/result.h5``, or the results that are named: of fewer points it says so.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from figure import ROOT
from rich.console import Console

from resetsim.declare.axes import Point
from resetsim.declare.experiment import read_experiment
from resetsim.patients.patient import Patient
from resetsim.progress import Progress
from resetsim.records.result import ArmResult, DirectCourse
from resetsim.slow.fixed_points import late_drift
from resetsim.slow.measure import measure_table
from resetsim.slow.system import SlowSystem
from resetsim.spiking.engine import Engine, best_engine
from resetsim.store.folder import RESULT
from resetsim.store.hdf5 import read_result
from resetsim.study.arm import PreparedArm
from resetsim.study.dorsal_horn_course import dorsal_horn_ranges, solved_dorsal_horn
from resetsim.study.experiment import prepare
from resetsim.views.averaging import averaging_error
from resetsim.views.progress import ProgressBar

NAME = "closure_points"
COUNT, SEED = 24, 20261128
RATES_HZ, LATE, BLOCKADES, DURATIONS_S = (1.2, 2.6), (0.0, 1.0), (0.0, 0.95), (5.0, 40.0)
SCANNED_HZ = np.arange(0.8, 3.2, 0.02).tolist()
WITHIN = 0.05  # largest difference of the late phase of a closure that holds
AWAY = 0.1  # of a range: nearer to an unstable point or an edge of the window chance decides
PAGE = ROOT / "docs" / "explanation" / f"{NAME}.md"

KEYS = {
    "patient.injury.residual_rate": "Hz",
    "patient.start.late_phase": "",
    "treatment.blockade": "",
    "treatment.duration": "s",
}

HEAD = """# The closure at random points

Written by `analysis/closure_points.py` from `experiments/closure_points.toml`: {count} points of
input, late phase at the start, blockade and duration, drawn from one seed before anything was run.
Each is followed by the averaged engine and by direct simulation of the plastic network, with the
constants of `averaging_check`, at a separation of time scales of 1/{fine:.0f}. Drift is sampled
more precisely than elsewhere: `[sampling]` of the experiment.

A point is *near* where the averaged late phase comes within {away:g} of the unstable point that
holds then, or the input lies within {away:.0%} of the drawn range of an edge of the window of two
stable states. There chance decides in the direct simulation: single neurons fall or rise by
themselves, and the mean of many lies between the two states.

*Sampling alone* is how far the averaged course is open itself: the largest difference between it
and the same on tables drawn from the sampling noise of drift, below which 90 % of these tables
stay. A difference that is not larger says nothing against the closure.

**Of {far} points that are not near, {held} differ by less than {within:g} ({share:.0%}); of {near}
near ones {near_held}.** The window reaches from {low:.2f} to {high:.2f} Hz with these
constants.{missing} Why points miss: [where the closure ends](closure.md#where-it-ends).

"""
COLUMNS = (
    "input (Hz)",
    "start",
    "blockade",
    "duration (s)",
    "averaged, end",
    "direct, end ± SD over neurons",
    "largest difference",
    "sampling alone",
)


@dataclass(frozen=True)
class Compared:
    """One point, followed by both engines.

    Attributes
    ----------
    settings
        What was drawn, in the units of the file.
    fine
        At the smallest separation of time scales.
    differences
        Largest difference of the late phase, by falling separation.
    sampling
        The same between averaged courses, 90 % of tables drawn from the sampling noise of drift.
    near
        Whether chance decides.
    """

    settings: tuple[float, ...]
    fine: DirectCourse
    differences: tuple[float, ...]
    sampling: float
    near: bool


def drawn_points() -> dict[str, list[str | float]]:
    """Return the values of each varied key, as the experiment file has them."""
    generator = np.random.default_rng(SEED)
    columns = [
        generator.uniform(*bounds, COUNT).round(2)
        for bounds in (RATES_HZ, LATE, BLOCKADES, DURATIONS_S)
    ]
    values = dict(zip(KEYS, columns, strict=True))
    written = {
        key: [f"{each:g} {KEYS[key]}" if KEYS[key] else float(each) for each in column]
        for key, column in values.items()
    }
    return {"patient.injury.peak_rate": written["patient.injury.residual_rate"]} | written


def main() -> None:
    """Print the points, or write the page."""
    if sys.argv[1:] == ["points"]:
        for key, values in drawn_points().items():
            print(f'"{key}" = [{", ".join(f"{each!r}" for each in values)}]'.replace("'", '"'))
        return
    paths = [Path(each) for each in sys.argv[1:]] or [ROOT / "results" / NAME / RESULT]
    arms = [arm for path in paths for arm in read_result(path).arms]
    prepared = {each.arm.name: each for each in prepare(read_experiment(NAME))}
    with ProgressBar(Console(stderr=True)) as progress:
        engine = best_engine(jobs=1)
        edges_hz = window_edges(prepared[arms[0].name], engine, progress)
        compared = [
            compared_at(arm, prepared[arm.name], edges_hz, engine, progress) for arm in arms
        ]
    PAGE.write_text(page(compared, edges_hz), encoding="utf-8")


def window_edges(arm: PreparedArm, engine: Engine, progress: Progress) -> tuple[float, float]:
    """Return the lowest and the highest input with two stable states.

    Parameters
    ----------
    arm
        Any of the experiment: all share the tissue.
    engine, progress
        Run what is missing, and are told of it.
    """
    horn = arm.dorsal_horn
    scanned = [(Point(SCANNED_HZ[0]), Point(SCANNED_HZ[-1]))]
    system = horn.with_table(measure_table(horn.sampler, scanned, engine, progress))
    inside = [rate for rate in SCANNED_HZ if len(late_drift(system, Point(rate)).unstable)]
    return min(inside), max(inside)


def compared_at(
    arm: ArmResult,
    prepared: PreparedArm,
    edges_hz: tuple[float, float],
    engine: Engine,
    progress: Progress,
) -> Compared:
    """Return both engines at one point.

    Parameters
    ----------
    arm
        With its direct runs.
    prepared
        The same, as declared.
    edges_hz
        Of the window of two stable states.
    engine, progress
        As above.
    """
    horn, patient = prepared.dorsal_horn, prepared.patient
    table = measure_table(horn.sampler, dorsal_horn_ranges(patient), engine, progress)
    system, *drawn = (horn.with_table(each) for each in (table, *horn.sampler.drawn_from(table)))
    settings = tuple(arm.settings[key].number or 0.0 for key in KEYS)
    courses = sorted(arm.direct, key=lambda each: -each.epsilon)
    return Compared(
        settings,
        courses[-1],
        tuple(averaging_error(course) for course in courses),
        sampling_alone(system, drawn, patient),
        is_near(arm, settings[0], edges_hz, system),
    )


def sampling_alone(system: SlowSystem, drawn: Sequence[SlowSystem], patient: Patient) -> float:
    """Return how far sampling noise moves the averaged late phase: 90 % of tables less.

    Parameters
    ----------
    system, drawn
        With the measured table, and with those drawn from its noise.
    patient
        Of the arm.
    """
    measured, *others = (
        solved_dorsal_horn(each, patient, [])[1].states[:, 0, 1] for each in (system, *drawn)
    )
    return float(np.quantile(np.abs(np.array(others) - measured).max(axis=1), 0.9))


def is_near(
    arm: ArmResult, rate_hz: float, edges_hz: tuple[float, float], system: SlowSystem
) -> bool:
    """Return whether chance decides the course of an arm.

    Parameters
    ----------
    arm
        With its averaged course.
    rate_hz
        Its input.
    edges_hz
        Of the window of two stable states.
    system
        With the drift that the arm visits.
    """
    if min(abs(rate_hz - edge) for edge in edges_hz) < AWAY * (RATES_HZ[1] - RATES_HZ[0]):
        return True
    free = (1 - arm.pain.acting["blockade"]).round(3)
    for level in np.unique(free):
        unstable = late_drift(system, Point(rate_hz, float(level))).unstable
        late = arm.pain_system.late[free == level, 0]
        if unstable.size and np.abs(late[:, None] - unstable).min() < AWAY:
            return True
    return False


def page(compared: Sequence[Compared], edges_hz: tuple[float, float]) -> str:
    """Return the text of the page.

    Parameters
    ----------
    compared
        Every point.
    edges_hz
        Of the window.
    """
    far = [each for each in compared if not each.near]
    near = [each for each in compared if each.near]
    separations = len(compared[0].differences)
    head = HEAD.format(
        count=len(compared),
        fine=1 / compared[0].fine.epsilon,
        away=AWAY,
        within=WITHIN,
        far=len(far),
        held=sum(map(holds, far)),
        share=np.mean([holds(each) for each in far]) if far else 0.0,
        near=len(near),
        near_held=sum(map(holds, near)),
        low=edges_hz[0],
        high=edges_hz[1],
        missing=f" {COUNT - len(compared)} of the points have not been run."
        * (len(compared) < COUNT),
    )
    columns = [*COLUMNS, *["the same at larger ε"] * (separations - 1), ""]
    table = [_row(columns), _row(["---"] * len(columns)), *_rows(compared)]
    return head + "\n".join(table) + "\n"


def holds(compared: Compared) -> bool:
    """Return whether both engines agree."""
    return compared.differences[-1] < WITHIN


def _rows(compared: Sequence[Compared]) -> Iterator[str]:
    for each in sorted(compared, key=lambda one: one.differences[-1]):
        rate, start, blockade, duration = each.settings
        course = each.fine
        cells = [f"{rate:.2f}", f"{start:.2f}", f"{blockade:.2f}", f"{duration:.0f}"]
        cells += [f"{course.averaged_late[-1]:.2f}"]
        cells += [f"{course.late[-1]:.2f} ± {course.spread[-1]:.2f}"]
        fine, *coarser = reversed(each.differences)
        cells += [f"{value:.3f}" for value in (fine, each.sampling, *coarser)]
        yield _row([*cells, "near" if each.near else ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
