"""What may differ between the patients of a cohort."""

import re

DRAWABLE = {
    "patient.weight": (1.0, 500.0),
    "patient.clearance": (0.05, 20.0),
    "patient.volume": (0.05, 20.0),
    "patient.tolerated": (0.001, 1.0),
    "patient.sensitivity": (0.05, 20.0),
    "patient.start.late_phase": (0.0, 1.0),
    "patient.injury.at": (-36500.0, 36500.0),
    "patient.injury.peak_rate": (0.0, 20.0),
    "patient.injury.residual_rate": (0.0, 20.0),
    "patient.injury.heals_with": (0.001, 36500.0),
    "patient.units.share_active": (0.01, 1.0),
    "patient.units.spread": (0.0, 3.0),
    "patient.disinhibition.half_input": (0.001, 1000.0),
    "patient.disinhibition.onset": (1 / 1440, 36500.0),
    "patient.disinhibition.recovery": (1 / 1440, 36500.0),
    "patient.flare_ups.rate": (0.0, 10.0),
    "patient.flare_ups.duration": (1 / 1440, 90.0),
    "patient.flare_ups.extra_rate": (0.0, 20.0),
    "patient.flare_ups.severity": (0.0, 20.0),
    "patient.behaviour.avoidance": (0.0, 1.0),
    "patient.history.ended": (0.0, 36500.0),
    "patient.history.duration": (1 / 86400, 36500.0),
    "patient.history.blockade": (0.0, 1.0),
    "patient.learning[0].at": (-36500.0, 36500.0),
    "trial.expectation": (-10.0, 10.0),
    "trial.natural_course": (-10.0, 10.0),
}
"""What may differ between patients besides constants of plasticity, and between which ends, in the
unit of ``UNITS``: draws beyond are taken as these. One session stands for all, see
:func:`kind_of`."""

UNITS = {
    "patient.weight": "kg",
    "patient.injury.at": "day",
    "patient.injury.peak_rate": "Hz",
    "patient.injury.residual_rate": "Hz",
    "patient.injury.heals_with": "day",
    "patient.disinhibition.half_input": "Hz",
    "patient.disinhibition.onset": "day",
    "patient.disinhibition.recovery": "day",
    "patient.flare_ups.rate": "1/day",
    "patient.flare_ups.duration": "day",
    "patient.flare_ups.extra_rate": "Hz",
    "patient.learning[0].at": "day",
    "patient.history.ended": "day",
    "patient.history.duration": "day",
}
"""In which they are drawn; all others are bare numbers."""

OF_EACH_FLARE_UP = ("patient.flare_ups.duration", "patient.flare_ups.extra_rate")
PLASTICITY, MEMORY_PLASTICITY = "plasticity", "memory_plasticity"
DISINHIBITION = "patient.disinhibition"
INJURED_AT = "patient.injury.at"
IN_LEARNING = ("early_gain", "late_gain", "potentiation_rate", "depression_rate", "early_decay")
"""Constants of a memory that a session, which is simulated once for all patients, depends on."""


def learned_at(session: int) -> str:
    """Return the dotted key of when a session is, counted from 0."""
    return f"patient.learning[{session}].at"


def kind_of(key: str) -> str:
    """Return the key that stands for a dotted one in ``DRAWABLE`` and ``UNITS``."""
    return re.sub(r"\[\d+\]", "[0]", key)
