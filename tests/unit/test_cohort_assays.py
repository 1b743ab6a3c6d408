"""Patients of a cohort that are assayed by spiking simulation."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cohort_fixture import toy_cohort
from known_cohort import SMALL, NoEngine, job_of, with_formula, written

from resetsim.errors import InputError
from resetsim.outcomes.cohort import cohort_outcomes
from resetsim.progress import Silent
from resetsim.spiking.engine import best_engine
from resetsim.store.hdf5_cohort import merged_assays, read_cohort, write_cohort
from resetsim.study import cohort_assays
from resetsim.study.cohort_assays import assay_patients, assayed_of
from resetsim.study.cohort_prepared import prepare_cohort
from resetsim.study.experiment import prepare
from resetsim.views.cohort.assayed import draw_assayed

FOLLOW_UP = '[patient.units]\nassayed = 1\n\n[follow_up]\nassays = ["ongoing"]\nat = ["34 day"]'
ASSAYED = SMALL.replace("size = 40", "size = 40\nassayed = 2").replace("[follow_up]", FOLLOW_UP)


def test_the_first_of_the_included_are_assayed_while_they_are_treated(tmp_path, monkeypatch):
    monkeypatch.setattr(cohort_assays, "prepare", lambda *given: with_formula(prepare(*given)))
    avoids = "[patient.behaviour]\navoidance = 0.5\n\n[patient.flare_ups]"
    experiment = written(tmp_path, ASSAYED.replace("[patient.flare_ups]", avoids))
    job, numbers, _ = job_of(experiment)
    some = assayed_of(experiment, numbers)
    assert np.array_equal(some, numbers[:2])
    columns = assay_patients(experiment, job, some, best_engine(1), Silent())
    found = pd.DataFrame(columns)
    assert found.patient.unique().tolist() == some.tolist()
    assert found.day.unique().tolist() == [34]
    rates = found[found.population == "nk1r"].pivot_table("value", "patient", "arm")
    assert (rates["duration=5 day"] < 0.8 * rates["duration=0 h"]).all()  # blocked at that moment


def test_nobody_is_assayed_unless_it_is_asked_for(tmp_path):
    experiment = written(tmp_path, ASSAYED.replace("assayed = 2\n", ""))
    job, numbers, _ = job_of(experiment)
    some = assayed_of(experiment, numbers)
    assert assay_patients(experiment, job, some, NoEngine(), Silent()) == {}


def test_assays_that_say_nothing_of_what_is_measured_are_refused(tmp_path):
    found = 'assays = ["ongoing"]\nat = ["34 day"]'
    assert found in ASSAYED
    with pytest.raises(InputError, match=r"cohort.assayed: .*does not say what is measured"):
        prepare_cohort(written(tmp_path, ASSAYED.replace(found, "")))


def readings(patients):
    """Return what a train of two stimuli, before and after, would give."""
    rows = [
        {"arm": f"dose={dose}", "patient": float(patient), "day": day, "assay": "windup",
         "population": "wdr", "quantity": "c_spikes", "x": float(x), "value": x * (patient + 1.0),
         "dose [mg/h]": float(dose.split()[0])}
        for patient in patients for dose in ("0 mg/h", "20 mg/h") for day in (-1.0, 8.0)
        for x in (1, 2)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    return {name: np.array(table[name].tolist()) for name in table}


def test_readings_of_shards_are_written_and_read_together(tmp_path):
    whole = readings([2, 3, 7, 9])
    together = merged_assays([readings([3, 9]), {}, readings([2, 7])])
    result = replace(toy_cohort(9), assays=together)
    write_cohort(result, [], tmp_path / "result.h5")
    found = read_cohort(tmp_path / "result.h5").assays
    assert list(found) == list(whole)
    for name, values in whole.items():
        assert np.array_equal(found[name], values), name


def test_windup_is_drawn_as_last_over_first_response():
    result = toy_cohort(9)
    named = {
        f"dose={each}": arm.name
        for each, arm in zip(("0 mg/h", "20 mg/h"), result.arms, strict=True)
    }
    columns = readings([2, 3, 7])
    columns["arm"] = np.array([named[each] for each in columns["arm"]])
    figure = draw_assayed(cohort_outcomes(replace(result, assays=columns)))
    (axes,) = figure.axes
    for line in axes.lines:
        values = line.get_ydata()
        assert values[np.isfinite(values)] == pytest.approx(2)
    assert draw_assayed(cohort_outcomes(result)) is None
