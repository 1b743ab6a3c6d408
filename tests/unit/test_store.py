"""Stored simulations: whatever happens to a file, nothing else than what was saved comes back."""

import os
import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from resetsim.cache import cache_path
from resetsim.spiking import store
from resetsim.spiking.engine import Engine
from resetsim.spiking.store import DamagedCacheWarning, NotKeptWarning
from resetsim.spiking.task import Recording, Task

KEY = "cd" * 20
TASK = Task(None, {}, 1.0, 1, spikes=("nk1r",), arrays=("course.mean_late",))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path))
    store._warn.cache_clear()


def recording():
    return Recording(
        {"nk1r": np.array([0, 3], dtype=np.int32)},
        {"nk1r": np.array([0.5, 0.75])},
        {"course.mean_late": np.linspace(0, 1, 5)},
    )


def same(loaded):
    return (
        loaded.spike_index["nk1r"].tolist() == [0, 3]
        and loaded.spike_time_s["nk1r"].tolist() == [0.5, 0.75]
        and loaded.arrays["course.mean_late"].tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    )


def saved(key=KEY):
    store.save(key, recording())
    (file,) = cache_path("simulations").rglob(f"{key}*")
    return file


def test_what_is_saved_is_loaded():
    assert store.load(KEY, TASK) is None
    store.save(KEY, recording())
    assert same(store.load(KEY, TASK))


def test_every_mutation_is_noticed():
    file = saved()
    content = file.read_bytes()
    random = np.random.default_rng(1)
    refused = 0
    for number in range(600):
        at, to = sorted(random.integers(0, len(content), 2))
        changed = [
            content[:at] + random.bytes(1) + content[at + 1 :],
            content[:at] + random.bytes(3) + content[at:],
            content[:at] + content[to:],
            content[:at],
            content + random.bytes(5),
        ][number % 5]
        file.write_bytes(changed)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            loaded = store.load(KEY, TASK)
        assert (loaded is None) == (changed != content)
        assert [each.category for each in said] == [DamagedCacheWarning] * (loaded is None)
        refused += loaded is None
    assert refused > 500


def folder(file):
    file.unlink()
    file.mkdir()
    (file / "kept").write_text("by somebody")


def pipe(file):
    file.unlink()
    os.mkfifo(file)


def loop(file):
    file.unlink()
    file.symlink_to(file)


def pickled(file):
    file.write_bytes(pickle.dumps(recording))


def other(file):
    store.save("ef" * 20, recording())
    file.write_bytes(next(file.parents[1].rglob("ef*.*")).read_bytes())


def earlier(file):
    """A valid archive of numbers, as earlier versions stored it."""
    with file.open("wb") as stream:
        np.savez(stream, key=KEY, **{"i:nk1r": np.int32([0]), "t:nk1r": np.zeros(1)})


@pytest.mark.parametrize("damage", [pipe, loop, pickled, other, earlier])
def test_whatever_is_in_the_way_is_replaced(damage):
    file = saved()
    damage(file)
    with pytest.warns(DamagedCacheWarning, match="computed again"):
        assert store.load(KEY, TASK) is None
    store.save(KEY, recording())
    assert same(store.load(KEY, TASK))


def test_a_folder_in_the_way_stays_and_nothing_is_stored():
    file = saved()
    folder(file)
    with pytest.warns(DamagedCacheWarning, match="computed again"):
        assert store.load(KEY, TASK) is None
    with pytest.warns(NotKeptWarning, match="cannot be kept"):
        store.save(KEY, recording())
    assert (file / "kept").read_text() == "by somebody"
    assert [each.name for each in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    ("other_task", "said"),
    [
        (Task(None, {}, 1.0, 1, ("nk1r", "wdr"), TASK.arrays), "other arrays"),
        (Task(None, {}, 1.0, 1, TASK.spikes), "other arrays"),
    ],
)
def test_the_names_must_be_those_of_the_task(other_task, said):
    store.save(KEY, recording())
    with pytest.warns(DamagedCacheWarning, match=said):
        assert store.load(KEY, other_task) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"spike_time_s": {"nk1r": np.array([0.5])}},
        {"spike_index": {"nk1r": np.array([0.0, 3.0])}},
        {"arrays": {"course.mean_late": np.array(["0", "1"])}},
    ],
)
def test_arrays_must_have_their_type_and_length(changed):
    store.save(KEY, Recording(**(vars(recording()) | changed)))
    with pytest.warns(DamagedCacheWarning, match=r"incomplete|than numbers"):
        assert store.load(KEY, TASK) is None


def test_what_a_killed_process_left_is_cleared():
    file = saved()
    left = file.with_name(f"{KEY}.1-2.partial")
    left.write_bytes(b"half")
    store.save(KEY, recording())
    assert list(file.parent.iterdir()) == [file]


def test_a_full_cache_warns_once(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(tmp_path), "write_bytes", full)
    with pytest.warns(NotKeptWarning, match=r"No space left on device.*goes on"):
        store.save(KEY, recording())
    store.save("ef" * 20, recording())  # another warning would be an error


def test_a_run_whose_results_cannot_be_kept_gives_them(monkeypatch):
    cache_path("simulations").parent.mkdir()
    cache_path("simulations").write_text("in the way")
    monkeypatch.setattr("resetsim.spiking.runtime.run", lambda *_: recording())
    monkeypatch.setattr(Engine, "_executor", lambda _: ThreadPoolExecutor(1))
    task = Task(type("Circuit", (), {"key": "k"}), {}, 1.0, 1, TASK.spikes, TASK.arrays)
    with pytest.warns(NotKeptWarning) as said:
        (found,) = Engine("numpy").run([task])
    assert same(found)
    assert len(said) == 1
