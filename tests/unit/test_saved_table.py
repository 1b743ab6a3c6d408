"""The drift table as a file: what comes back, what is refused, and its lookup of many points."""

from dataclasses import replace

import numpy as np
import pytest
from test_measure import EFFICACIES, EchoEngine, known, sampler

from resetsim.declare.axes import Point
from resetsim.declare.files import find_file
from resetsim.declare.model import read_model
from resetsim.errors import InputError
from resetsim.progress import Silent
from resetsim.slow.measure import measure_table
from resetsim.slow.sample import Node
from resetsim.slow.saved import keep, load_table, restore, save_table, table_key
from resetsim.slow.table import FINE, MissingNodeError, table_of
from resetsim.study.systems import memory_sampler

VISITED = [(Point(0.3, 0.5), Point(3.6))]


class CountedTask(tuple):
    """Stands for a simulation: a point and the number of the sample."""

    def key(self, built_for):
        return f"{built_for} {self!r}"


class KeepingEngine(EchoEngine):
    keep, built_for, target = True, "this machine", "none"


def counted(**kwargs):
    plain = sampler(**kwargs)
    return replace(plain, tasks=lambda *task: [CountedTask(task)])


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path))


@pytest.fixture
def measured():
    return measure_table(sampler(), VISITED, EchoEngine(), Silent())


def test_many_points_are_looked_up_as_one_is(measured):
    draw = np.random.default_rng(3)
    points = np.stack(
        [draw.uniform(-1, 5, 200), draw.choice([0.5, 0.8, 1.0, 1.2], 200), *np.zeros((2, 200))], 1
    )
    efficacy = draw.uniform(0.5, 3.5, 200)
    found = measured.lookup(points, efficacy)
    for point, at, row in zip(points, efficacy, found, strict=True):
        assert row == pytest.approx(measured(Point(*point), at), rel=1e-12, abs=1e-15)
    shaped = measured.lookup(points.reshape(20, 10, 4), efficacy.reshape(20, 10))
    assert np.array_equal(shaped.reshape(200, 4), found)


def test_what_was_not_measured_is_an_error_that_says_where(measured):
    with pytest.raises(MissingNodeError, match=r"input_rate_hz 2\.5, nmda_free 0\.2"):
        measured(Point(2.5, 0.2), 1.5)
    with pytest.raises(MissingNodeError, match=r"input_rate_hz 2\.5, nmda_free 0\.2"):
        measured.lookup([[1.0, 1.0, 0.0, 0.0], [2.5, 0.2, 0.0, 0.0]], [1.5, 1.5])


def test_a_saved_table_comes_back_whole(tmp_path, measured):
    file = tmp_path / "table.npz"
    save_table(file, measured, "a key", {"system": "known"})
    loaded = load_table(file, "a key")
    assert (loaded.grid, loaded.efficacies) == (measured.grid, measured.efficacies)
    assert list(loaded.nodes) == list(measured.nodes)
    assert np.array_equal(loaded.roots, measured.roots)
    for point, node in measured.nodes.items():
        assert loaded.nodes[point].samples == node.samples
        for name, values in node.value.items():
            assert np.array_equal(loaded.nodes[point].value[name], values)
            assert np.array_equal(
                loaded.nodes[point].standard_error[name], node.standard_error[name]
            )


def test_a_table_of_another_model_or_version_is_refused(tmp_path, measured):
    file = tmp_path / "table.npz"
    save_table(file, measured, "a key")
    with pytest.raises(InputError, match=r"table.npz: .* another model or version .*delete it"):
        load_table(file, "another key")


def test_a_damaged_table_is_refused(tmp_path, measured):
    file = tmp_path / "table.npz"
    save_table(file, measured, "a key")
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(InputError, match=r"table.npz: .* cannot be read"):
        load_table(file, "a key")


def test_a_saved_table_spares_every_simulation_and_changes_nothing():
    first, again = KeepingEngine(), KeepingEngine()
    cold, warm = counted(noise=0.2), counted(noise=0.2)
    restore(cold, first)
    before = measure_table(cold, VISITED, first, Silent())
    keep(cold, first)
    restore(warm, again)
    after = measure_table(warm, VISITED, again, Silent())
    assert first.tasks
    assert not again.tasks
    assert after.grid == before.grid
    assert warm.measured.keys() == cold.measured.keys()
    assert all(
        after(Point(rate, 0.7), 1.8) == before(Point(rate, 0.7), 1.8)
        for rate in np.linspace(0.3, 3.6, 9)
    )


def test_the_key_tells_constants_sampling_and_machines_apart():
    engine, plain = KeepingEngine(), counted()
    other_machine = KeepingEngine()
    other_machine.built_for = "another machine"
    constants = plain.constants | {"late_decay": 1.0}
    keys = [
        table_key(plain, engine),
        table_key(plain, other_machine),
        table_key(replace(plain, constants=constants), engine),
        table_key(
            replace(plain, sampling=plain.sampling.model_copy(update={"early_error": 0.5})), engine
        ),
    ]
    assert len(set(keys)) == len(keys)
    assert table_key(counted(), engine) == keys[0]


def test_the_dense_grid_passes_through_what_was_sampled():
    value = {
        name: known(2.0, 1.0) for name in ("potentiating", "depressing", "output_hz", "inducing")
    }
    zero = {name: 0 * each for name, each in value.items()}
    table = table_of(
        ((2.0,), (1.0,), (0.0,), (0.0,)), EFFICACIES, {Point(2.0): Node(value, zero, 4)}
    )
    assert table.roots.shape == (1, FINE, 4)
    assert table.lookup(np.tile([2.0, 1, 0, 0], (5, 1)), EFFICACIES)[:, 0] == pytest.approx(
        known(2.0, 1.0)
    )


@pytest.mark.parametrize("other", [(3, 0.005), (4, 0.14)])
def test_a_table_of_another_rate_of_replay_or_number_of_patterns_is_another_one(other):
    model = read_model(find_file("memory", "model"))
    keys = {
        table_key(memory_sampler(model, taught, rate_hz), KeepingEngine())
        for taught, rate_hz in ((3, 0.14), other, (3, 0.14))
    }
    assert len(keys) == 2
