"""The uncertain parameters and their ranges."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from paths import RANGES

from resetsim.declare.quantities import parse_quantity
from resetsim.tissue.units import si

RESIDUAL, BLOCKADE = "patient.injury.residual_rate", "treatment.blockade"
SHARE_ACTIVE, SPREAD = "units.share_active", "units.spread"
INFLUX = "spine.calcium_influx"
WINDOW_HZ = tuple(np.linspace(0.3, 1.0, 11).round(2).tolist())
"""Residual inputs that the first draws are tried at."""


@dataclass(frozen=True)
class Range:
    """What is known of one uncertain parameter.

    Attributes
    ----------
    name, unit
        As in the model or experiment file.
    low, high, declared
        In that unit.
    source
        Why this range.
    """

    name: str
    unit: str
    low: float
    high: float
    declared: float
    source: str

    @property
    def logarithmic(self) -> bool:
        """Whether it is drawn uniformly in its logarithm: it spans a factor of three or more."""
        return self.high >= 3 * self.low

    @property
    def bounds(self) -> tuple[float, float]:
        """Of what is drawn."""
        return self._scaled(self.low), self._scaled(self.high)

    def place(self, value: float) -> float:
        """Return where a value lies: 0 at the low end, 1 at the high end."""
        low, high = self.bounds
        return (self._scaled(value) - low) / (high - low)

    def _scaled(self, value: float) -> float:
        return float(np.log(value)) if self.logarithmic else value

    @property
    def constant(self) -> str:
        """Its last name."""
        return self.name.rpartition(".")[2]

    @property
    def si(self) -> float:
        """One of its units in SI."""
        return si(parse_quantity(f"1 {self.unit}")) if self.unit else 1.0


Ranges = Mapping[str, Range]
"""By parameter, in the order of the file."""

Values = Mapping[str, float]
"""Of one sample, by parameter, in their units."""


def read_ranges() -> Ranges:
    """Return what is drawn."""
    with RANGES.open(newline="", encoding="utf-8") as stream:
        return {
            row["parameter"]: Range(
                row["parameter"],
                row["unit"],
                float(row["low"]),
                float(row["high"]),
                float(row["declared"]),
                row["source"],
            )
            for row in csv.DictReader(stream)
        }
