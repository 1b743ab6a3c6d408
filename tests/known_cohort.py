"""Experiments on cohorts whose drift is a formula, so that nothing has to be simulated."""

from dataclasses import replace

from known_drift import node

from resetsim.declare.experiment import read_experiment
from resetsim.declare.files import find_file, read_text
from resetsim.progress import Silent
from resetsim.study.cohort import find_patients
from resetsim.study.cohort_drift import cohort_job
from resetsim.study.cohort_drift import with_treatments as treated
from resetsim.study.cohort_prepared import CohortJob, prepare_cohort
from resetsim.study.workers import Here

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


def written(folder, text):
    """Write an experiment, and a model whose pain is read on the scale of the formula."""
    model = read_text(find_file("dorsal_horn", "model"))
    assert model.count('half_output = { value = "0.69 Hz"') == 1
    scaled = model.replace('half_output = { value = "0.69 Hz"', 'half_output = { value = "4 Hz"')
    (folder / "horn.toml").write_text(scaled)
    path = folder / "trial.toml"
    path.write_text(text)
    return read_experiment(path)


def with_formula(prepared):
    """Return prepared arms whose drift is the formula; those that share a sampler still do."""
    samplers = {}
    for arm in prepared:
        sampler = arm.dorsal_horn.sampler
        samplers.setdefault(sampler, replace(sampler, saved=Formula()))
    return tuple(
        replace(
            arm, dorsal_horn=replace(arm.dorsal_horn, sampler=samplers[arm.dorsal_horn.sampler])
        )
        for arm in prepared
    )


def job_of(experiment):
    """Return an experiment on a cohort that is ready to be followed, and its patients."""
    prepared = with_formula(prepare_cohort(experiment))
    job: CohortJob = cohort_job(prepared, NoEngine(), Silent())
    numbers, screened = find_patients(job, Here(), Silent())
    return treated(prepared, job, numbers, NoEngine(), Silent()), numbers, screened
