"""Which constants of slow plasticity move the threshold duration? Writes the page.

Each constant is changed alone, in the patient with 0.5 Hz of residual input under a blockade of
95 %. Drift at frozen weights does not depend on them, so that nothing new has to be simulated, save
more samples where a constant asks for more precision.
"""

from pathlib import Path

from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.declare.plasticity import Plasticity
from resetsim.declare.quantities import Quantity, written
from resetsim.progress import Silent
from resetsim.slow.measure import measure_table
from resetsim.spiking.engine import best_engine
from resetsim.study.arm import PreparedArm
from resetsim.study.experiment import prepare
from resetsim.study.thresholds import from_arms, threshold_ranges

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "sensitivity.md"
FACTORS = (0.8, 1.25)
# The maintenance rule of the experiment has no double well, age or depotentiation.
UNUSED = {"well_rate", "well_barrier", "ageing_time", "depotentiation_rate"}
HEADER = """# What moves the threshold duration

Written by `analysis/sensitivity.py`. Each constant of slow plasticity is changed alone, by the
factor above its column. The patient has 0.5 Hz of residual input, the blockade is 95 %, and the
hypothesis is `reset`. The number is the threshold duration, in hours: the shortest blockade after
which half of the late phase, mean over the units, stays away. *None needed* means that the injury
alone left no lasting state. *Never* means that no blockade up to a year suffices. As declared it is
{hours}.

| constant | declared | × 0.8 | × 1.25 |
| --- | --- | --- | --- |
"""


def main() -> None:
    """Write the page, the most influential constants first."""
    declared = _hours({})
    changed = {name: _changed(name) for name in Plasticity.model_fields if name not in UNUSED}
    order = sorted(
        changed, key=lambda name: -max(_distance(hours, declared) for hours in changed[name])
    )
    lines = [
        f"| `{name}` | {written(_value(name))} | {' | '.join(map(_said, changed[name]))} |"
        for name in order
    ]
    PAGE.write_text(HEADER.format(hours=_said(declared)) + "\n".join(lines) + "\n")


def _value(name: str) -> Quantity:
    value: Quantity = getattr(_prepared({}).dorsal_horn.model.plasticity, name).value
    return value


def _changed(name: str) -> list[float | None]:
    """Return the threshold duration at each factor, in hours."""
    return [_hours({f"plasticity.{name}": [written(_value(name) * each)]}) for each in FACTORS]


def _prepared(changes: dict[str, list[str]]) -> PreparedArm:
    chosen = {"treatment.duration": ["5 day"], "patient.injury.residual_rate": ["0.5 Hz"]}
    experiment = with_variations(read_experiment("blockade_duration"), chosen | changes)
    (arm,) = prepare(experiment)
    return arm


def _hours(changes: dict[str, list[str]]) -> float | None:
    arm = _prepared(changes)
    system = arm.dorsal_horn
    ranges = threshold_ranges(arm.patient)
    table = measure_table(system.sampler, ranges, best_engine(jobs=1), Silent())
    return from_arms(system.with_table(table), arm.patient)


def _distance(hours: float | None, declared: float | None) -> float:
    if hours is None or not hours or not declared:
        return float("inf")
    return max(hours / declared, declared / hours)


def _said(hours: float | None) -> str:
    if hours is None:
        return "never"
    return f"{hours:.0f} h" if hours else "none needed"


if __name__ == "__main__":
    main()
