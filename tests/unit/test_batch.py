"""Batches of patients on the slow clock against one at a time, and who cannot be followed."""

from dataclasses import replace

import numpy as np
import pytest
from known_drift import SHARPER, known_system, known_table
from random_timelines import timelines

from resetsim.declare.axes import INHIBITION as LOST
from resetsim.declare.axes import Point
from resetsim.slow import kernel, reference
from resetsim.slow.batch import Batch, drive_of, segments_of
from resetsim.slow.clock import USUAL, integrate_batch
from resetsim.slow.drive import constant
from resetsim.slow.system import StuckError

MOMENTS = np.array([0.0, 20.0, 45.0, 61.0, 90.0])
OWN = {"late_decay": np.array([3.0, 5.0, 1.5, 8.0]) * 86400}
INHIBITION = {
    "half_input": np.array([0.2, 2.0, 6.0, 0.5]),
    "onset": np.array([0.5, 2.0, 1.0, 9.0]) * 86400,
    "recovery": np.array([7.0, 1.0, 3.0, 20.0]) * 86400,
}


@pytest.fixture(scope="module")
def system():
    return known_system(known_table())


@pytest.fixture(scope="module")
def injured():
    """Return a system that loses inhibition."""
    return known_system(known_table(), heterosynaptic="input-dependent", loses_inhibition=True)


def batch(system, count=4, units=3, **changes):
    """Patients with random timelines, their segments filled up to the same number."""
    patients = timelines(count, seed=7)
    drugs = max(len(each.drive.drugs) for each in patients)
    segments = [segments_of(each.drive, drugs) for each in patients]
    most = max(map(len, segments))
    filled = [np.vstack([each, _unused(each, most - len(each))]) for each in segments]
    multiplier = np.random.default_rng(1).uniform(0.7, 1.3, (count, units))
    start = np.repeat(system.naive(units)[None], count, axis=0)
    return Batch(np.array(filled), MOMENTS, start, multiplier, **changes)


def _unused(segments, count):
    unused = np.repeat(segments[-1:], count, axis=0)
    unused[:, :2] = np.inf
    return unused


def alone(system, asked, constants, patient):
    own = {name: float(each[patient]) for name, each in constants.items()}
    return system.with_own(own), asked.asked(patient)


def test_segments_are_the_drive_that_they_come_from():
    for patient in timelines(6, seed=3):
        back = drive_of(segments_of(patient.drive, 2))
        times = np.linspace(0, 240, 500)
        for one, other in zip(patient.drive.at(times), back.at(times), strict=True):
            assert np.array_equal(one, other)


def test_a_batch_is_its_patients_one_by_one_to_the_last_bit(system):
    asked = batch(system)
    whole = kernel.integrate_batch(system, asked, USUAL)
    assert whole.states.shape == (4, len(MOMENTS), 3, system.states)
    for patient in range(4):
        (one,) = kernel.integrate(system, [asked.asked(patient)], USUAL)
        assert np.array_equal(whole.states[patient], one.states)
        assert np.array_equal(whole.output_hz[patient], one.output_hz)
    threads = kernel.integrate_batch(system, asked, USUAL, threads=3)
    assert np.array_equal(threads.states, whole.states)
    some = kernel.integrate_batch(system, asked.of(np.array([3, 1])), USUAL)
    assert np.array_equal(some.states, whole.states[[3, 1]])


def test_own_constants_are_those_of_separate_systems(system):
    asked = batch(system, constants=OWN)
    whole = kernel.integrate_batch(system, asked, USUAL)
    for patient in range(4):
        own, one = alone(system, asked, OWN, patient)
        (separate,) = kernel.integrate(own, [one], USUAL)
        assert np.array_equal(whole.states[patient], separate.states)
    exact = reference.integrate(*alone(system, asked, OWN, 2))
    assert whole.states[2, ..., 1] == pytest.approx(exact.states[..., 1], abs=2e-3)
    shared = kernel.integrate_batch(system, replace(asked, constants={}), USUAL)
    assert np.abs(shared.states - whole.states).max() > 0.05


