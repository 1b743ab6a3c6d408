"""Antagonists of single mechanisms: a model without them, or with less of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from resetsim.declare.parameters import Parameter
from resetsim.declare.quantities import Fraction
from resetsim.declare.validation import Spec

if TYPE_CHECKING:  # a refusal of an experiment does without the grammar of models
    from resetsim.declare.model import Model


class Blocked(Spec):
    """Share of each mechanism that an antagonist removes; NMDA receptors have ``[[treatment]]``.

    Parameters
    ----------
    nk1
        NK1 receptors: their current, and what they add to calcium through NMDA receptors.
    can
        The calcium-activated non-specific cation current.
    voltage_gated_calcium
        Calcium through T- and L-type channels.
    inhibition
        GABA and glycine receptors.
    """

    nk1: Fraction = 0.0
    can: Fraction = 0.0
    voltage_gated_calcium: Fraction = 0.0
    inhibition: Fraction = 0.0


def with_blocked(model: Model, blocked: Blocked) -> Model:
    """Return a model in which antagonists act.

    Parameters
    ----------
    model
        The declared system.
    blocked
        Share of each mechanism that is removed, 0 to 1.

    Returns
    -------
    Model
        The same in all else.
    """
    for mechanism, without in _WITHOUT.items():
        if share := getattr(blocked, mechanism):
            model = without(model, 1 - share)
    return model


Part = TypeVar("Part", bound=Spec)


def _with(spec: Part, **changes: object) -> Part:
    return spec.model_copy(update=changes)


def _scaled(parameter: Parameter, left: float) -> Parameter:
    return parameter.model_copy(update={"value": parameter.value * left, "note": "blocked"})


def _current(model: Model, current: str, constant: str, left: float) -> Model:
    """Scale a constant of a slow current in every population that has it."""
    populations = {}
    for name, population in model.population.items():
        held = getattr(population, current, None)
        if held is not None and (value := getattr(held, constant)) is not None:
            weaker = _with(held, **{constant: _scaled(value, left)})
            population = _with(population, **{current: weaker})
        populations[name] = population
    return model.model_copy(update={"population": populations})


def _nk1(model: Model, left: float) -> Model:
    return _current(_current(model, "nk1", "conductance", left), "nk1", "nmda_gain", left)


def _can(model: Model, left: float) -> Model:
    return _current(model, "can", "conductance", left)


def _voltage_gated_calcium(model: Model, left: float) -> Model:
    spine = _with(model.spine, calcium_per_spike=_scaled(model.spine.calcium_per_spike, left))
    model = model.model_copy(update={"spine": spine})
    return _current(model, "can", "calcium_per_spike", left)


def _inhibition(model: Model, left: float) -> Model:
    connections = tuple(
        _with(each, gaba=_scaled(each.gaba, left)) if each.gaba is not None else each
        for each in model.connection
    )
    return model.model_copy(update={"connection": connections})


_WITHOUT: Mapping[str, Callable[[Model, float], Model]] = {
    "nk1": _nk1,
    "can": _can,
    "voltage_gated_calcium": _voltage_gated_calcium,
    "inhibition": _inhibition,
}
