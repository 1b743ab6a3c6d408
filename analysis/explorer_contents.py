"""What the explorer's page is made from: tables, constants, drugs, hypotheses and evidence.

Everything comes from the shipped files, from drift as it is measured and from simulations; the
page adds nothing of its own.
"""

import ctypes
from collections.abc import Mapping
from itertools import chain, product
from typing import Any, NamedTuple

import explorer_kernels
import numpy as np
import tomli_w
from explorer_recordings import learned, ltp, memory_of, recall, windup
from explorer_stimuli import network_contents
from numpy.typing import NDArray

from resetsim.body.dosing import HOURS_PER_DAY, Dosing
from resetsim.body.drug_action import acting_dosing
from resetsim.body.kinetics import modes_of, shortest_and_longest_time_h
from resetsim.body.receptor_block import concentration_um
from resetsim.declare.axes import AXES, INHIBITION, INPUT, NMDA, Point, place_of, targets
from resetsim.declare.drug import read_drug
from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.declare.files import find_file, read_toml, shipped_names
from resetsim.declare.hypothesis import PAIN, Hypothesis, read_hypothesis
from resetsim.declare.population import with_population
from resetsim.declare.units import units_of
from resetsim.evidence.pinned import pinned_verdicts
from resetsim.evidence.targets import Target
from resetsim.patients.periphery import days
from resetsim.patients.population import Population
from resetsim.progress import Progress
from resetsim.slow import batch, drive
from resetsim.slow.equations import CONSTANTS, UNIT, SlowEquations
from resetsim.slow.kernel import PROBLEM_FIELDS
from resetsim.slow.measure import Sampler, grid_of, measure_nodes
from resetsim.slow.sample import Drift
from resetsim.slow.saved import keep, restore
from resetsim.slow.table import FINE, DriftTable
from resetsim.spiking.engine import Engine
from resetsim.streams import generator_for
from resetsim.study.arm import PreparedArm, Systems
from resetsim.study.experiment import prepare
from resetsim.study.systems import PlasticSystem
from resetsim.tissue.units import si

EXPERIMENT = "blockade_duration"
"""The page begins with its patient, and has the memory of this one."""

TRIAL = "crps_100h_trial"
"""A shipped cohort: what its patients differ in, the patients of the fan differ in."""

DRUGS = ("ketamine", "s_ketamine")
FAN = 30
MOST_FLARE_UPS = 200


class Contents(NamedTuple):
    """What is packed into the page.

    Attributes
    ----------
    data
        Everything but the tables, as JSON has it.
    roots
        Of all tables, one after the other, see :class:`resetsim.slow.table.DriftTable`.
    """

    data: dict[str, Any]
    roots: NDArray[np.float32]


def hypotheses() -> list[Hypothesis]:
    """Return the shipped hypotheses, ``reset`` first."""
    names = sorted(shipped_names("hypothesis"), key=lambda name: (name != "reset", name))
    return [read_hypothesis(name) for name in names]


def rules() -> dict[str, list[str]]:
    """Return the maintenance rules that the hypotheses need, by system."""
    kept = [each.maintenance for each in hypotheses()]
    return {
        "dorsal_horn": sorted({each.dorsal_horn for each in kept}),
        "memory": sorted({each.memory for each in kept}),
    }


def kernels() -> dict[str, SlowEquations]:
    """Return the kernels of these rules."""
    return explorer_kernels.kernel_equations(sorted(set(chain(*rules().values()))))


def arms() -> dict[str, PreparedArm]:
    """Return the shipped patient under each hypothesis."""
    systems = Systems()
    asked = read_experiment(EXPERIMENT)
    return {
        each.name: prepare(with_variations(asked, {"hypothesis": [each.name]}), systems)[0]
        for each in hypotheses()
    }


