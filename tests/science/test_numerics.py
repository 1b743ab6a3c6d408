"""The same answer from another engine, other compiler flags and half the time step."""

from dataclasses import replace

import numpy as np
import pytest

from resetsim.declare.axes import Point
from resetsim.declare.quantities import parse_quantity
from resetsim.slow.dorsal_horn_sampling import column_of_synapse
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit, Task
from resetsim.tissue.frozen import frozen_arguments

RATE_HZ = 2.4
POPULATIONS = ("nk1r", "wdr", "excitatory", "inhibitory")


def tasks(circuit, seeds, duration_s):
    """Runs of the dorsal horn with a different efficacy in each column."""
    model = circuit.model
    efficacies = np.array(model.sampling.efficacies)[column_of_synapse(model)]
    arguments = frozen_arguments(model, efficacies, Point())
    arguments["c_fibre.background"] = RATE_HZ
    names = tuple(
        f"{model.plastic_connection.name}.time_{share}" for share in ("potentiating", "depressing")
    )
    return [
        Task(circuit, arguments, duration_s, seed, spikes=POPULATIONS, arrays=names)
        for seed in seeds
    ]


def measured(circuit, engine, seeds, duration_s=10.0):
    """Rates, shares of time and their standard errors over seeds."""
    recordings = engine.run(tasks(circuit, seeds, duration_s))
    rows = [
        [
            len(each.spike_index[name]) / circuit.model.size(name) / duration_s
            for name in POPULATIONS
        ]
        + [array.mean() / duration_s for array in each.arrays.values()]
        for each in recordings
    ]
    return np.mean(rows, axis=0), np.std(rows, axis=0, ddof=1) / np.sqrt(len(rows))


def assert_same(one, other):
    """The same within 5 % or four standard errors of the difference."""
    difference = np.abs(one[0] - other[0])
    allowed = np.maximum(0.05 * one[0], 4 * np.hypot(one[1], other[1]))
    assert np.all(difference <= allowed), (difference / one[0], allowed / one[0])


@pytest.fixture(scope="module")
def reference(dorsal_horn, engine):
    return measured(dorsal_horn, engine, range(10, 18))


def test_half_the_time_step_changes_nothing(dorsal_horn, engine, reference):
    model = dorsal_horn.model
    finer = model.model_copy(
        update={
            "time_step": model.time_step.model_copy(update={"value": parse_quantity("0.1 ms")}),
            "calcium_time_step": model.calcium_time_step.model_copy(
                update={"value": parse_quantity("0.5 ms")}
            ),
        }
    )
    assert_same(reference, measured(Circuit(finer), engine, range(20, 28)))


def test_tuned_flags_give_what_the_flags_of_brian2_give(dorsal_horn, engine, reference):
    plain = replace(engine, target="standalone with Brian2's flags")
    assert_same(reference, measured(dorsal_horn, plain, range(10, 18)))


def test_the_numpy_target_agrees(dorsal_horn, engine):
    seeds = range(30, 34)
    fast = measured(dorsal_horn, engine, range(30, 42), duration_s=2.0)
    slow = measured(dorsal_horn, Engine("numpy", jobs=2), seeds, duration_s=2.0)
    assert_same(fast, slow)


def test_a_run_is_the_same_every_time_and_another_seed_is_not(dorsal_horn, engine):
    fresh = replace(engine, keep=False)
    one, again, other = fresh.run(
        [
            *tasks(dorsal_horn, [5], 1.0),
            *tasks(dorsal_horn, [6], 1.0),
            *tasks(dorsal_horn, [7], 1.0),
        ]
    )
    (repeated,) = fresh.run(tasks(dorsal_horn, [5], 1.0))
    assert one.spike_time_s["nk1r"].tolist() == repeated.spike_time_s["nk1r"].tolist()
    assert one.spike_time_s["nk1r"].tolist() != again.spike_time_s["nk1r"].tolist()
    assert again.spike_time_s["nk1r"].tolist() != other.spike_time_s["nk1r"].tolist()
