"""What can act on the tissue: the registry of axes.

An axis is one entry. Grids of drift, tables, both clocks, what treatments and drugs act on, stored
courses and the Python interface go over the entries. Two are named elsewhere too, because nobody
doses them: input comes from the periphery, and loss of inhibition is a slow state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import AfterValidator, WithJsonSchema

from resetsim.declare.validation import Text
from resetsim.errors import nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resetsim.declare.model import Model

INPUT, INHIBITION = "input_rate_hz", "disinhibition"
NMDA = "nmda"
"""What a blockade acts on."""

Coordinate = TypeVar("Coordinate", float, "NDArray[np.float64]")


@dataclass(frozen=True)
class Axis:
    """Something that acts on the tissue.

    Attributes
    ----------
    name
        Of its coordinate, with the unit.
    meaning
        Of its coordinate.
    resting
        Coordinate where nothing acts.
    lowest, highest
        Between which its coordinate lies. The one that is not rest is where an effect is full.
    arguments
        From a model and a coordinate to run arguments of its network, in SI units; none where the
        model has nothing that the axis acts on.
    course, unit, stored
        Name and unit of its course in results, and what that says: how far from rest it is.
    target
        What treatments and drugs call it that act on it; None where none does.
    reaches_memory
        Whether it acts on the memory too, not on the dorsal horn alone.
    grid_key
        Of its grid in ``[sampling]`` of a model file; its name where left out.
    grid
        Coordinates at which drift is sampled where the model file does not say; None where it must.
    """

    name: str
    meaning: str
    resting: float
    lowest: float
    highest: float
    arguments: "Callable[[Model, float], dict[str, float]]"
    course: str
    unit: str
    stored: str
    target: str | None = None
    reaches_memory: bool = False
    grid_key: str = ""
    grid: tuple[float, ...] | None = (0.0,)

    @property
    def key(self) -> str:
        """Of its grid in ``[sampling]`` of a model file."""
        return self.grid_key or self.name

    @property
    def full(self) -> float:
        """Coordinate where an effect is full."""
        return self.lowest if self.resting == self.highest else self.highest

    def at_effect(self, effect: Coordinate) -> Coordinate:
        """Return the coordinate that an effect, 0 to 1, leads to."""
        return self.resting + (self.full - self.resting) * effect

    def at_left(self, left: Coordinate) -> Coordinate:
        """Return the coordinate where effects leave a share, 0 to 1, of the way back to rest."""
        return self.full + (self.resting - self.full) * left

    def left_at(self, coordinate: float) -> float:
        """Return the share that :meth:`at_left` leads to a coordinate from."""
        return (coordinate - self.full) / (self.resting - self.full)

    def from_rest(self, coordinate: Coordinate) -> Coordinate:
        """Return how far a coordinate is from rest."""
        return abs(coordinate - self.resting)


def _input(model: "Model", rate_hz: float) -> dict[str, float]:
    return {"c_fibre.background": rate_hz} if "c_fibre" in model.population else {}


def _nmda_free(model: "Model", free: float) -> dict[str, float]:
    neurons = (name for name, each in model.population.items() if each.kind != "afferent")
    return {f"{name}.blockade": round(1 - free, 12) for name in neurons}


def _disinhibition(model: "Model", share: float) -> dict[str, float]:
    """Return the shift of the chloride reversal potential of projection neurons."""
    if model.disinhibition is None:
        return {}
    healthy = model.receptors.inhibitory_reversal.si_value
    reversal = healthy + share * (model.disinhibition.shifted_reversal.si_value - healthy)
    return {
        f"{name}.inhibitory_reversal": reversal
        for name, population in model.population.items()
        if population.kind == "projection"
    }


def _descending(model: "Model", share: float) -> dict[str, float]:
    """Return the firing of descending fibres, between tonic and highest."""
    if model.descending is None:
        return {}
    tonic = model.descending_fibres.background.si_value
    rate = tonic + share * (model.descending.highest_rate.si_value - tonic)
    return {f"{model.descending.source}.background": rate}


AXES = {
    axis.name: axis
    for axis in (
        Axis(
            name=INPUT,
            meaning="ongoing C-fibre firing, in Hz",
            resting=0.0,
            lowest=0.0,
            highest=1000.0,
            arguments=_input,
            course="input_rate",
            unit="Hz",
            stored="ongoing C-fibre firing",
            grid_key="input_rates_hz",
        ),
        Axis(
            name="nmda_free",
            meaning="share of the NMDA conductance that is left",
            resting=1.0,
            lowest=0.0,
            highest=1.0,
            arguments=_nmda_free,
            course="blockade",
            unit="1",
            stored="share of the NMDA conductance removed",
            target=NMDA,
            reaches_memory=True,
            grid=None,
        ),
        Axis(
            name=INHIBITION,
            meaning="share of the full loss of inhibition",
            resting=0.0,
            lowest=0.0,
            highest=1.0,
            arguments=_disinhibition,
            course="disinhibition",
            unit="1",
            stored="share of the full loss of inhibition",
        ),
        Axis(
            name="descending",
            meaning="how far a drug engages descending fibres",
            resting=0.0,
            lowest=0.0,
            highest=1.0,
            arguments=_descending,
            course="descending",
            unit="1",
            stored="how far a drug engages descending fibres",
            target="descending",
        ),
    )
}
"""By name, in the order of coordinates."""


def place_of(name: str) -> int:
    """Return the place of an axis among the coordinates.

    Parameters
    ----------
    name
        Of the axis.

    Returns
    -------
    int
        From 0.
    """
    return list(AXES).index(name)


def targets() -> dict[str, Axis]:
    """Return the axes that treatments and drugs may act on, by what they call them."""
    return {axis.target: axis for axis in AXES.values() if axis.target is not None}


def _is_target(name: str) -> str:
    if name in targets():
        return name
    raise ValueError(f"found '{name}'; {nearest(name, targets())}")


Target = Annotated[
    Text, AfterValidator(_is_target), WithJsonSchema({"type": "string", "enum": [*targets()]})
]
"""What a treatment or drug acts on."""


class Point(tuple[float, ...]):
    """What acts on the tissue at one moment: a coordinate for each axis, in their order.

    Each is an attribute too, by the name of its axis.

    Parameters
    ----------
    coordinates
        Of the first axes; those that neither this nor ``named`` gives are at rest.
    named
        Coordinates by the name of their axis.
    """

    __slots__ = ()

    def __new__(cls, *coordinates: float, **named: float) -> "Point":
        """Return a point; see the class."""
        if unknown := named.keys() - AXES.keys():
            raise TypeError(f"no axis is named {sorted(unknown)}")
        resting = [axis.resting for axis in AXES.values()]
        values = zip(AXES, [*coordinates, *resting[len(coordinates) :]], strict=True)
        return super().__new__(cls, map(float, (dict(values) | named).values()))

    def __getattr__(self, name: str) -> float:
        """Return the coordinate along an axis."""
        if name in AXES:
            return self[place_of(name)]
        raise AttributeError(f"no axis is named '{name}'")

    def __getnewargs__(self) -> tuple[float, ...]:
        """Return what a copy, or another process, makes the point from."""
        return tuple(self)

    def named(self) -> dict[str, float]:
        """Return the coordinates by axis."""
        return dict(zip(AXES, self, strict=True))

    def moved(self, **named: float) -> "Point":
        """Return the point with other coordinates along some axes."""
        return Point(**(self.named() | named))

    def rounded(self, digits: int) -> "Point":
        """Return the point with its distances from rest rounded."""
        steps = zip(AXES.values(), self, strict=True)
        return Point(*(axis.resting + round(at - axis.resting, digits) for axis, at in steps))
