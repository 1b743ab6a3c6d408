"""One patient of a cohort as an experiment of its own: every quantity as it was drawn."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from resetsim.declare.arms import Arm
from resetsim.declare.cohort import split
from resetsim.declare.experiment import Experiment, with_content
from resetsim.declare.patient import FlareUp
from resetsim.declare.plan import Plan
from resetsim.declare.population import with_population
from resetsim.declare.variations import find_place, with_settings
from resetsim.errors import InputError
from resetsim.patients.many import flare_ups_of
from resetsim.patients.population import Population

_WITHOUT = ("population", "cohort")
_OF_MANY = ("trial", "clinic", "patient.behaviour")
_FLARE_UPS = "patient.flare_ups"


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
        If the experiment has no cohort.
    """
    plan = experiment.arms[0].plan
    if plan.cohort is None:
        raise InputError(f"--patient: {experiment.path} has no [cohort]")
    plain, drawn = split(with_population(experiment.content, experiment.path))
    population = Population(plan.seed, drawn, plan.cohort.correlations)
    numbers = np.array([number])
    values = {key: float(value[0]) for key, value in population.drawn(numbers).items()}
    content = {key: value for key, value in plain.items() if key not in _WITHOUT}
    changes: dict[tuple[str | int, ...], Any] = {
        find_place(key, plain): _written(value, population.unit(key))
        for key, value in values.items()
        if not key.startswith("trial.") and not key.startswith(f"{_FLARE_UPS}.")
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
    if plan.patient.flare_process is None:
        return with_content(experiment, content, _OF_MANY)
    return _with_flare_ups(experiment, number, content)


def follows_pain(plan: Plan) -> bool:
    """Say whether anything that is done to a patient, or that one does, depends on pain."""
    return plan.clinic is not None or plan.patient.behaviour is not None


def _with_flare_ups(experiment: Experiment, number: int, content: dict[str, Any]) -> Experiment:
    """Return one patient's experiment with what came of a process: in the file if in every arm."""
    own = [_flare_ups(arm, number) for arm in experiment.arms]
    varies = any(each != own[0] for each in own)
    patient = {key: value for key, value in content["patient"].items() if key != "flare_ups"}
    if not varies:
        patient["flare_up"] = [*patient.get("flare_up", []), *own[0]]
    alone = with_content(experiment, {**content, "patient": patient}, (*_OF_MANY, _FLARE_UPS))
    if not varies:
        return alone
    arms = tuple(_with_more(arm, found) for arm, found in zip(alone.arms, own, strict=True))
    return alone.model_copy(update={"arms": arms})


def _flare_ups(arm: Arm, number: int) -> list[dict[str, str]]:
    assert arm.plan.cohort is not None
    population = Population(arm.plan.seed, dict(arm.drawn), arm.plan.cohort.correlations)
    numbers = np.array([number])
    columns = flare_ups_of(arm.plan, population, numbers, population.drawn(numbers))
    return [
        {"at": f"{start!r} day", "duration": f"{end - start!r} day", "extra_rate": f"{extra!r} Hz"}
        for start, end, extra in zip(*(each[0].tolist() for each in columns), strict=True)
        if np.isfinite(start)
    ]


def _with_more(arm: Arm, flare_ups: Iterable[Mapping[str, str]]) -> Arm:
    more = (FlareUp.model_validate(each) for each in flare_ups)
    patient = arm.plan.patient
    patient = patient.model_copy(update={"flare_ups": (*patient.flare_ups, *more)})
    return arm.model_copy(update={"plan": arm.plan.model_copy(update={"patient": patient})})


def _with_history(patient: Mapping[str, Any], had: bool) -> dict[str, Any]:
    own = {"history": {**patient["history"], "share": 1.0}} if had else {}
    return {key: each for key, each in patient.items() if key != "history"} | own


def _written(value: float, unit: str) -> str | float:
    return f"{float(value)!r} {unit}" if unit else float(value)
