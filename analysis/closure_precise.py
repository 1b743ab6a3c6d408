"""Why does a point of ``closure_points`` miss: the table of drift, or chance? Prints a table.

``python analysis/closure_precise.py RESULT.h5`` takes each point that differs by a twentieth or
more, samples drift ``SAMPLES`` times at its very input, and simulates it directly ``SEEDS`` times
at the smallest separation of time scales, and once at half of that.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from closure_points import NAME, WITHIN, sampling_alone
from rich.console import Console
from rich.table import Table

from resetsim.declare.experiment import read_experiment
from resetsim.declare.plan import Direct
from resetsim.progress import Progress
from resetsim.records.result import ArmResult, DirectCourse
from resetsim.slow.measure import measure_table
from resetsim.spiking.engine import Engine, best_engine
from resetsim.spiking.task import Circuit
from resetsim.store.hdf5 import read_result
from resetsim.study.arm import PreparedArm
from resetsim.study.direct import direct_courses, direct_tasks
from resetsim.study.dorsal_horn_course import dorsal_horn_ranges, solved_dorsal_horn
from resetsim.study.experiment import prepare
from resetsim.study.systems import dorsal_horn_sampler
from resetsim.views.averaging import averaging_error
from resetsim.views.progress import ProgressBar

SAMPLES = 128
SEEDS = 3


def main() -> None:
    """Compare again: other seeds, slower plasticity, drift that is known better."""
    prepared = {each.arm.name: each for each in prepare(read_experiment(NAME))}
    columns = ("point", "ε", "seed", "difference", f"with {SAMPLES} samples", "their noise alone")
    table = Table(*columns)
    with ProgressBar(Console(stderr=True)) as progress:
        for arm in read_result(Path(sys.argv[1])).arms:
            if averaging_error(_finest(arm)) >= WITHIN:
                for row in _rows(arm, prepared[arm.name], best_engine(jobs=1), progress):
                    table.add_row(arm.name, *row)
    Console().print(table)


def _finest(arm: ArmResult) -> DirectCourse:
    return min(arm.direct, key=lambda each: each.epsilon)


def _rows(
    arm: ArmResult, prepared: PreparedArm, engine: Engine, progress: Progress
) -> Iterator[tuple[str, ...]]:
    horn, patient = prepared.dorsal_horn, prepared.patient
    precisely = {
        "input_rates_hz": (patient.periphery.residual_hz,),
        "early_error": 0.001,
        "samples_at_most": SAMPLES,
    }
    sampling = horn.model.sampling.model_copy(update=precisely)
    sampler = dorsal_horn_sampler(horn.model.model_copy(update={"sampling": sampling}))
    _, *visited = dorsal_horn_ranges(patient)  # without health, which has another input
    table = measure_table(sampler, visited, engine, progress)
    system, *drawn = (horn.with_table(each) for each in (table, *sampler.drawn_from(table)))
    noise = sampling_alone(system, drawn, patient)
    time_d, solved = solved_dorsal_horn(system, patient, [])
    for course in _direct(arm, prepared, engine, progress):
        late = np.interp(course.time_d, time_d, solved.states[:, 0, 1])
        precise = replace(course, averaged_late=late)
        errors = averaging_error(course), averaging_error(precise), noise
        yield f"{course.epsilon:g}", f"{course.seed}", *(f"{error:.3f}" for error in errors)


def _direct(
    arm: ArmResult, prepared: PreparedArm, engine: Engine, progress: Progress
) -> Iterator[DirectCourse]:
    """Yield direct runs with several seeds, their mean, and a run with slower plasticity."""
    horn, patient = prepared.dorsal_horn, prepared.patient
    circuit = Circuit(horn.model, horn.rule)
    epsilon = _finest(arm).epsilon
    for asked in (
        Direct(epsilon=(epsilon,), seeds=SEEDS),
        Direct(epsilon=(epsilon / 2,)),
    ):
        tasks = direct_tasks(circuit, patient, asked, prepared.plan.seed)
        recordings = engine.run(tasks, progress)
        yield from direct_courses(horn.model, patient, asked, arm.pain_system, recordings)


if __name__ == "__main__":
    main()
