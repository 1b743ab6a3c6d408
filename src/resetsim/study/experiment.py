"""A whole experiment: what is checked before it is run, and all that is run, in order."""

from collections.abc import Iterator, Mapping, Sequence

from resetsim.declare.arms import Arm
from resetsim.declare.experiment import Experiment, check_assays
from resetsim.declare.protocol import checked_setting
from resetsim.declare.quantities import parse_quantity, units
from resetsim.errors import InputError
from resetsim.progress import Progress
from resetsim.protocols.registry import ASSAYS
from resetsim.records.result import (
    ArmResult,
    AssayResult,
    DirectCourse,
    DriftQuality,
    KeepArms,
    Result,
)
from resetsim.records.setting import Setting
from resetsim.slow.measure import Sampler, worst_errors
from resetsim.slow.saved import keep
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit
from resetsim.study.arm import Courses, PreparedArm, Systems
from resetsim.study.arm_result import arm_result, asked_assays
from resetsim.study.courses import courses_of, measure_drift
from resetsim.study.direct import direct_courses, direct_tasks
from resetsim.study.drift_curves import drift_curves
from resetsim.study.provenance import parameters_of, provenance_of, texts_of
from resetsim.study.settings import settings_of
from resetsim.study.thresholds_of_arms import thresholds_of

_AT_ONCE = 20  # arms whose simulations are asked for together


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
    thresholds = tuple(thresholds_of(prepared, settings, engine, progress))
    curves = tuple(drift_curves(prepared[0].dorsal_horn, prepared, engine, progress))
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
