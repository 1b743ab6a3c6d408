"""Sampling, refinement and interpolation of the drift table, on drift that is known."""

from dataclasses import replace

import numpy as np
import pytest
from known_drift import CONSTANTS

from resetsim.declare.axes import Point
from resetsim.declare.sampling import Sampling
from resetsim.progress import Silent
from resetsim.slow.errors import left_out_errors
from resetsim.slow.measure import Sampler, measure_table
from resetsim.slow.table import DriftTable, position

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
        (rate, nmda_free, *_), number = recordings[0]
        value = drift(rate, nmda_free) * (1 + noise * (-1) ** number)
        return {
            "potentiating": value,
            "depressing": 0 * value,
            "output_hz": 10 * value,
            "inducing": value,
        }

    def tasks(point, number):
        return [(point, number)]

    return Sampler("known", None, SAMPLING, CONSTANTS, tasks, read)


def table(**kwargs):
    engine = EchoEngine()
    measured = measure_table(sampler(**kwargs), [(Point(0.3, 0.5), Point(3.6))], engine, Silent())
    return measured, engine


def test_nodes_come_back_as_measured():
    measured, _ = table()
    for rate in (1.0, 2.0, 3.0):
        for efficacy, expected in zip(EFFICACIES, known(rate, 1.0), strict=True):
            drift = measured(Point(rate), efficacy)
            assert drift.potentiating == pytest.approx(expected, rel=1e-6)
            assert drift.depressing == 0.0
            assert drift.output_hz == pytest.approx(10 * expected, rel=1e-6)


def test_a_square_root_that_is_linear_is_interpolated_exactly():
    measured, _ = table()
    assert measured(Point(1.7), 2.0).potentiating == pytest.approx(1e-4 * 1.7**2 * 4, rel=1e-6)


def test_only_the_part_that_is_visited_is_measured():
    _, engine = table()
    points = {point for point, _ in engine.tasks}
    assert {point.nmda_free for point in points} == {0.5, 1.0}
    assert {point.input_rate_hz for point in points} >= {0.0, 1.0, 2.0, 3.0, 4.0}


def test_under_blockade_only_the_inputs_that_are_visited_are_measured():
    engine = EchoEngine()
    measure_table(sampler(), [(Point(1.2, 0.5), Point(1.7, 0.5))], engine, Silent())
    assert {point.input_rate_hz for point, _ in engine.tasks if point.nmda_free == 0.5} == {
        1.0,
        2.0,
    }


def test_all_timelines_share_one_grid_of_inputs():
    def step(rate, nmda_free):
        return np.full(len(EFFICACIES), 2e-2 * nmda_free if rate > 2.1 else 0.0)

    narrow = measure_table(sampler(drift=step), [(Point(2.2),) * 2], EchoEngine(), Silent())
    wide = table(drift=step)[0]

    def inside(measured):
        return [rate for rate in measured.grid[0] if 2.0 <= rate <= 3.0]

    assert inside(narrow) == inside(wide)
    assert len(inside(wide)) > 2


def test_a_noisy_node_is_sampled_until_it_is_precise_or_the_limit_is_reached():
    _, quiet = table()
    _, noisy = table(noise=0.3)
    count = {point: 0 for point, _ in noisy.tasks}
    for point, _ in noisy.tasks:
        count[point] += 1
    assert all(count[Point(0.0, share)] == 4 for share in (0.5, 1.0))
    assert max(count.values()) == 16
    assert len(noisy.tasks) > len(quiet.tasks)


def test_the_grid_is_refined_where_neighbours_predict_badly():
    def step(rate, nmda_free):
        return np.full(len(EFFICACIES), 2e-2 * nmda_free if rate > 2.1 else 0.0)

    measured, _ = table(drift=step)
    near = [rate for rate in measured.grid[0] if 1.5 < rate < 2.6]
    assert len(near) > 2
    assert min(np.diff(measured.grid[0])) >= 0.25
    smooth, _ = table(drift=lambda _, share: np.full(len(EFFICACIES), 1e-2 * share))
    assert smooth.grid[0] == SAMPLING.input_rates_hz


def test_left_out_error_is_what_interpolation_misses():
    measured, _ = table()
    errors = left_out_errors(measured.nodes, CONSTANTS)
    assert max(errors.values()) == pytest.approx(0.0, abs=1e-9)
    kinked = dict(measured.nodes)
    node = kinked[Point(2.0)]
    kinked[Point(2.0)] = replace(node, value={name: 4 * each for name, each in node.value.items()})
    assert left_out_errors(kinked, CONSTANTS)[Point(2.0)] > 0.1


def test_the_table_does_not_depend_on_what_else_was_measured():
    shared = sampler(noise=0.2)
    measure_table(shared, [(Point(0.0, 0.0), Point(4.0, 0.5))], EchoEngine(), Silent())
    after = measure_table(shared, [(Point(1.0), Point(3.0))], EchoEngine(), Silent())
    alone = measure_table(sampler(noise=0.2), [(Point(1.0), Point(3.0))], EchoEngine(), Silent())
    assert after.grid == alone.grid
    for rate in np.linspace(1.0, 3.0, 7):
        assert after(Point(rate), 1.8) == alone(Point(rate), 1.8)


def test_beyond_the_grid_the_edge_counts():
    measured, _ = table()
    assert measured(Point(9.0), 2.0) == measured(Point(4.0), 2.0)
    assert measured(Point(3.0), 9.0) == measured(Point(3.0), 3.0)
    assert position((1.0, 2.0), 0.5) == (0, 0.0)
    assert isinstance(measured, DriftTable)
