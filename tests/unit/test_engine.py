"""How the engine starts its workers where it cannot."""

import pytest

from resetsim.spiking import engine
from resetsim.spiking.errors import SimulationError


def test_workers_without_room_for_their_semaphores_are_one_line(monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(engine, "ProcessPoolExecutor", full)
    with pytest.raises(SimulationError, match=r"No space left on device.*/dev/shm") as error:
        engine.Engine("numpy")._executor()
    assert "\n" not in str(error.value)
