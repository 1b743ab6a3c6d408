import numpy as np
import pytest

from resetsim.simulation import store
from resetsim.simulation.store import DamagedCacheWarning
from resetsim.simulation.task import Recording


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path))


def recording():
    return Recording(
        {"nk1r": np.array([0, 3], dtype=np.int32)},
        {"nk1r": np.array([0.5, 0.75])},
        {"course.mean_late": np.linspace(0, 1, 5)},
    )


def test_what_is_saved_is_loaded():
    assert store.load("ab" * 20) is None
    store.save("ab" * 20, recording())
    loaded = store.load("ab" * 20)
    assert loaded.spike_index["nk1r"].tolist() == [0, 3]
    assert loaded.spike_time_s["nk1r"].tolist() == [0.5, 0.75]
    assert loaded.arrays["course.mean_late"].tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other"])
def test_a_damaged_file_is_never_trusted(tmp_path, damage):
    key = "cd" * 20
    store.save(key, recording())
    (file,) = (tmp_path / "simulations").rglob("*.npz")
    content = file.read_bytes()
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "flip":
        at = content.index(np.float64(0.75).tobytes())
        file.write_bytes(content[:at] + b"\xff" + content[at + 1 :])
    elif damage == "empty":
        file.write_bytes(b"")
    else:
        store.save("ef" * 20, recording())
        other = next(each for each in (tmp_path / "simulations").rglob("ef*.npz"))
        file.write_bytes(other.read_bytes())
    with pytest.warns(DamagedCacheWarning, match="computed again"):
        assert store.load(key) is None
    assert not file.exists()
    store.save(key, recording())
    assert store.load(key) is not None
