"""A whole experiment: arms, drift curves, threshold durations, and where it all came from."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from resetsim import __version__
from resetsim.declare.arms import Arm
from resetsim.declare.as_run import as_run
from resetsim.declare.axes import Point
from resetsim.declare.experiment import Experiment, check_assays
from resetsim.declare.files import read_text
from resetsim.declare.parameters import Parameter
from resetsim.declare.protocol import checked_setting
from resetsim.declare.quantities import parse_quantity, units, written
from resetsim.declare.units import units_of
from resetsim.declare.validation import Spec
from resetsim.errors import InputError
from resetsim.progress import Progress
from resetsim.protocols.registry import ASSAYS
from resetsim.records.result import (
    ArmResult,
    AssayResult,
    DirectCourse,
    DriftCurve,
    DriftQuality,
    KeepArms,
    Result,
    ThresholdDuration,
)
from resetsim.records.setting import Setting
from resetsim.revision import LIBRARIES, commit, now
from resetsim.slow.fixed_points import late_drift
from resetsim.slow.measure import Sampler, measure_table, worst_errors
from resetsim.slow.saved import keep
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit
from resetsim.store.answers import kept
from resetsim.store.digest import digest
from resetsim.study.arm import Courses, PreparedArm, Systems
from resetsim.study.arm_result import arm_result, asked_assays
from resetsim.study.courses import courses_of, measure_drift
from resetsim.study.determined import determined
from resetsim.study.direct import direct_courses, direct_tasks
from resetsim.study.settings import settings_of
from resetsim.study.systems import PlasticSystem
from resetsim.study.thresholds import threshold_duration, threshold_ranges, treated_point

DURATION = "treatment.duration"
_AT_ONCE = 20  # arms whose simulations are asked for together
_CURVE_RATES_HZ = (0.8, 1.2, 1.4, 1.6, 2.0, 2.4)


def prepare(experiment: Experiment, systems: Systems | None = None) -> tuple[PreparedArm, ...]:
    """Read and check everything that an experiment names, before anything is run.

    Parameters
    ----------
    experiment
        From its file.
    systems
        What other experiments have measured already.

    Returns
    -------
    tuple of PreparedArm
        Ready to run.

    Raises
    ------
    InputError
        If anything cannot be used; the message names the place.
    """
    check_assays(experiment, ASSAYS)
    shared = systems or Systems()
    prepared = tuple(_prepared(experiment, shared, arm) for arm in experiment.arms)
    _check_settings(experiment)
    return prepared


def _check_settings(experiment: Experiment) -> None:
    """Check what the file itself says of assays: where settings vary, no arm has its values."""
    tables: Mapping[str, Mapping[str, str | float]] = experiment.content.get("assay", {})
    for name, settings in tables.items():
        for key, value in settings.items():
            quantity = parse_quantity(value) if isinstance(value, str) else units.Quantity(value)
            place = f"{experiment.path}: assay.{name}.{key}"
            checked_setting(place, quantity, key, ASSAYS[name].settings)


def _prepared(experiment: Experiment, systems: Systems, arm: Arm) -> PreparedArm:
    try:
        return systems.prepare(arm)
    except InputError as error:
        place = f"{experiment.path}: arm '{arm.name}'" if arm.settings else f"{experiment.path}"
        raise InputError(f"{place}: {error}") from None


def run_experiment(
    experiment: Experiment,
    prepared: Sequence[PreparedArm],
    engine: Engine,
    progress: Progress,
    keep_arms: KeepArms = tuple,
) -> Result:
    """Run every arm of an experiment.

    Parameters
    ----------
    experiment
        From its file.
    prepared
        Its arms, from :func:`prepare`.
    engine
        What runs the simulations.
    progress
        Told what is being done.
    keep_arms
        Takes the arms as they are finished; ``tuple`` has all of them in memory.

    Returns
    -------
    Result
        Everything it gives.
    """
    settings = settings_of([each.arm.settings for each in prepared])
    arms = keep_arms(_arms(prepared, settings, engine, progress, whole=True))
    progress.stage("drift curves and threshold durations")
    thresholds = tuple(_thresholds(prepared, settings, engine, progress))
    curves = tuple(_drift_curves(prepared[0].dorsal_horn, prepared, engine, progress))
    for sampler in _samplers(prepared):
        keep(sampler, engine)
    first = prepared[0]
    return Result(
        experiment.name,
        experiment.question,
        first.hypothesis.name,
        texts_of(experiment, prepared),
        parameters_of(prepared),
        provenance_of(engine, first),
        arms,
        curves,
        thresholds,
        tuple(_quality(prepared)),
    )


def run_arms(
    prepared: Sequence[PreparedArm], engine: Engine, progress: Progress
) -> tuple[ArmResult, ...]:
    """Run the arms of an experiment alone: no bands, drift curves, thresholds, direct simulations.

    Parameters
    ----------
    prepared
        From :func:`prepare`.
    engine
        What runs the simulations.
    progress
        Told how many simulations there are and have finished.

    Returns
    -------
    tuple of ArmResult
        In the order of the arms.
    """
    settings = settings_of([each.arm.settings for each in prepared])
    return tuple(_arms(prepared, settings, engine, progress, whole=False))


def _arms(
    prepared: Sequence[PreparedArm],
    settings: Sequence[dict[str, Setting]],
    engine: Engine,
    progress: Progress,
    *,
    whole: bool,
) -> Iterator[ArmResult]:
    """Yield the arms in order, some in memory at a time; whole: with bands and direct runs."""
    progress.stage("drift at frozen weights")
    measure_drift(prepared, engine, progress)
    for first in range(0, len(prepared), _AT_ONCE):
        some = prepared[first : first + _AT_ONCE]
        courses = [courses_of(arm, engine, progress, whole) for arm in some]
        progress.stage("assays")
        assays = _assays(some, courses, engine, progress)
        direct = _direct(some, courses, engine, progress) if whole else ((),) * len(some)
        yield from map(arm_result, some, courses, assays, direct, settings[first:])


def _assays(
    prepared: Sequence[PreparedArm],
    courses: Sequence[Courses],
    engine: Engine,
    progress: Progress,
) -> list[tuple[AssayResult, ...]]:
    asked = [asked_assays(arm, course) for arm, course in zip(prepared, courses, strict=True)]
    tasks = {each: each.tasks() for each in dict.fromkeys(each for arm in asked for each in arm)}
    recordings = iter(engine.run([task for group in tasks.values() for task in group], progress))
    made = {each: each.result([next(recordings) for _ in group]) for each, group in tasks.items()}
    return [tuple(made[each] for each in arm) for arm in asked]


def _direct(
    prepared: Sequence[PreparedArm],
    courses: Sequence[Courses],
    engine: Engine,
    progress: Progress,
) -> list[tuple[DirectCourse, ...]]:
    groups = []
    for arm in prepared:
        asked, system = arm.plan.direct, arm.dorsal_horn
        circuit = Circuit(system.model, system.rule)
        groups.append(
            direct_tasks(circuit, arm.patient, asked, arm.plan.seed) if asked is not None else []
        )
    if any(groups):
        progress.stage("direct simulations")
    recordings = iter(engine.run([task for group in groups for task in group], progress))
    return [
        direct_courses(
            arm.dorsal_horn.model,
            arm.patient,
            arm.plan.direct,
            course.pain_system,
            [next(recordings) for _ in group],
        )
        if arm.plan.direct is not None
        else ()
        for arm, course, group in zip(prepared, courses, groups, strict=True)
    ]


def _thresholds(
    prepared: Sequence[PreparedArm],
    settings: Sequence[dict[str, Setting]],
    engine: Engine,
    progress: Progress,
) -> Iterator[ThresholdDuration]:
    seen = set()
    for each, varied in zip(prepared, settings, strict=True):
        if DURATION not in each.arm.settings or not each.patient.dosings:
            continue
        if each.patient.dosings[-1].kinase_block is not None:
            continue
        if any(treatment.steps > 1 for treatment in each.arm.plan.treatments):
            continue
        if each.patient.conditionings or not each.patient.hurts:
            continue
        others = {name: value for name, value in varied.items() if name != DURATION}
        key = tuple(others.items())
        if key in seen:
            continue
        seen.add(key)
        table = measure_table(
            each.dorsal_horn.sampler, threshold_ranges(each.patient), engine, progress
        )
        yield _threshold(each, others, table, engine)


def _threshold(
    arm: PreparedArm, others: dict[str, Setting], table: DriftTable, engine: Engine
) -> ThresholdDuration:
    system = arm.dorsal_horn

    def found() -> ThresholdDuration:
        slow, *drawn = (
            system.with_table(possible, arm.heterosynaptic, arm.patient.chloride)
            for possible in (table, *system.sampler.drawn_from(table))
        )
        return threshold_duration(slow, arm.patient, others, drawn)

    if not engine.keep:
        return found()
    asked = digest(others) + determined(engine, arm.plan, table)
    return kept(b"threshold" + asked, found)


def _drift_curves(
    system: PlasticSystem, prepared: Sequence[PreparedArm], engine: Engine, progress: Progress
) -> Iterator[DriftCurve]:
    low, high = min(_CURVE_RATES_HZ), max(_CURVE_RATES_HZ)
    patients = [each.patient for each in prepared]
    ends = [
        round(patient.units.mean_multiplier * patient.periphery(patient.end_d), 3)
        for patient in patients
    ]
    rates = sorted({*_CURVE_RATES_HZ, *(rate for rate in ends if low <= rate <= high)})
    table = measure_table(system.sampler, [(Point(low), Point(high))], engine, progress)
    slow = system.with_table(table)
    for rate in rates:
        drift = late_drift(slow, Point(rate))
        yield DriftCurve(rate, drift.late, drift.per_day, drift.stable, drift.unstable)
    strongest: dict[float, float] = {}
    for rate, patient in zip(ends, patients, strict=True):
        if rate in rates and patient.dosings:
            blockade = 1 - treated_point(patient).nmda_free
            strongest[rate] = max(blockade, strongest.get(rate, 0.0))
    for rate, blockade in strongest.items():
        if blockade > 0:
            point = Point(rate, 1 - blockade)
            blocked = measure_table(system.sampler, [(point, point)], engine, progress)
            drift = late_drift(system.with_table(blocked), point)
            curve = drift.late, drift.per_day, drift.stable, drift.unstable
            yield DriftCurve(rate, *curve, blockade)


def _samplers(prepared: Sequence[PreparedArm]) -> dict[Sampler, None]:
    systems = [
        each for arm in prepared for each in (arm.dorsal_horn, arm.memory, arm.replayed) if each
    ]
    return dict.fromkeys(each.sampler for each in systems)


def _quality(prepared: Sequence[PreparedArm]) -> Iterator[DriftQuality]:
    for sampler in _samplers(prepared):
        yield DriftQuality(
            sampler.system,
            len(sampler.measured),
            sum(node.samples for node in sampler.measured.values()),
            *worst_errors(sampler),
        )


def texts_of(experiment: Experiment, prepared: Sequence[PreparedArm]) -> dict[str, str]:
    """Return the files that an experiment is made from, itself as it is run.

    Parameters
    ----------
    experiment
        From its file.
    prepared
        Its arms.

    Returns
    -------
    dict of str
        Text by file name.
    """
    files: list[tuple[str, Path | None]] = []
    for plan in (each.plan for each in prepared):
        files += [("model", plan.model), ("hypothesis", plan.hypothesis), ("memory", plan.memory)]
        files.append(("population", plan.population))
        files += [("drug", treatment.drug) for treatment in plan.treatments]
        files.append(("rule", plan.clinic.rule if plan.clinic else None))
    texts = {f"{experiment.name}.toml": as_run(experiment)}
    named = {(file.name, kind, file) for kind, file in files if file is not None}
    for name, kind, file in sorted(named):
        names = (name, f"{kind} {name}", str(file))
        texts[next(name for name in names if name not in texts)] = read_text(file)
    return texts


def parameters_of(prepared: Sequence[PreparedArm]) -> dict[str, str]:
    """Return all parameters of the first arm, and those of the others that differ."""
    first = _parameters_of(prepared[0])
    differing = {
        f"{each.arm.name}: {name}": value
        for each in prepared[1:]
        for name, value in _parameters_of(each).items()
        if first.get(name) != value
    }
    return first | differing


def _parameters_of(arm: PreparedArm) -> dict[str, str]:
    systems = [arm.dorsal_horn, *([arm.memory] if arm.memory else [])]
    units = units_of(arm.dorsal_horn.model.units, arm.plan.patient.units)
    chloride = arm.patient.chloride
    return {
        f"{system.sampler.system}.{name}": value
        for system in systems
        for name, value in _flat(system.model, "")
    } | dict([*_flat(units, "dorsal_horn.units"), *_flat(chloride, "dorsal_horn.disinhibition")])


def _flat(value: object, name: str) -> Iterator[tuple[str, str]]:
    match value:
        case Parameter():
            yield name, f"{written(value.value)} ({value.status})"
        case dict():
            for key, inner in value.items():
                yield from _flat(inner, f"{name}.{key}".lstrip("."))
        case tuple() if value and hasattr(value[0], "name"):
            for inner in value:
                yield from _flat(dict(inner), f"{name}.{inner.name}")
        case Spec():
            yield from _flat(dict(value), name)
        case None:
            return
        case _:
            yield name, str(value)


def provenance_of(engine: Engine, first: PreparedArm) -> dict[str, str]:
    """Return versions, machine, date, seed and rules of a result."""
    provenance = {
        "resetsim": __version__,
        "commit": commit(),
        "python": platform.python_version(),
        **{library: version(library) for library in LIBRARIES},
        "target": engine.target,
        "machine": platform.machine(),
        "date": now(),
        "seed": str(first.plan.seed),
        "maintenance of pain": first.dorsal_horn.rule.name,
    }
    if first.memory is not None:
        provenance["maintenance of memory"] = first.memory.rule.name
    return provenance
