"""Pain of a cohort's patients as predicted, and as spiking simulations of their units measure it.

Twenty patients of ``models/populations/chronic_pain.toml``, each before a blockade and a week after
it. Every active unit of each is simulated at its weights, input and inhibition of that moment, with
no stimulus; the firing of its projection neurons gives pain as the table's does.
"""

from pathlib import Path

import numpy as np
from figure import ROOT
from rich.console import Console

from resetsim.declare.axes import Point
from resetsim.declare.experiment import read_experiment, with_content
from resetsim.outcomes.pain import pain
from resetsim.patients.one_of_cohort import one_patient
from resetsim.records.result import ArmResult
from resetsim.slow.sample import Drift
from resetsim.spiking.engine import best_engine
from resetsim.study.arm import PreparedArm
from resetsim.study.cohort_drift import cohort_job
from resetsim.study.cohort_prepared import prepare_cohort
from resetsim.study.courses import measure_drift
from resetsim.study.experiment import prepare, run_arms
from resetsim.study.inclusion import find_patients
from resetsim.study.workers import Here
from resetsim.tissue.units import si
from resetsim.views.progress import ProgressBar

PATIENTS = 20
WITHIN = 1.0  # a tenth of the scale
EXPERIMENT = """
question = "Is the pain that is predicted the pain that spiking gives?"
model = "dorsal_horn"
hypothesis = "reset"
population = "chronic_pain"
seed = 1

[patient.units]
assayed = 20

[[treatment]]
at = "180 day"
blockade = 0.95
duration = "5 day"

[follow_up]
until = "200 day"
assays = ["ongoing"]
at = ["179.5 day", "192 day"]
"""


def main() -> None:
    """Print predicted and measured pain of each patient, and how far they differ."""
    predicted, measured = compared(PATIENTS, ROOT / "results")
    for patient, (each, other) in enumerate(zip(predicted, measured, strict=True)):
        print(patient, each.round(2).tolist(), other.round(2).tolist())
    difference = measured - predicted
    print(
        f"mean {difference.mean():+.2f}, SD {difference.std():.2f}, largest "
        f"{np.abs(difference).max():.2f} of 10, within {WITHIN:g}: "
        f"{(np.abs(difference) < WITHIN).mean():.0%}"
    )


def compared(count: int, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return pain of patients as predicted and as measured.

    Parameters
    ----------
    count
        Of patients.
    folder
        For the experiment file.

    Returns
    -------
    tuple of array
        Shape (patients, moments).
    """
    folder.mkdir(exist_ok=True)
    path = folder / "cohort_spiking.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    experiment = read_experiment(path)
    engine = best_engine(2)
    with ProgressBar(Console(stderr=True)) as progress:
        sized = with_content(experiment, {**experiment.content, "cohort": {"size": count}})
        job = cohort_job(prepare_cohort(sized), engine, progress)
        numbers, _ = find_patients(job, Here(), progress)
        pairs = []
        for number in numbers.tolist():
            (arm,) = prepare(one_patient(experiment, number))
            measure_drift([arm], engine, progress)
            (result,) = run_arms([arm], engine, progress)
            pairs.append((_predicted(arm, result), _measured(arm, result)))
    first, second = zip(*pairs, strict=True)
    return np.array(first), np.array(second)


def _predicted(arm: PreparedArm, result: ArmResult) -> np.ndarray:
    return np.interp(arm.moments_d, result.pain_system.time_d, result.pain.pain)


def _measured(arm: PreparedArm, result: ArmResult) -> np.ndarray:
    model, table = arm.dorsal_horn.model, arm.dorsal_horn.sampler
    assert model.pain is not None
    (healthy,) = (node for point, node in table.measured.items() if point == Point())
    silent_hz = float(healthy.value[Drift._fields[2]][0])
    rates = [[each.value for each in made.readings] for made in result.assays]
    active_hz = np.mean(rates, axis=1)
    output_hz = arm.patient.units.over_the_area(active_hz[:, None], np.array(silent_hz))
    half_hz = si(model.pain.half_output) / arm.patient.sensitivity
    return pain(output_hz, silent_hz, half_hz)


if __name__ == "__main__":
    main()
