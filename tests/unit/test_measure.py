"""Sampling, refinement and interpolation of the drift table, on drift that is known."""

from dataclasses import replace

import numpy as np
import pytest
from test_dynamics import CONSTANTS

from resetsim.drift.errors import left_out_errors
from resetsim.drift.measure import Sampler, measure_table
from resetsim.drift.table import DriftTable, position
from resetsim.simulation.progress import Silent
from resetsim.spec.model import Sampling

EFFICACIES = (1.0, 1.5, 2.0, 2.5, 3.0)
SAMPLING = Sampling(
    efficacies=EFFICACIES,
    input_rates_hz=(0.0, 1.0, 2.0, 3.0, 4.0),
    nmda_free=(0.0, 0.5, 1.0),
    warm_up_s=1.0,
    sample_s=1.0,
    samples=4,
    samples_at_most=16,
    early_error=0.02,
    finest_rate_step_hz=0.25,
)


class EchoEngine:
    """Gives back each task as its recording and counts them."""

    def __init__(self):
        self.tasks = []

    def run(self, tasks, progress):  # noqa: ARG002
        self.tasks += tasks
        return list(tasks)


def known(rate, nmda_free):
    return 1e-4 * rate**2 * nmda_free * np.array(EFFICACIES) ** 2


def sampler(noise=0.0, drift=known):
    def read(recordings):
        (rate, nmda_free), number = recordings[0]
        value = drift(rate, nmda_free) * (1 + noise * (-1) ** number)
        return {"potentiating": value, "depressing": 0 * value, "output_hz": 10 * value}

    return Sampler("known", SAMPLING, CONSTANTS, lambda point, number: [(point, number)], read)


def table(**kwargs):
    engine = EchoEngine()
    measured = measure_table(sampler(**kwargs), [((0.3, 0.5), (3.6, 1.0))], engine, Silent())
    return measured, engine


def test_nodes_come_back_as_measured():
    measured, _ = table()
    for rate in (1.0, 2.0, 3.0):
        for efficacy, expected in zip(EFFICACIES, known(rate, 1.0), strict=True):
            potentiating, depressing, output = measured(rate, 1.0, efficacy)
            assert potentiating == pytest.approx(expected, rel=1e-6)
            assert depressing == 0.0
            assert output == pytest.approx(10 * expected, rel=1e-6)


def test_a_square_root_that_is_linear_is_interpolated_exactly():
    measured, _ = table()
    assert measured(1.7, 1.0, 2.0)[0] == pytest.approx(1e-4 * 1.7**2 * 4, rel=1e-6)


def test_only_the_part_that_is_visited_is_measured():
    _, engine = table()
    points = {point for point, _ in engine.tasks}
    assert {share for _, share in points} == {0.5, 1.0}
    assert {rate for rate, _ in points} >= {0.0, 1.0, 2.0, 3.0, 4.0}


def test_under_blockade_only_the_inputs_that_are_visited_are_measured():
    engine = EchoEngine()
    measure_table(sampler(), [((1.2, 0.5), (1.7, 0.5))], engine, Silent())
    assert {rate for (rate, share), _ in engine.tasks if share == 0.5} == {1.0, 2.0}


def test_all_timelines_share_one_grid_of_inputs():
    def step(rate, nmda_free):
        return np.full(len(EFFICACIES), 2e-2 * nmda_free if rate > 2.1 else 0.0)

    narrow = measure_table(sampler(drift=step), [((1.2, 1.0),) * 2], EchoEngine(), Silent())
    assert narrow.input_rates_hz == table(drift=step)[0].input_rates_hz


def test_a_noisy_node_is_sampled_until_it_is_precise_or_the_limit_is_reached():
    _, quiet = table()
    _, noisy = table(noise=0.3)
    count = {point: 0 for point, _ in noisy.tasks}
    for point, _ in noisy.tasks:
        count[point] += 1
    assert all(count[0.0, share] == 4 for share in (0.5, 1.0))
    assert max(count.values()) == 16
    assert len(noisy.tasks) > len(quiet.tasks)


def test_the_grid_is_refined_where_neighbours_predict_badly():
    def step(rate, nmda_free):
        return np.full(len(EFFICACIES), 2e-2 * nmda_free if rate > 2.1 else 0.0)

    measured, _ = table(drift=step)
    near = [rate for rate in measured.input_rates_hz if 1.5 < rate < 2.6]
    assert len(near) > 2
    assert min(np.diff(measured.input_rates_hz)) >= 0.25
    smooth, _ = table(drift=lambda _, share: np.full(len(EFFICACIES), 1e-2 * share))
    assert smooth.input_rates_hz == SAMPLING.input_rates_hz


def test_left_out_error_is_what_interpolation_misses():
    measured, _ = table()
    errors = left_out_errors(measured.nodes, CONSTANTS)
    assert max(errors.values()) == pytest.approx(0.0, abs=1e-9)
    kinked = dict(measured.nodes)
    node = kinked[2.0, 1.0]
    kinked[2.0, 1.0] = replace(node, value={name: 4 * each for name, each in node.value.items()})
    assert left_out_errors(kinked, CONSTANTS)[2.0, 1.0] > 0.1


def test_the_table_does_not_depend_on_what_else_was_measured():
    shared = sampler(noise=0.2)
    measure_table(shared, [((0.0, 0.0), (4.0, 0.5))], EchoEngine(), Silent())
    after = measure_table(shared, [((1.0, 1.0), (3.0, 1.0))], EchoEngine(), Silent())
    alone = measure_table(sampler(noise=0.2), [((1.0, 1.0), (3.0, 1.0))], EchoEngine(), Silent())
    assert after.input_rates_hz == alone.input_rates_hz
    for rate in np.linspace(1.0, 3.0, 7):
        assert after(rate, 1.0, 1.8) == alone(rate, 1.0, 1.8)


def test_beyond_the_grid_the_edge_counts():
    measured, _ = table()
    assert measured(9.0, 1.0, 2.0) == measured(4.0, 1.0, 2.0)
    assert measured(3.0, 1.0, 9.0) == measured(3.0, 1.0, 3.0)
    assert position((1.0, 2.0), 0.5) == (0, 0.0)
    assert isinstance(measured, DriftTable)
