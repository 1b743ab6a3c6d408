"""What all samples share: drift at frozen weights, and the patient as declared."""

from dataclasses import dataclass, replace
from itertools import product

from drift import INFLUX_FACTORS, Roots, roots_of, sample_drift
from ranges import BLOCKADE, RESIDUAL, SHARE_ACTIVE, SPREAD, Ranges

from resetsim.declare.axes import Point
from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.declare.model import Model
from resetsim.declare.units import OwnUnits, Units, units_of
from resetsim.patients.patient import Patient
from resetsim.patients.units import drawn_units
from resetsim.progress import Progress
from resetsim.protocols.learning import Session, learned_early, learning_task
from resetsim.slow.measure import Piece, measure_table
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.streams import seed_for
from resetsim.study.arm import PreparedArm
from resetsim.study.experiment import prepare
from resetsim.study.systems import PlasticSystem, dorsal_horn_sampler
from resetsim.tissue.assemblies import assemblies_of
from resetsim.tissue.plasticity.dynamics import constants_of

CHECKED_FACTOR = 0.95
TREATED_D = 60.0


@dataclass(frozen=True, eq=False)
class Shared:
    """What all samples share.

    Attributes
    ----------
    ranges
        What is drawn.
    model
        The dorsal horn as declared, which says how pain is read.
    patient
        The chronic patient as declared.
    units, seed
        Of that patient: how units differ, and what they are drawn with.
    constants, memory_constants
        Of slow plasticity, as declared.
    untreated, treated
        Drift of the dorsal horn.
    memory
        Drift of the memory.
    taught_early
        Early phase that a session leaves with the declared constants.
    """

    ranges: Ranges
    model: Model
    patient: Patient
    units: Units
    seed: int
    constants: dict[str, float]
    memory_constants: dict[str, float]
    untreated: Roots
    treated: Roots
    memory: DriftTable
    taught_early: float

    def drift(self, influx_factor: float, blockade: float) -> DriftTable:
        """Return drift of the dorsal horn for one sample."""
        return sample_drift(self.untreated, self.treated, influx_factor, blockade)


def measured(ranges: Ranges, engine: Engine, progress: Progress) -> tuple[Shared, DriftTable]:
    """Measure what all samples share, and a table of the dorsal horn at ``CHECKED_FACTOR``."""
    arm = _arm()
    progress.stage("drift of the dorsal horn")
    model = arm.dorsal_horn.model
    untreated, treated = visited = _visited(ranges, arm)
    *tables, checked_against = (
        measure_table(dorsal_horn_sampler(_with_influx(model, factor)), visited, engine, progress)
        for factor in (*INFLUX_FACTORS, CHECKED_FACTOR)
    )
    progress.stage("drift of the memory")
    assert arm.memory is not None
    deepest = Point(0.0, 1 - ranges[BLOCKADE].high)
    memory = measure_table(arm.memory.sampler, [(deepest, Point(0.0))], engine, progress)
    shared = Shared(
        ranges,
        model,
        replace(arm.patient, start_d=0.0),
        units_of(model.units, arm.plan.patient.units),
        arm.plan.seed,
        constants_of(model.plasticity),
        constants_of(arm.memory.model.plasticity),
        roots_of(tables, untreated),
        roots_of(tables, treated),
        memory,
        _taught_early(arm.memory, arm.plan.seed, engine, progress),
    )
    return shared, checked_against


def _arm() -> PreparedArm:
    chosen = {"treatment.duration": ["5 day"], RESIDUAL: ["0.5 Hz"]}
    (arm,) = prepare(with_variations(read_experiment("blockade_duration"), chosen))
    return arm


def _visited(ranges: Ranges, arm: PreparedArm) -> tuple[Piece, Piece]:
    """Return what the patients of all samples visit: untreated, then treated; silent tissue too."""
    residual, blockade, patient = ranges[RESIDUAL], ranges[BLOCKADE], arm.patient
    highest = replace(patient.periphery, residual_hz=residual.high)(TREATED_D)
    most = _most_input(ranges, arm)
    top = arm.dorsal_horn.model.sampling.grid[0][-1]  # beyond it the drift of the last node holds
    return (
        (Point(0.0), Point(min(patient.periphery.peak_hz * most, top))),
        (Point(0.0, 1 - blockade.high), Point(min(highest * most, top), 1 - blockade.low)),
    )


def _most_input(ranges: Ranges, arm: PreparedArm) -> float:
    """Return the most input that any unit gets, relative to the patient's."""
    declared = units_of(arm.dorsal_horn.model.units, arm.plan.patient.units)
    corners = product(*((each.low, each.high) for each in (ranges[SHARE_ACTIVE], ranges[SPREAD])))
    drawn = [
        drawn_units(units_of(declared, OwnUnits(share_active=share, spread=spread)), arm.plan.seed)
        for share, spread in corners
    ]
    return max(each for units in drawn for each in units.multiplier)


def _with_influx(model: Model, factor: float) -> Model:
    """Return the model with another calcium influx, which the same compiled network runs."""
    declared = model.spine.calcium_influx
    influx = declared.model_copy(update={"value": declared.value * factor})
    spine = model.spine.model_copy(update={"calcium_influx": influx})
    return model.model_copy(update={"spine": spine})


def _taught_early(memory: PlasticSystem, seed: int, engine: Engine, progress: Progress) -> float:
    naive = (0.0,) * (assemblies_of(memory.model).count + 1)
    session = Session(range(1), naive, naive)
    task = learning_task(memory.circuit, session, seed_for("learning", seed, 0))
    return float(learned_early(memory.model, engine.run([task], progress)[0])[0])
