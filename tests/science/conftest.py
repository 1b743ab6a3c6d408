"""Circuits and engine that the science tests share; compiled once, kept in the user's cache."""

from pathlib import Path

import pytest

from resetsim.declare.model import read_model
from resetsim.spiking.engine import best_engine
from resetsim.spiking.task import Circuit

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="session")
def engine():
    return best_engine(jobs=2)


@pytest.fixture(scope="session")
def dorsal_horn():
    return Circuit(read_model(MODELS / "dorsal_horn.toml"))