def declared(arms: Mapping[str, PreparedArm]) -> dict[str, Any]:
    """Return what follows from files alone.

    Parameters
    ----------
    arms
        From :func:`arms`.
    """
    arm = arms["reset"]
    plan, model = arm.plan, arm.dorsal_horn.model
    injury = plan.patient.injury
    assert injury is not None
    assert model.pain is not None
    return {
        "problem": [[name, _FIELD_TYPES.get(kind, "integer")] for name, kind in PROBLEM_FIELDS],
        "modes": drive.MODES,
        "drug_columns": batch.DRUG_COLUMNS,
        "axes": [_axis(name) for name in AXES],
        "input": place_of(INPUT),
        "nmda": place_of("nmda_free"),
        "kernels": _entries(),
        "states": list(UNIT),
        "dorsal_horn": _constants(arm.dorsal_horn),
        "memory": _constants(memory_of(arm)),
        "half_output_hz": si(model.pain.half_output),
        "units": _units(arm),
        "patient": {
            "peak_hz": injury.peak_rate.m_as("Hz"),
            "residual_hz": injury.residual_rate.m_as("Hz"),
            "heals_with_d": days(injury.heals_with),
            "until_d": days(plan.follow_up.until),
        },
        "flare_up_gaps": _flare_up_gaps(plan.seed),
        "fan": _fan(plan.seed, round(units_of(model.units, plan.patient.units).count.si_value)),
        "fan_differs": _fan_differs(),
        "drugs": {name: {each.name: _drug(name, each) for each in hypotheses()} for name in DRUGS},
        "hypotheses": [_hypothesis(arms[each.name]) for each in hypotheses()],
        "evidence": _evidence(),
        "network": network_contents(),
    }


def contents(engine: Engine, progress: Progress) -> Contents:
    """Return what the page is made from.

    Parameters
    ----------
    engine
        What runs the simulations that are missing.
    progress
        Told what is being done.
    """
    known = arms()
    arm = known["reset"]
    tables = {"dorsal_horn": _dorsal_horn_table(arm.dorsal_horn.sampler, engine, progress)}
    for each in known.values():
        tables[_memory_name(each)] = _memory_table(memory_of(each).sampler, engine, progress)
    healthy = tables["dorsal_horn"].lookup(Point(), 1.0)[Drift._fields.index("output_hz")]
    data = declared(known) | {
        "tables": _described(tables),
        "healthy_output_hz": float(healthy),
        "learned": learned(arm, engine, progress),
        "recall": recall(arm, engine, progress),
        "windup": windup(),
        "ltp": ltp(),
    }
    roots = [table.roots.astype(np.float32).ravel() for table in tables.values()]
    return Contents(data, np.concatenate(roots))


_FIELD_TYPES = {ctypes.c_void_p: "pointer", ctypes.c_double: "double"}


def _axis(name: str) -> dict[str, Any]:
    axis = AXES[name]
    return {"name": name, "resting": axis.resting, "full": axis.full}


def _memory_name(arm: PreparedArm) -> str:
    reactivation = arm.hypothesis.reactivation
    return f"memory/{reactivation.rate.m_as('1/h'):g}" if reactivation else "memory"


def _dorsal_horn_table(sampler: Sampler, engine: Engine, progress: Progress) -> DriftTable:
    """Measure drift at all inputs under all blockades, and with descending fibres engaged."""
    restore(sampler, engine)
    low, high = Point(), Point(input_rate_hz=sampler.sampling.grid[0][-1], nmda_free=0.0)
    rates, free, _, descending = grid_of(sampler, [(low, high)], engine, progress)
    points = {Point(rate, each) for rate, each in product(rates, free)}
    points |= {Point(rate, descending=each) for rate, each in product(rates, descending)}
    nodes = measure_nodes(sampler, points, engine, progress)
    keep(sampler, engine)
    return sampler.table_of((rates, free, (AXES[INHIBITION].resting,), descending), nodes)


def _memory_table(sampler: Sampler, engine: Engine, progress: Progress) -> DriftTable:
    restore(sampler, engine)
    resting = [(axis.resting,) for axis in AXES.values()]
    free = sampler.sampling.grid[place_of("nmda_free")]
    nodes = measure_nodes(sampler, [Point(nmda_free=each) for each in free], engine, progress)
    keep(sampler, engine)
    return sampler.table_of((resting[0], free, resting[2], resting[3]), nodes)


def _described(tables: dict[str, DriftTable]) -> dict[str, Any]:
    described, first = {}, 0
    for name, table in tables.items():
        described[name] = {
            "grid": [list(values) for values in table.grid],
            "index": table.index.ravel().tolist(),
            "first_root": first,
            "roots": table.roots.size,
            "fine": FINE,
            "first_efficacy": table.efficacies[0],
            "per_efficacy": table.per_efficacy,
        }
        first += table.roots.size
    return described


def _entries() -> dict[str, str]:
    """Return by which name the module exports the kernel of each system and rule."""
    places = {name: explorer_kernels.entry(place) for place, name in enumerate(kernels())}
    return {f"{system}/{name}": places[name] for system, names in rules().items() for name in names}


def _constants(system: PlasticSystem) -> dict[str, float]:
    known = dict(system.sampler.constants)
    return {name: known[name] for name in CONSTANTS}


