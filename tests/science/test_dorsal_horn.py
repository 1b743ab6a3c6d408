"""Does the dorsal horn behave like one: wind-up, its NMDA dependence, the gate, induction."""

import numpy as np
import pytest

from resetsim.assays.assay import Condition
from resetsim.assays.registry import ASSAYS, protocol_of
from resetsim.assays.windup import windup_gain
from resetsim.drift.dorsal_horn_sampling import read_sample, sampling_task
from resetsim.drift.sample import Point, average
from resetsim.spec.quantities import parse_quantity

HEALTHY = Condition(np.zeros(1), np.zeros(1), blockade=0.0)
BLOCKED = Condition(np.zeros(1), np.zeros(1), blockade=0.95)
SENSITISED = Condition(np.zeros(1), np.ones(1), blockade=0.0)
SEEDS = range(3)


def read(name, dorsal_horn, engine, condition, **settings):
    """Readings of one assay over a few seeds, one list per seed."""
    changes = {key: parse_quantity(value) for key, value in settings.items()}
    protocol = protocol_of(name, dorsal_horn.model, changes)
    assay = ASSAYS[name]
    groups = [assay.tasks(dorsal_horn, condition, protocol, seed) for seed in SEEDS]
    recordings = iter(engine.run([task for group in groups for task in group]))
    return [
        assay.read(dorsal_horn.model, protocol, [next(recordings) for _ in group])
        for group in groups
    ]


def first_response(readings):
    return np.mean(
        [
            sum(
                each.value
                for each in seed
                if each.population == "wdr" and each.x == 1 and each.quantity != "a_spikes"
            )
            for seed in readings
        ]
    )


def gain(readings):
    return np.mean([windup_gain(seed) for seed in readings])


@pytest.fixture(scope="module")
def half_hertz(dorsal_horn, engine):
    return {
        name: read("windup", dorsal_horn, engine, condition, frequency="0.5 Hz")
        for name, condition in (("control", HEALTHY), ("blocked", BLOCKED))
    }


def test_wdr_neurons_wind_up_at_half_a_hertz_and_more_at_one(dorsal_horn, engine, half_hertz):
    # 0.5 Hz x 16: Dickenson & Sullivan 1987 (P064); stronger at 1 Hz.
    faster = read("windup", dorsal_horn, engine, HEALTHY, frequency="1 Hz")
    assert gain(half_hertz["control"]) > 1.5
    assert gain(faster) > gain(half_hertz["control"])


def test_they_do_not_wind_up_at_a_tenth_of_a_hertz(dorsal_horn, engine):
    # The control train of PMC4615536 (windup_facts).
    slow = read("windup", dorsal_horn, engine, HEALTHY, frequency="0.1 Hz")
    assert gain(slow) == pytest.approx(1.0, abs=0.3)


def test_nmda_block_abolishes_windup_and_spares_the_first_response(half_hertz):
    # AP5, Dickenson & Sullivan 1987 (target V18: last/first at most 1.3, first within 20 %).
    assert gain(half_hertz["blocked"]) < 1.3
    spared = first_response(half_hertz["blocked"]) / first_response(half_hertz["control"])
    assert 0.8 < spared < 1.2


def test_a_stronger_stimulus_evokes_more_and_most_when_sensitised(dorsal_horn, engine):
    def curve(condition):
        readings = read("evoked_pain", dorsal_horn, engine, condition)
        return [
            np.mean([each.value for seed in readings for each in seed if each.x == strength])
            for strength in sorted({each.x for each in readings[0]})
        ]

    healthy, sensitised = curve(HEALTHY), curve(SENSITISED)
    assert healthy == sorted(healthy)
    assert all(after > before for before, after in zip(healthy, sensitised, strict=True))


def test_a_brush_reaches_wide_dynamic_range_neurons_but_not_nociceptive_ones(dorsal_horn, engine):
    readings = [each for seed in read("brush", dorsal_horn, engine, HEALTHY) for each in seed]
    rates = {
        name: np.mean([each.value for each in readings if each.population == name])
        for name in ("nk1r", "wdr")
    }
    assert rates["nk1r"] < 0.5
    assert 1.0 < rates["wdr"] < 30.0


def sampled(dorsal_horn, engine, rate, nmda_free):
    tasks = [sampling_task(dorsal_horn, Point(rate, nmda_free), seed) for seed in range(4)]
    recordings = engine.run(tasks)
    return average([read_sample(dorsal_horn.model, each) for each in recordings])


def test_induction_needs_input_efficacy_and_nmda_receptors(dorsal_horn, engine):
    silent = sampled(dorsal_horn, engine, 0.0, 1.0)
    some = sampled(dorsal_horn, engine, 1.4, 1.0)
    much = sampled(dorsal_horn, engine, 2.0, 1.0)
    blocked = sampled(dorsal_horn, engine, 2.0, 0.05)
    assert silent.value["potentiating"].max() == 0.0
    assert silent.value["output_hz"].max() == 0.0
    assert blocked.value["potentiating"].max() == 0.0
    assert some.value["potentiating"][-1] > 5 * some.value["potentiating"][0]
    assert np.all(much.value["potentiating"][2:] > some.value["potentiating"][2:])
