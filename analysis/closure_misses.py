"""Why does a point of ``closure_points`` miss: table, unlike neurons, or chance? Prints a table.

``python analysis/closure_misses.py RESULT.h5`` takes each point that differs by a twentieth or
more. Drift is sampled ``SAMPLES`` times at its very input. From the same samples it is told how
unlike neurons are: the variance between the neurons of a column, without that of sampling. The
averaged engine is then followed once for each of ``NEURONS`` neurons that differ so much. Direct
runs have ``SEEDS`` seeds, and once slower plasticity.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from closure_points import NAME, WITHIN
from rich.console import Console
from rich.table import Table
from scipy.stats import norm, spearmanr

from resetsim.declare.axes import Point
from resetsim.declare.experiment import read_experiment
from resetsim.declare.plan import Direct
from resetsim.progress import Progress
from resetsim.records.result import ArmResult, DirectCourse
from resetsim.slow.measure import Sampler, measure_table
from resetsim.slow.table import Array, DriftTable, table_of
from resetsim.spiking.engine import Engine, best_engine
from resetsim.spiking.task import Circuit, Recording
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
NEURONS = 72
LINGERS = 1.5  # efficacies up to here: where a course from a low start is slow
RISEN = 0.5  # late phase
SHARES = ("potentiating", "depressing")

Runs = dict[DirectCourse, Recording]


def main() -> None:
    """Compare again, with what is known better."""
    prepared = {each.arm.name: each for each in prepare(read_experiment(NAME))}
    columns = ("ε", "seed", "difference", f"with {SAMPLES} samples", "and unlike neurons")
    console = Console()
    with ProgressBar(Console(stderr=True)) as progress:
        for arm in read_result(Path(sys.argv[1])).arms:
            if min(map(averaging_error, arm.direct)) >= WITHIN:
                table = Table(*columns, title=arm.name)
                for row in rows(arm, prepared[arm.name], best_engine(jobs=1), progress):
                    table.add_row(*row)
                console.print(table)


def rows(
    arm: ArmResult, prepared: PreparedArm, engine: Engine, progress: Progress
) -> Iterator[tuple[str, ...]]:
    """Yield a row for each direct run, and tell how unlike neurons are.

    Parameters
    ----------
    arm
        Of the result.
    prepared
        The same, as declared.
    engine, progress
        Run what is missing, and are told of it.
    """
    sampler = precise_sampler(prepared)
    _, *visited = dorsal_horn_ranges(prepared.patient)  # health has another input
    table = measure_table(sampler, visited, engine, progress)
    unlike = unlike_neurons(sampler, Point(prepared.patient.periphery.residual_hz), engine)
    yield "SD of neurons", "", "", *(f"{name} {unlike[name]:.3f}" for name in SHARES)
    time_d, late = followed(prepared, [table])
    _, of_neurons = followed(prepared, list(tables_of_neurons(table, unlike)))
    seeds, slower = direct_runs(arm, prepared, engine, progress)
    yield "order of neurons", "", f"{same_order(seeds.values()):.2f} between seeds", "", ""
    for course in (*seeds, *slower):
        errors = [averaging_error(course)]
        for known in (late, of_neurons):
            at_moments = np.interp(course.time_d, time_d, known)
            errors.append(averaging_error(replace(course, averaged_late=at_moments)))
        yield f"1/{1 / course.epsilon:.0f}", f"{course.seed}", *(f"{each:.3f}" for each in errors)


def precise_sampler(prepared: PreparedArm) -> Sampler:
    """Return a sampler that has a node at the very input of an arm.

    Parameters
    ----------
    prepared
        The arm.
    """
    model = prepared.dorsal_horn.model
    precisely = {
        "input_rates_hz": (prepared.patient.periphery.residual_hz,),
        "early_error": 0.001,
        "samples_at_most": SAMPLES,
    }
    sampling = model.sampling.model_copy(update=precisely)
    return dorsal_horn_sampler(model.model_copy(update={"sampling": sampling}))


def unlike_neurons(sampler: Sampler, point: Point, engine: Engine) -> dict[str, float]:
    """Return the standard deviation of drift between neurons, relative to its mean.

    Parameters
    ----------
    sampler
        From :func:`precise_sampler`.
    point
        At which it has been measured.
    engine
        Has its runs.
    """
    model = sampler.circuit.model
    slow = np.array(model.sampling.efficacies) < LINGERS
    recordings = engine.run([sampler.tasks(point, number)[0] for number in range(SAMPLES)])
    unlike = {}
    for name in SHARES:
        array = f"{model.plastic_connection.name}.time_{name}"
        times = np.array([each.arrays[array] for each in recordings])
        neurons = times.reshape(SAMPLES, NEURONS, -1).mean(axis=2)
        neurons = neurons.reshape(SAMPLES, model.columns, -1)[:, slow]
        neurons /= neurons.mean(axis=(0, 2), keepdims=True)
        between = neurons.mean(axis=0).var(axis=1, ddof=1).mean()
        apart = neurons - neurons.mean(axis=2, keepdims=True)
        alone = (apart.var(axis=0, ddof=1).sum(axis=1) / (neurons.shape[2] - 1)).mean() / SAMPLES
        unlike[name] = float(np.sqrt(max(between - alone, 0.0)))
    return unlike


def tables_of_neurons(table: DriftTable, unlike: dict[str, float]) -> Iterator[DriftTable]:
    """Yield the tables of neurons that differ from the mean.

    Parameters
    ----------
    table
        Of the mean.
    unlike
        From :func:`unlike_neurons`.
    """
    for quantile in norm.ppf((np.arange(NEURONS) + 0.5) / NEURONS):
        nodes = {}
        for point, node in table.nodes.items():
            shares = {name: node.value[name] * (1 + quantile * unlike[name]) for name in SHARES}
            nodes[point] = replace(node, value=node.value | shares)
        yield table_of(table.grid, table.efficacies, nodes)


def followed(prepared: PreparedArm, tables: list[DriftTable]) -> tuple[Array, Array]:
    """Return moments, and the mean late phase of the averaged engine over tables.

    Parameters
    ----------
    prepared
        The arm.
    tables
        One for each neuron.
    """
    horn = prepared.dorsal_horn
    solved = [solved_dorsal_horn(horn.with_table(each), prepared.patient, []) for each in tables]
    return solved[0][0], np.mean([each.states[:, 0, 1] for _, each in solved], axis=0)


def same_order(recordings: Iterable[Recording]) -> float:
    """Return the mean rank correlation, between runs, of the moments at which neurons rise.

    Parameters
    ----------
    recordings
        Of direct runs with several seeds.
    """
    late = [each.arrays["course.mean_late"].reshape(-1, NEURONS) for each in recordings]
    rises = np.array([(each > RISEN).argmax(axis=0) for each in late])
    between = spearmanr(rises, axis=1).statistic
    return float(between[np.triu_indices(len(late), k=1)].mean())


def direct_runs(
    arm: ArmResult, prepared: PreparedArm, engine: Engine, progress: Progress
) -> tuple[Runs, Runs]:
    """Return direct runs with several seeds, and one with slower plasticity.

    Parameters
    ----------
    arm
        Of the result.
    prepared
        The same, as declared.
    engine, progress
        Run what is missing, and are told of it.
    """
    horn, patient = prepared.dorsal_horn, prepared.patient
    circuit = Circuit(horn.model, horn.rule)
    fine = min(each.epsilon for each in arm.direct)
    found = []
    for asked in (Direct(epsilon=(fine,), seeds=SEEDS), Direct(epsilon=(fine / 2,))):
        tasks = direct_tasks(circuit, patient, asked, prepared.plan.seed)
        recordings = engine.run(tasks, progress)
        courses = direct_courses(horn.model, patient, asked, arm.pain_system, recordings)
        found.append(dict(zip(courses, recordings, strict=True)))
    return found[0], found[1]


if __name__ == "__main__":
    main()
