"""What Python makes of an experiment file that the explorer wrote, with the page's own drift."""

import gzip
import json
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from resetsim.declare.axes import Point
from resetsim.declare.experiment import Experiment, read_experiment
from resetsim.declare.units import units_of
from resetsim.patients.periphery import days
from resetsim.progress import Silent
from resetsim.slow.clock import integrate
from resetsim.slow.sample import Node
from resetsim.slow.system import Asked
from resetsim.slow.table import DriftTable
from resetsim.study.arm import PreparedArm
from resetsim.study.cohort_arm_job import CohortArmJob
from resetsim.study.cohort_prepared import CohortJob, population_of, prepare_cohort
from resetsim.study.dorsal_horn_course import dorsal_horn_course, pain_course, solved_dorsal_horn
from resetsim.study.experiment import prepare
from resetsim.study.inclusion import find_patients
from resetsim.study.workers import Here
from resetsim.tissue.units import si
from resetsim.views.explorer.page import BUILT, PARTS


@cache
def contents() -> dict[str, Any]:
    return json.loads((BUILT / PARTS["data"]).read_text(encoding="utf-8"))


@cache
def table(name: str) -> DriftTable:
    """Return a drift table as the page has it."""
    packed = gzip.decompress((BUILT / PARTS["roots"]).read_bytes())
    described = contents()["tables"][name]
    first, size = described["first_root"], described["roots"]
    roots = np.frombuffer(packed, np.float32)[first : first + size].astype(float)
    roots = roots.reshape(-1, described["fine"], 4)
    grid = tuple(tuple(values) for values in described["grid"])
    rows = dict(zip(product(*grid), described["index"], strict=True))
    points = sorted((row, point) for point, row in rows.items() if row >= 0)
    nodes = {Point(*point): Node({}, {}, 0) for _, point in points}
    last = described["first_efficacy"] + (described["fine"] - 1) / described["per_efficacy"]
    return DriftTable(grid, (described["first_efficacy"], last), nodes, roots)


class Course:
    """Pain, plasticity and memory of the arm of an experiment file."""

    def __init__(self, file: Path) -> None:
        (self.arm,) = prepare(read_experiment(file))
        patient, horn = self.arm.patient, self.arm.dorsal_horn
        self.system = horn.with_table(table("dorsal_horn"), self.arm.heterosynaptic)
        self.time_d, solved = solved_dorsal_horn(self.system, patient, self.moments)
        self.efficacies = dorsal_horn_course(self.system, self.time_d, solved).efficacy
        self.efficacy = self.efficacies.mean(axis=1)
        self.pain = pain_course(self.system, horn.model, patient, self.time_d, solved).pain

    @property
    def moments(self) -> list[float]:
        """Days that the page shows numbers of."""
        blocks = self.arm.plan.patient.nerve_blocks
        treated = self.arm.treated_d
        if blocks:
            treated = days(blocks[0].at), days(blocks[0].at) + days(blocks[0].duration)
        end_d = self.arm.patient.end_d
        if treated is None:
            return [7, 60, end_d]
        later = [treated[1] + each for each in (7, 30, 90)]
        return [*treated, *(each for each in later if each <= end_d), end_d]

    def at(self, day: float) -> tuple[float, float]:
        """Return pain and efficacy at a moment."""
        return tuple(
            float(np.interp(day, self.time_d, each)) for each in (self.pain, self.efficacy)
        )

    def efficacies_at(self, day: float) -> list[float]:
        """Return the efficacy of each patch at a moment."""
        return [float(np.interp(day, self.time_d, each)) for each in self.efficacies.T]

    def memory_late(self, days: list[float]) -> list[float]:
        """Return the mean late phase of what was learned."""
        return memory_late(self.arm, days)


def memory_late(arm: PreparedArm, days: list[float]) -> list[float]:
    learned, replay = contents()["learned"], arm.hypothesis.reactivation
    name = f"memory/{replay.rate.m_as('1/h'):g}" if replay else "memory"
    system = (arm.replayed or arm.memory).with_table(table(name))
    start = system.naive(len(learned["early"]))
    start[:, 0] = learned["early"]
    moments = np.array([learned["at_d"], *days])
    (solved,) = integrate(system, [Asked(arm.patient.memory_drive, moments, start)])
    return [float(each) for each in solved.states[1:, :, 1].mean(axis=1)]


def included(experiment: Experiment) -> list[int]:
    """Return the numbers of the patients of a cohort, with the page's own drift."""
    arm, *_ = prepare_cohort(experiment)
    horn, plan = arm.dorsal_horn, arm.plan
    assert horn.model.pain is not None
    job = CohortArmJob(
        arm.arm.name,
        plan,
        population_of(arm),
        units_of(horn.model.units, plan.patient.units),
        arm.hypothesis.drug,
        horn.with_table(table("dorsal_horn")),
        si(horn.model.pain.half_output),
    )
    return list(find_patients(CohortJob((job,)), Here(), Silent())[0])
