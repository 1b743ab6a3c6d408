"""Do points of ``closure_points`` that miss agree once their drift is known well? Prints a table.

``python analysis/closure_precise.py RESULT.h5`` samples drift ``SAMPLES`` times, at the input of
each point that differs by more than a twentieth.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from closure_points import NAME, WITHIN
from rich.console import Console
from rich.table import Table

from resetsim.declare.experiment import read_experiment
from resetsim.progress import Progress
from resetsim.records.result import ArmResult
from resetsim.slow.measure import measure_table
from resetsim.spiking.engine import Engine, best_engine
from resetsim.store.hdf5 import read_result
from resetsim.study.arm import PreparedArm
from resetsim.study.dorsal_horn_course import dorsal_horn_ranges, solved_dorsal_horn
from resetsim.study.experiment import prepare
from resetsim.study.systems import dorsal_horn_sampler
from resetsim.views.averaging import averaging_error
from resetsim.views.progress import ProgressBar

SAMPLES = 128


def main() -> None:
    """Compare again, at every separation of time scales."""
    prepared = {each.arm.name: each for each in prepare(read_experiment(NAME))}
    table = Table("point", "ε", "difference", f"with {SAMPLES} samples")
    with ProgressBar(Console(stderr=True)) as progress:
        for arm in read_result(Path(sys.argv[1])).arms:
            if min(map(averaging_error, arm.direct)) > WITHIN:
                for row in _rows(arm, prepared[arm.name], best_engine(jobs=1), progress):
                    table.add_row(arm.name, *row)
    Console().print(table)


def _rows(
    arm: ArmResult, prepared: PreparedArm, engine: Engine, progress: Progress
) -> list[tuple[str, ...]]:
    horn, patient = prepared.dorsal_horn, prepared.patient
    precisely = {
        "input_rates_hz": (patient.periphery.residual_hz,),
        "early_error": 0.001,
        "samples_at_most": SAMPLES,
    }
    sampling = horn.model.sampling.model_copy(update=precisely)
    sampler = dorsal_horn_sampler(horn.model.model_copy(update={"sampling": sampling}))
    _, *visited = dorsal_horn_ranges(patient)  # without health, which has another input
    system = horn.with_table(measure_table(sampler, visited, engine, progress))
    time_d, solved = solved_dorsal_horn(system, patient, [])
    rows = []
    for course in arm.direct:
        late = np.interp(course.time_d, time_d, solved.states[:, 0, 1])
        errors = averaging_error(course), averaging_error(replace(course, averaged_late=late))
        rows.append((f"{course.epsilon:g}", *(f"{error:.3f}" for error in errors)))
    return rows


if __name__ == "__main__":
    main()
