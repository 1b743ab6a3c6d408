"""One patient of a cohort as an experiment of its own: every quantity as it was drawn."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from resetsim.declare.cohort import split
from resetsim.declare.experiment import Experiment, with_content
from resetsim.declare.plan import Plan
from resetsim.declare.population import with_population
from resetsim.declare.variations import find_place, with_settings
from resetsim.errors import InputError
from resetsim.patients.many import flare_ups_of
from resetsim.patients.population import Population

_WITHOUT = ("population", "cohort")
_OF_MANY = ("trial", "clinic", "patient.behaviour")


def one_patient(experiment: Experiment, number: int) -> Experiment:
    """Return the experiment on one patient.

    Parameters
    ----------
    experiment
        On a cohort.
    number
        Of the patient among all who were injured.

    Returns
    -------
    Experiment
        The same arms, with what the patient has in place of distributions; what follows from
        pain, which a clinic or the patient decides, is not in them, see
        :mod:`resetsim.study.treated_again`.

    Raises
    ------
    InputError
        If the experiment has no cohort, or the patient cannot be followed alone.
    """
    plan = experiment.arms[0].plan
    if plan.cohort is None:
        raise InputError(f"--patient: {experiment.path} has no [cohort]")
    if problem := why_not_alone((*experiment.vary, *experiment.together)):
        raise InputError(f"--patient: {problem}")
    plain, drawn = split(with_population(experiment.content, experiment.path))
    population = Population(plan.seed, drawn, plan.cohort.correlations)
    numbers = np.array([number])
    values = {key: float(value[0]) for key, value in population.drawn(numbers).items()}
    content = {key: value for key, value in plain.items() if key not in _WITHOUT}
    changes: dict[tuple[str | int, ...], Any] = {
        find_place(key, plain): _written(value, population.unit(key))
        for key, value in values.items()
        if not key.startswith("trial.") and not key.startswith("patient.flare_ups.")
    }
    changes["patient", "number"] = number
    residual_hz = values.get("patient.injury.residual_rate")
    if residual_hz is not None:
        assert plan.patient.injury is not None
        typical_hz = float(plan.patient.injury.peak_rate.m_as("Hz"))
        peak_hz = values.get("patient.injury.peak_rate", typical_hz)
        changes["patient", "injury", "peak_rate"] = _written(max(peak_hz, residual_hz), "Hz")
    content = with_settings(content, changes)
    if (history := plan.patient.history) is not None:
        had = bool(population.uniforms("history", 0, numbers)[0] < history.share)
        content["patient"] = _with_history(content["patient"], had)
    if plan.patient.flare_process is not None:
        content["patient"] = _with_flare_ups(experiment, population, number, content["patient"])
    return with_content(experiment, content, _OF_MANY)


def why_not_alone(varied: Iterable[str]) -> str | None:
    """Return why a patient of a cohort cannot be followed alone, if that is so.

    Parameters
    ----------
    varied
        Dotted keys that vary between arms.
    """
    if any("flare_ups" in key for key in varied):
        return "not possible where patient.flare_ups varies between arms"
    return None


def follows_pain(plan: Plan) -> bool:
    """Say whether anything that is done to a patient, or that one does, depends on pain."""
    return plan.clinic is not None or plan.patient.behaviour is not None


def _with_flare_ups(
    experiment: Experiment, population: Population, number: int, patient: Mapping[str, Any]
) -> dict[str, Any]:
    plan, numbers = experiment.arms[0].plan, np.array([number])
    drawn = population.drawn(numbers)
    columns = (each[0] for each in flare_ups_of(plan, population, numbers, drawn))
    found = [
        {
            "at": _written(start, "day"),
            "duration": _written(end - start, "day"),
            "extra_rate": _written(extra, "Hz"),
        }
        for start, end, extra in zip(*columns, strict=True)
        if np.isfinite(start)
    ]
    others = {key: value for key, value in patient.items() if key != "flare_ups"}
    return {**others, "flare_up": [*others.get("flare_up", []), *found]}


def _with_history(patient: Mapping[str, Any], had: bool) -> dict[str, Any]:
    own = {"history": {**patient["history"], "share": 1.0}} if had else {}
    return {key: each for key, each in patient.items() if key != "history"} | own


def _written(value: float, unit: str) -> str | float:
    return f"{float(value)!r} {unit}" if unit else float(value)