def _units(arm: PreparedArm) -> dict[str, Any]:
    declared = units_of(arm.dorsal_horn.model.units, arm.plan.patient.units)
    count = round(declared.count.si_value)
    return {
        "scores": generator_for(arm.plan.seed, "units").standard_normal(count).tolist(),
        "share_active": declared.share_active.si_value,
        "spread": declared.spread.si_value,
    }


def _flare_up_gaps(seed: int) -> list[float]:
    """Return times from one flare-up to the next, relative to their mean."""
    population, patient = Population(seed, {}), np.zeros(1, dtype=np.int64)
    drawn = [population.uniforms("flare-up", index, patient) for index in range(MOST_FLARE_UPS)]
    return [float(each) for each in -np.log(np.concatenate(drawn))]


def _fan(seed: int, units: int) -> list[dict[str, Any]]:
    """Return patients who differ in input and persistence as those of a shipped trial do."""
    declared = read_experiment(TRIAL).arms[0].drawn
    kept = {"input": "patient.injury.residual_rate", "persistence": "plasticity.late_decay"}
    population = Population(seed, {key: declared[key] for key in kept.values()})
    numbers = np.arange(FAN)
    drawn = population.drawn(numbers)
    scores = np.array([population.scores("units", unit, numbers) for unit in range(units)])
    relative = {
        name: drawn[key] / float(declared[key].typical.m_as(population.unit(key)))
        for name, key in kept.items()
    }
    return [
        {name: float(each[i]) for name, each in relative.items()}
        | {"scores": scores[:, i].tolist()}
        for i in range(FAN)
    ]


def _fan_differs() -> dict[str, Any]:
    """Return from what :func:`_fan` is drawn, as the population's file says it."""
    experiment = read_experiment(TRIAL)
    said = with_population(experiment.content, experiment.path)
    return {
        "residual_rate": said["patient"]["injury"]["residual_rate"],
        "late_decay": said["plasticity"]["late_decay"],
    }


def _drug(name: str, hypothesis: Hypothesis) -> dict[str, Any]:
    """Return what a drug does under a hypothesis, per mg/kg/h."""
    dosing = Dosing(0.0, 1.0, drug=read_drug(name), rate_mg_per_kg_h=1.0)
    target, acting = acting_dosing(dosing, hypothesis.drug)
    drug = acting.drug
    assert drug is not None
    modes, curve = modes_of(drug), drug.receptor_block
    per_mg_l = float(concentration_um(drug, 1.0)) * curve.unbound_fraction.si_value
    return {
        "acts_on": -1 if target == PAIN else place_of(targets()[target].name),
        "falls_per_d": (modes.falls_per_h * HOURS_PER_DAY).tolist(),
        "effect_site": (modes.effect_site * HOURS_PER_DAY).tolist(),
        "half_mg_per_l": curve.ic50.value.m_as("uM") / per_mg_l,
        "steepness": curve.hill_coefficient.si_value,
        "maximum": curve.maximum_block.si_value,
        "tail_d": shortest_and_longest_time_h(drug)[1] / HOURS_PER_DAY,
    }


def _hypothesis(arm: PreparedArm) -> dict[str, Any]:
    said, maintenance = arm.hypothesis, arm.hypothesis.maintenance
    file = read_toml(find_file(said.name, "hypothesis"))
    others: dict[str, Any] = {name: file[name] for name in ("reactivation", "drug") if name in file}
    return {
        "name": said.name,
        "description": said.description.strip().replace("\n", " "),
        "source": said.source,
        "pain_rule": maintenance.dorsal_horn,
        "memory_rule": maintenance.memory,
        "memory_table": _memory_name(arm),
        "other_tables": tomli_w.dumps(others),
        "replay_per_h": said.reactivation.rate.m_as("1/h") if said.reactivation else 0,
        "drug_acts_on": {NMDA: "NMDA receptors", PAIN: "pain itself"}.get(
            said.drug.acts_on, f"{said.drug.acts_on} fibres"
        ),
    }


def _evidence() -> dict[str, Any]:
    """Return the published observations that are judged, and what each hypothesis makes of them."""
    lines = {each.name: pinned_verdicts(each.name) for each in hypotheses()}
    judged = {each.target.id: each.target for of_one in lines.values() for each in of_one}
    return {
        "targets": {name: _target(target) for name, target in judged.items()},
        "verdicts": {
            name: {each.target.id: [each.said.standing, each.said.value] for each in of_one}
            for name, of_one in lines.items()
        },
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "title": target.title,
        "observed": target.observed,
        "quantity": target.quantity,
        "unit": target.unit,
        "low": target.tolerance_low,
        "high": target.tolerance_high,
        "source": target.source,
    }
