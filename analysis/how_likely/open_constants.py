"""What is drawn for each hypothesis: its open constants, from ranges that are stated for them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace

from resetsim.declare.distributions import Beta, Distribution, Lognormal
from resetsim.declare.files import shipped_root
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.plan import Plan
from resetsim.declare.quantities import parse_quantity, units
from resetsim.declare.units import Units
from resetsim.patients.population import Population
from resetsim.streams import generator_for
from resetsim.study.cohort_arm_job import CohortArmJob

RESIDUAL, SPREAD, SHARE = "patient.injury.residual_rate", "units.spread", "units.share_active"
SIGMA = ".sigma"  # behind what differs between patients: of its logarithm
RESIDUAL_SIGMA, SENSITIVITY_SIGMA = RESIDUAL + SIGMA, "patient.sensitivity" + SIGMA
POTENCY, HALF_LIFE, C50 = "potency", "drug.half_life", "drug.c50"
PLASTICITY = "plasticity."
RANGES = shipped_root() / "experiments" / "evidence" / "ranges.csv"
OWN = {
    POTENCY: (0.48, 2.4),
    HALF_LIFE: (5.3, 20.5),
    C50: (5.25, 21.0),
    RESIDUAL_SIGMA: (0.3, 1.2),
    SENSITIVITY_SIGMA: (0.175, 0.7),
}
"""Ranges besides ``ranges.csv``: potency relative to the drug's file (an IC50 of 0.4-2 uM against
0.95 for the racemate, M087), half-life of washout in days (P004), its C50 in ng/ml, and how much
input and sensitivity differ between people (a factor of 2 either way: guesses)."""
LEFT_OUT = {
    "spine.calcium_influx": "changes the drift of weights: every draw would need a table of its "
    "own, minutes of spiking simulation for each",
    "treatment.blockade": "is what experiments with a blockade assume; trials give drugs by dose, "
    "and `potency` stands for how much these block",
}
"""Of ``ranges.csv``, and why."""


@dataclass(frozen=True)
class Range:
    """What a constant may be.

    Attributes
    ----------
    low, high
        Its ends, in the unit.
    unit
        Empty for bare numbers.
    declared
        What the model has.
    """

    low: float
    high: float
    unit: str
    declared: float


def ranges() -> dict[str, Range]:
    """Return what is drawn, by name: what one drift table serves."""
    with RANGES.open(newline="", encoding="utf-8") as stream:
        rows = {row["parameter"]: row for row in csv.DictReader(stream)}
    found = {
        name: Range(float(row["low"]), float(row["high"]), row["unit"], float(row["declared"]))
        for name, row in rows.items()
        if name not in LEFT_OUT
    }
    return found | {
        POTENCY: Range(*OWN[POTENCY], "", 1.0),
        HALF_LIFE: Range(*OWN[HALF_LIFE], "day", 10.9),
        C50: Range(*OWN[C50], "ng/ml", 10.5),
        RESIDUAL_SIGMA: Range(*OWN[RESIDUAL_SIGMA], "", 0.6),
        SENSITIVITY_SIGMA: Range(*OWN[SENSITIVITY_SIGMA], "", 0.35),
    }


def drawn(hypothesis: str, count: int, seed: int) -> list[dict[str, float]]:
    """Return draws of all constants, log-uniform between the ends of their ranges.

    Parameters
    ----------
    hypothesis
        Draws of one are not those of another.
    count, seed
        How many; the first ones do not depend on it.
    """
    generator = generator_for(seed, f"how likely, {hypothesis}")
    known = ranges()
    shares = generator.uniform(size=(count, len(known)))
    return [
        {
            name: float(each.low * (each.high / each.low) ** share)
            for (name, each), share in zip(known.items(), row, strict=True)
        }
        for row in shares
    ]


def with_draw(job: CohortArmJob, draw: Mapping[str, float]) -> CohortArmJob:
    """Return an arm with other constants; its drift table stays.

    Parameters
    ----------
    job
        As declared.
    draw
        One of :func:`drawn`.
    """
    known = ranges()
    constants = {
        name.removeprefix(PLASTICITY): _si(value, known[name].unit)
        for name, value in draw.items()
        if name.startswith(PLASTICITY)
    }
    system = replace(job.system, constants={**job.system.constants, **constants})
    return replace(
        job,
        system=system,
        population=population_under(job.population, draw),
        units=_units(job.units, draw[SPREAD]),
        plan=_plan(job.plan, draw[POTENCY]),
        action=_action(job.action, draw),
    )


def _si(value: float, unit: str) -> float:
    return float(units.Quantity(value, unit).to_base_units().magnitude) if unit else value


def population_under(population: Population, draw: Mapping[str, float]) -> Population:
    """Return patients whose typical values and spreads are those of a draw.

    Parameters
    ----------
    population
        As declared.
    draw
        One of :func:`drawn`. Medians and means move by the factor of the typical patient's.
    """
    known = ranges()
    moved: dict[str, Distribution] = {}
    for key, distribution in population.distributions.items():
        if isinstance(distribution, Lognormal):
            moved[key] = _moved(distribution, key, draw, known)
        elif key == f"patient.{SHARE}" and isinstance(distribution, Beta):
            together = distribution.a + distribution.b
            mean = distribution.a / together * draw[SHARE] / known[SHARE].declared
            update = {"a": mean * together, "b": (1 - mean) * together}
            moved[key] = distribution.model_copy(update=update)
    return replace(population, distributions={**population.distributions, **moved})


def _moved(
    distribution: Lognormal, key: str, draw: Mapping[str, float], known: Mapping[str, Range]
) -> Lognormal:
    update: dict[str, object] = {}
    if key in draw:
        update["median"] = distribution.median * (draw[key] / known[key].declared)
    if key + SIGMA in draw:
        update["sigma"] = draw[key + SIGMA]
    return distribution.model_copy(update=update)


def _units(declared: Units, spread: float) -> Units:
    changed = declared.spread.model_copy(update={"value": units.Quantity(spread, "")})
    return declared.model_copy(update={"spread": changed})


def _plan(plan: Plan, potency: float) -> Plan:
    """Return a plan whose drugs act as if more of them were given."""
    treatments = tuple(
        each if each.dose is None else each.model_copy(update={"dose": each.dose * potency})
        for each in plan.treatments
    )
    return plan.model_copy(update={"treatments": treatments})


def _action(action: DrugAction, draw: Mapping[str, float]) -> DrugAction:
    if action.half_life is None:
        return action
    changes = {
        "half_life": parse_quantity(f"{draw[HALF_LIFE]!r} day"),
        "c50": parse_quantity(f"{draw[C50]!r} ng/ml"),
    }
    return action.model_copy(update=changes)
