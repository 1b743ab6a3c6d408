"""Where a result came from: the files, all parameters, versions, machine and seed."""

import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from resetsim import __version__
from resetsim.declare.as_run import as_run
from resetsim.declare.experiment import Experiment
from resetsim.declare.files import read_text
from resetsim.declare.parameters import Parameter
from resetsim.declare.quantities import written
from resetsim.declare.units import units_of
from resetsim.declare.validation import Spec
from resetsim.revision import LIBRARIES, commit, now
from resetsim.spiking.engine import Engine
from resetsim.study.arm import PreparedArm


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
