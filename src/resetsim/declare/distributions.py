"""How a quantity differs between the patients of a cohort: what a file writes in its place."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from resetsim.declare.examples import example_of
from resetsim.declare.quantities import (
    AnyQuantity,
    Number,
    Quantity,
    dimension_of,
    require_dimension,
    units,
    written,
)
from resetsim.declare.validation import Spec, Text, not_empty, shown, what_should_be
from resetsim.errors import nearest

_Shape = Annotated[Number, Field(gt=0, le=1000)]
_Sigma = Annotated[Number, Field(ge=0, le=5, examples=[0.3])]


class _Distribution(Spec):
    """What every distribution has.

    Parameters
    ----------
    at_least, at_most
        Draws beyond are taken as these.
    source
        Where the distribution comes from, or that it is a guess.
    """

    at_least: AnyQuantity | None = None
    at_most: AnyQuantity | None = None
    source: Annotated[Text, Field(examples=["A guess"])]

    @property
    @abstractmethod
    def typical(self) -> Quantity:
        """What stands for a patient where one number is needed."""

    @property
    def _example(self) -> Quantity:
        """Of the dimension that all quantities have."""
        return self.typical

    @model_validator(mode="after")
    def _one_dimension(self) -> Self:
        for name in ("at_least", "at_most", "sd", "high"):
            value = getattr(self, name, None)
            if value is None:
                continue
            try:
                require_dimension(value, self._example)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        low, high = self.at_least, self.at_most
        if low is not None and high is not None and low > high:
            raise ValueError(
                f"found at_least '{written(low)}'; it must not be above at_most '{written(high)}'"
            )
        return self


class Lognormal(_Distribution):
    """The logarithm is normal.

    Parameters
    ----------
    distribution
        Its kind.
    median
        As many are above as below.
    sigma
        Standard deviation of the natural logarithm.
    """

    distribution: Literal["lognormal"]
    median: AnyQuantity
    sigma: _Sigma

    @property
    def typical(self) -> Quantity:
        """The median."""
        return self.median

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if self.median.magnitude <= 0:
            raise ValueError(f"median: found '{written(self.median)}'; it must be above zero")
        return self


class Normal(_Distribution):
    """Normal, of a mean and a standard deviation.

    Parameters
    ----------
    distribution
        Its kind.
    mean
        The mean.
    sd
        The standard deviation.
    """

    distribution: Literal["normal"]
    mean: AnyQuantity
    sd: AnyQuantity

    @property
    def typical(self) -> Quantity:
        """The mean."""
        return self.mean

    @model_validator(mode="after")
    def _spreads(self) -> Self:
        if self.sd.magnitude < 0:
            raise ValueError(f"sd: found '{written(self.sd)}'; it must not be negative")
        return self


class Uniform(_Distribution):
    """Anything between two ends alike.

    Parameters
    ----------
    distribution
        Its kind.
    low, high
        The ends.
    """

    distribution: Literal["uniform"]
    low: AnyQuantity
    high: AnyQuantity

    @property
    def typical(self) -> Quantity:
        """The middle."""
        high = float(self.high.m_as(self.low.units))
        return units.Quantity((self.low.magnitude + high) / 2, self.low.units)

    @property
    def _example(self) -> Quantity:
        return self.low

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.low > self.high:
            raise ValueError(
                f"low: found '{written(self.low)}'; it must not be above high "
                f"'{written(self.high)}'"
            )
        return self


class Beta(_Distribution):
    """A share, 0 to 1.

    Parameters
    ----------
    distribution
        Its kind.
    a, b
        Shapes: the mean is a / (a + b).
    """

    distribution: Literal["beta"]
    a: _Shape
    b: _Shape

    @property
    def typical(self) -> Quantity:
        """The mean."""
        return units.Quantity(self.a / (self.a + self.b), "")


class Choice(_Distribution):
    """One of some values.

    Parameters
    ----------
    distribution
        Its kind.
    values
        Which.
    weights
        How often each, where they are not alike.
    """

    distribution: Literal["choice"]
    values: Annotated[tuple[AnyQuantity, ...], not_empty]
    weights: tuple[Annotated[Number, Field(ge=0)], ...] | None = None

    @property
    def typical(self) -> Quantity:
        """The value of the largest weight, the first of several."""
        weights = self.weights or (1.0,)
        return self.values[weights.index(max(weights))]

    @model_validator(mode="after")
    def _weighed(self) -> Self:
        if len({dimension_of(value.units) for value in self.values}) > 1:
            raise ValueError("values: found several dimensions; all must have one")
        if self.weights is None:
            return self
        if len(self.weights) != len(self.values):
            raise ValueError(
                f"weights: found {len(self.weights)}; each of the {len(self.values)} values needs "
                "one"
            )
        if not any(self.weights):
            raise ValueError("weights: found none above zero; one at least is needed")
        return self


Distribution: TypeAlias = Lognormal | Normal | Uniform | Beta | Choice
_NAMES = ("lognormal", "normal", "uniform", "beta", "choice")
_ADAPTER: TypeAdapter[Distribution] = TypeAdapter(
    Annotated[Distribution, Field(discriminator="distribution")]
)


def is_distribution(value: object) -> bool:
    """Say whether a table of a file stands for a distribution."""
    return isinstance(value, Mapping) and "distribution" in value


def distribution_of(table: Mapping[str, object]) -> Distribution:
    """Return the distribution that a table describes.

    Parameters
    ----------
    table
        With the key ``distribution``.

    Returns
    -------
    Distribution
        Read and checked.

    Raises
    ------
    ValueError
        If it is none; the message names the key.
    """
    kind = table["distribution"]
    if kind not in _NAMES:
        raise ValueError(f"distribution: found {shown(kind)}; {nearest(str(kind), _NAMES)}")
    try:
        return _ADAPTER.validate_python(dict(table))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    where = ".".join(str(step) for step in first["loc"][1:])
    place = f"{where}: " if where else ""
    if first["type"] == "missing":
        example = example_of(type_of(str(kind)), where, ())
        such = "" if "..." in example else f", such as {example}"
        raise ValueError(f"{place}missing, but a {kind} distribution needs it{such}")
    if first["type"] == "extra_forbidden":
        allowed = (field for field in type_of(str(kind)).model_fields)
        raise ValueError(f"{place}unknown key; {nearest(where, allowed)}")
    if first["type"] == "value_error":
        raise ValueError(f"{place}{first['ctx']['error']}")
    raise ValueError(f"{place}{what_should_be(first)}")


def type_of(kind: str) -> type[Distribution]:
    """Return the class of a kind of distribution."""
    kinds: tuple[type[Distribution], ...] = (Lognormal, Normal, Uniform, Beta, Choice)
    return kinds[_NAMES.index(kind)]