def test_own_inhibition_is_that_of_separate_systems_and_of_the_reference(injured):
    asked = batch(injured, units=2, constants=INHIBITION)
    whole = kernel.integrate_batch(injured, asked, 1e-7)
    late, lost = map(injured.equations.states.index, ("late", LOST))
    for patient in range(4):
        own, one = alone(injured, asked, INHIBITION, patient)
        (separate,) = kernel.integrate(own, [one], 1e-7)
        assert np.array_equal(whole.states[patient], separate.states)
    exact = reference.integrate(*alone(injured, asked, INHIBITION, 2), 1e-7).states
    assert whole.states[2, ..., lost] == pytest.approx(exact[..., lost], abs=1e-4)
    assert whole.states[2, ..., late] == pytest.approx(exact[..., late], abs=2e-3)
    shared = kernel.integrate_batch(injured, replace(asked, constants={}), 1e-7)
    differs = np.abs(shared.states - whole.states).max(axis=(1, 2))
    assert (differs[:, lost] > 0.05).all()
    assert differs[:, late].max() > 0.05


def test_under_constant_input_inhibition_is_lost_as_an_exponential_says(injured):
    rate_hz, moments_d = 1.5, np.array([0.0, 0.5, 2.0, 6.0, 30.0])
    segments = np.array([segments_of(constant(Point(rate_hz)), 0)] * 4)
    start = np.repeat(injured.naive()[None], 4, axis=0)
    asked = Batch(segments, moments_d, start, np.ones((4, 1)), INHIBITION)
    solved = kernel.integrate_batch(injured, asked, 1e-7)
    found = solved.states[:, :, 0, injured.equations.states.index(LOST)]
    half, onset_d = INHIBITION["half_input"][:, None], INHIBITION["onset"][:, None] / 86400
    wanted = rate_hz / (rate_hz + half) * (1 - np.exp(-moments_d / onset_d))
    assert found == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("own", [OWN, INHIBITION], ids=["plasticity", "inhibition"])
def test_without_a_compiler_the_twin_says_the_same(system, injured, monkeypatch, own):
    whose = system if own is OWN else injured
    asked = batch(whose, count=2, units=2, constants={key: each[:2] for key, each in own.items()})
    asked = replace(asked, moments_d=MOMENTS[:4])
    compiled = integrate_batch(whose, asked, 1e-3)
    monkeypatch.setattr(kernel, "available", lambda: False)
    plain = integrate_batch(whose, asked, 1e-3)
    assert plain.states == pytest.approx(compiled.states, abs=1e-4)
    assert plain.output_hz == pytest.approx(compiled.output_hz, abs=1e-2)


@pytest.mark.parametrize("stuck", [[0], [3], [1, 2], [0, 1, 2, 3]])
def test_only_who_cannot_be_followed_is_not_a_number(system, stuck):
    decay = np.full(4, SHARPER["late_decay"])
    decay[stuck] = np.nan
    asked = batch(system, constants={"late_decay": decay})
    with pytest.raises(StuckError):
        kernel.integrate_batch(system, asked, USUAL)
    found = integrate_batch(system, asked, USUAL)
    failed = np.isin(np.arange(4), stuck)
    assert np.isnan(found.states[failed]).all()
    assert np.isnan(found.output_hz[failed]).all()
    whole = kernel.integrate_batch(system, batch(system), USUAL)
    assert np.array_equal(found.states[~failed], whole.states[~failed])


def test_a_start_that_is_not_a_number_stays_one(system):
    asked = batch(system)
    asked.start[1] = np.nan
    found = integrate_batch(system, asked, USUAL)
    assert np.isnan(found.states[1]).all()
    assert np.isfinite(found.states[[0, 2, 3]]).all()


def test_one_moment_is_the_start(system):
    asked = replace(batch(system), moments_d=MOMENTS[:1])
    found = integrate_batch(system, asked)
    assert np.array_equal(found.states[:, 0], asked.start)
