"""Question: what does a patient of a cohort cost? Beside SciPy's LSODA and direct simulation.

``python benchmarks/cohort.py SIZE JOBS`` runs the command in a program of its own, as its peak
memory is asked for.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np
from averaging import FOLLOW_UP_D, direct_cost
from memory import own_peak_kib
from rich.table import Table
from timing import cpu_clock, cpu_s, ratio
from workload import STANDALONE

from resetsim.declare.experiment import read_experiment
from resetsim.patients.many import planned
from resetsim.patients.many_driven import driven
from resetsim.patients.many_effects import effects_of_many
from resetsim.progress import Silent
from resetsim.slow import reference
from resetsim.slow.batch import Batch
from resetsim.slow.clock import COARSE, integrate_batch
from resetsim.slow.system import SECONDS_PER_DAY, SlowSystem
from resetsim.study.cohort_drift import cohort_job, with_treatments
from resetsim.study.cohort_prepared import CHUNK, CohortJob, prepare_cohort

EXPERIMENT = Path(__file__).with_name("cohort.toml")
SIZES = (100, 1000)
LARGE, CORES = 10_000, 2
FEW = 2  # patients that are followed one by one
LONGEST = "duration=7 day"


def over_patients() -> Table:
    """Return what the command costs for each patient and arm, by the size of the cohort."""
    arms = len(job().arms)  # and all that has to be simulated is in the store
    shown = Table(title=f"What does a cohort cost? {arms} arms, {FOLLOW_UP_D} days, one process")
    headings = ("patients", "run, CPU s", "per patient x arm, CPU ms", "more of them, CPU ms", "MB")
    for heading in headings:
        shown.add_column(heading, justify="right")
    before = (0, 0.0)
    for size in SIZES:
        cost, _, peak_kib = _command_cost(size, jobs=1)
        more = (cost - before[1]) / (size - before[0]) / arms
        shown.add_row(
            f"{size:,}",
            f"{cost:.1f}",
            f"{1000 * cost / size / arms:.2f}",
            f"{1000 * more:.2f}" if before[0] else "–",
            f"{peak_kib / 1024:.0f}",
        )
        before = size, cost
    return shown


def against_one_by_one() -> Table:
    """Return a course of one patient in a batch, through LSODA, and extrapolated for Brian2."""
    system, batch = courses(CHUNK)
    together = cpu_s(lambda: integrate_batch(system, batch, COARSE), repeats=3) / CHUNK
    alone = cpu_s(lambda: one_by_one(system, batch), repeats=1) / FEW
    second = direct_cost()
    direct = FOLLOW_UP_D * SECONDS_PER_DAY * second
    units = batch.multiplier.shape[1]
    shown = Table(title=f"One patient of it, one arm of {FOLLOW_UP_D} days, {units} units")
    shown.add_column("engine")
    for heading in ("CPU ms", "takes longer by"):
        shown.add_column(heading, justify="right")
    costs = {
        f"kernel, a chunk of {CHUNK} in one call, {COARSE:g}": together,
        f"LSODA, each unit of {FEW} patients on its own, {COARSE:g}": alone,
        f"Brian2, one unit, extrapolated from {second:.3f} CPU s for a second": direct,
    }
    for engine, cost in costs.items():
        shown.add_row(engine, f"{1000 * cost:,.2f}", f"{ratio(cost / together)} ×")
    return shown


def on_two_cores() -> Table:
    """Return the wall time of the command for many patients, and extrapolated for one by one."""
    arms, system, batch = len(job().arms), *courses(CHUNK)
    alone = cpu_s(lambda: one_by_one(system, batch), repeats=1) / FEW
    direct = FOLLOW_UP_D * SECONDS_PER_DAY * direct_cost()
    load = os.getloadavg()[0]
    cost, wall_s, peak_kib = _command_cost(LARGE, CORES)
    title = f"{LARGE:,} patients x {arms} arms x {FOLLOW_UP_D} days, results on disk, {CORES} cores"
    shown = Table(title=f"{title}; load before {load:.1f}")
    shown.add_column("engine")
    for heading in ("wall, s", "CPU, s", "the process itself, MB", "takes longer by"):
        shown.add_column(heading, justify="right")
    command = "the command, two jobs"
    shown.add_row(command, f"{wall_s:.0f}", f"{cost:.0f}", f"{peak_kib / 1024:.0f}", "1 ×")
    others = {"LSODA, one by one, extrapolated": alone, "Brian2, one unit, extrapolated": direct}
    for engine, each in others.items():
        whole = LARGE * arms * each
        longer = f"{ratio(whole / CORES / wall_s)} ×"
        shown.add_row(engine, f"{whole / CORES:,.0f}", f"{whole:,.0f}", "–", longer)
    return shown


@cache
def job() -> CohortJob:
    """Return the experiment with its drift; measured if it is not in the store."""
    prepared = prepare_cohort(read_experiment(str(EXPERIMENT)))
    untreated = cohort_job(prepared, STANDALONE, Silent())
    return with_treatments(prepared, untreated, np.arange(CHUNK), STANDALONE, Silent())


def courses(count: int) -> tuple[SlowSystem, Batch]:
    """Return patients of the arm with the longest blockade, from the injury to the end."""
    arm = next(each for each in job().arms if each.name == LONGEST)
    patients = arm.patients(np.arange(count))
    effects = effects_of_many(patients, planned(arm.plan, patients), arm.action)
    naive = arm.system.naive(patients.multiplier.shape[1])
    return arm.system, Batch(
        driven(patients, effects),
        np.unique(np.concatenate([arm.before_d, arm.after_d])),
        np.repeat(naive[None], count, axis=0),
        patients.multiplier,
        patients.constants,
    )


def one_by_one(system: SlowSystem, batch: Batch) -> None:
    """Follow the first patients through SciPy."""
    for patient in range(FEW):
        reference.integrate(system.with_own(batch.own(patient)), batch.asked(patient), COARSE)


def _command_cost(size: int, jobs: int) -> tuple[float, float, int]:
    """Return CPU and wall seconds and peak memory in KiB of the command, with figures and files."""
    started = time.monotonic()
    words = [sys.executable, __file__, str(size), str(jobs)]
    measured = subprocess.run(words, capture_output=True, text=True, check=True)
    wall_s = time.monotonic() - started
    cost, peak_kib = json.loads(measured.stdout.splitlines()[-1])
    return cost, wall_s, peak_kib


def main() -> None:
    """Run as many patients as the command line says; print CPU seconds and peak memory."""
    from resetsim.cli import app

    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "out")
        options = ["--patients", sys.argv[1], "--out", out, "--jobs", sys.argv[2]]
        app(["run", str(EXPERIMENT), *options], standalone_mode=False)
    print()
    print(json.dumps([cpu_clock(), own_peak_kib()]))


if __name__ == "__main__":
    main()
