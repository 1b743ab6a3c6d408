"""Experiments on cohorts whose drift is a formula, so that nothing has to be simulated."""

import re
from dataclasses import replace

import numpy as np
from known_drift import node

from resetsim.declare.experiment import read_experiment
from resetsim.declare.files import find_file, read_text
from resetsim.declare.model import read_model
from resetsim.progress import Silent
from resetsim.slow.sample import Node
from resetsim.spiking.task import Recording
from resetsim.study.cohort_drift import cohort_job
from resetsim.study.cohort_drift import with_treatments as treated
from resetsim.study.cohort_prepared import CohortJob, prepare_cohort
from resetsim.study.inclusion import find_patients
from resetsim.study.workers import Here
from resetsim.tissue.assemblies import per_synapse, synapse_units

MEMORY = read_model(find_file("memory", "model"))
EARLY = 0.7  # after a session without blockade

TRIAL = """
question = "Does it come back?"
model = "horn.toml"
hypothesis = "reset"
seed = 3

[cohort]
size = 6

[patient.injury]
at = "0 day"
peak_rate = "1.6 Hz"
heals_with = "10 day"
residual_rate = { distribution = "lognormal", median = "0.8 Hz", sigma = 0.4, source = "a guess" }

[patient.flare_ups]
rate = "0.1 1/day"
duration = { distribution = "lognormal", median = "4 h", sigma = 1, source = "a guess" }
extra_rate = { distribution = "lognormal", median = "0.3 Hz", sigma = 0.5, source = "a guess" }

[plasticity]
late_decay = { distribution = "lognormal", median = "3 day", sigma = 0.9, source = "N15" }

[[treatment]]
at = "30 day"
blockade = 0.95
duration = "5 day"

[vary]
"treatment.duration" = ["0 h", "1 day", "5 day"]

[follow_up]
until = "100 day"
"""

# Those in bad pain, found among all who were injured; two arms, and reports with noise.
SMALL = (
    TRIAL.replace("size = 6", "size = 40\ninclude.pain_at_least = 7")
    .replace('["0 h", "1 day", "5 day"]', '["0 h", "5 day"]')
    .replace("[follow_up]", "[trial]\ndiary_noise = 0.5\n\n[follow_up]")
)


class Formula(dict):
    """Saved nodes of a drift table: every point that is asked for."""

    def __contains__(self, point):
        return True

    def __bool__(self):
        return True

    def __missing__(self, point):
        return node(point)


class Replayed(Formula):
    """Of a memory: replay restores what is strong, as NMDA receptors are left."""

    strength = 0.02

    def __missing__(self, point):
        efficacy = np.array(MEMORY.sampling.efficacies)
        induced = self.strength * point.nmda_free**2 * np.maximum(efficacy - 1.4, 0)
        value = {"potentiating": induced, "depressing": 0.1 * induced}
        value |= {"output_hz": 0 * efficacy, "inducing": 0 * efficacy}
        return Node(value, {name: 0 * each for name, each in value.items()}, 4)


class Quiet(Replayed):
    """Of a memory without replay: nothing is induced."""

    strength = 0.0


class NoEngine:
    """Runs nothing."""

    target = "none"
    jobs = 1
    keep = False

    def run(self, tasks, progress=None):
        """Refuse."""
        del progress
        assert not tasks, "a simulation was asked for"
        return []


class Teacher(NoEngine):
    """A memory that learns what it is taught, and recalls in proportion to efficacy above 1.

    Blockade takes a share of learning in proportion.
    """

    def run(self, tasks, progress=None):
        """Answer a session, or cues."""
        del progress
        return [self._taught(task) if task.arrays else self._recalled(task) for task in tasks]

    def _taught(self, task):
        (name,) = task.arrays
        cued = np.flatnonzero(task.arguments["cue.stimulus"])
        phases = np.zeros(MEMORY.assemblies.count + 1)
        left = 1 - task.arguments["principal.blockade"]
        phases[np.unique(cued // MEMORY.assemblies.size)] = EARLY * left
        return Recording(
            {each: np.empty(0, np.int32) for each in task.spikes},
            {each: np.empty(0) for each in task.spikes},
            {name: per_synapse(MEMORY, phases)},
        )

    def _recalled(self, task):
        above = task.arguments[f"{MEMORY.plastic_connection.name}.late"]
        units, size = synapse_units(MEMORY), MEMORY.assemblies.size
        index, when = [], []
        for pattern in range(MEMORY.assemblies.count):
            fires = np.arange(size) < round(size * min(above[units == pattern].mean() / 2, 1.0))
            begin = task.arguments["cue.stimulus_start"][
                size * pattern : size * (pattern + 1)
            ].min()
            for spike in range(3):
                index.append(size * pattern + np.flatnonzero(fires))
                when.append(np.full(fires.sum(), begin + 0.1 * (1 + spike)))
        spikes = {"principal": np.concatenate(index).astype(np.int32)}
        return Recording(spikes, {"principal": np.concatenate(when)}, {})


TEACHER = Teacher()  # one, so that what it taught is kept


def written(folder, text):
    """Write an experiment, and a model whose pain is read on the scale of the formula."""
    model = read_text(find_file("dorsal_horn", "model"))
    scaled, count = re.subn(
        r'(?<=^half_output = { value = )"[0-9.]+ Hz"', '"4 Hz"', model, flags=re.M
    )
    assert count == 1
    (folder / "horn.toml").write_text(scaled)
    path = folder / "trial.toml"
    path.write_text(text)
    return read_experiment(path)


def with_formula(prepared):
    """Return prepared arms whose drift is the formula; those that share a sampler still do."""
    samplers = {}

    def known(system, formula):
        if system is None:
            return None
        sampler = samplers.setdefault(system.sampler, replace(system.sampler, saved=formula()))
        return replace(system, sampler=sampler)

    return tuple(
        replace(
            arm,
            dorsal_horn=known(arm.dorsal_horn, Formula),
            memory=known(arm.memory, Quiet),
            replayed=known(arm.replayed, Replayed),
        )
        for arm in prepared
    )


def job_of(experiment):
    """Return an experiment on a cohort that is ready to be followed, and its patients."""
    prepared, engine = with_formula(prepare_cohort(experiment)), TEACHER
    job: CohortJob = cohort_job(prepared, engine, Silent())
    numbers, screened = find_patients(job, Here(), Silent())
    return treated(prepared, job, numbers, engine, Silent()), numbers, screened
