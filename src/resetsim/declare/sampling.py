"""How drift is sampled: ``[sampling]`` of a model file."""

from inspect import cleandoc
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, Strict, create_model, model_validator

from resetsim.declare.axes import AXES, Axis
from resetsim.declare.quantities import Number
from resetsim.declare.validation import Spec

Efficacies = Annotated[tuple[Annotated[Number, Field(ge=0.001, le=1000)], ...], Field(min_length=2)]
Seconds = Annotated[Number, Field(ge=0.1, le=3600)]
Samples = Annotated[int, Strict(), Field(ge=4, le=1000, examples=[64])]
EarlyError = Annotated[Number, Field(ge=0.001, lt=1, examples=[0.02])]

Grid = tuple[tuple[float, ...], ...]
"""Ascending coordinates along each axis, in their order."""


class SamplingOfAxes(Spec):
    """Where drift is sampled, and until when.

    A node is sampled until the standard error of the early phase that it leads to is below
    ``early_error`` at every efficacy, or ``samples_at_most`` runs are done. Besides what stands
    here the table has a grid for each axis.

    Parameters
    ----------
    efficacies
        Of the columns, rising.
    warm_up_s, sample_s
        Seconds of each run before drift is read, and while it is.
    samples, samples_at_most
        Runs of a node that are always done, and at most.
    early_error
        Largest standard error of the early phase that a node leads to.
    finest_rate_step_hz
        Nodes of input closer than this, in Hz, get none between them.
    """

    efficacies: Efficacies
    warm_up_s: Seconds
    sample_s: Seconds
    samples: Samples
    samples_at_most: Samples
    early_error: EarlyError
    finest_rate_step_hz: Annotated[Number, Field(ge=0.01, le=1000)] = 0.1

    @property
    def grid(self) -> Grid:
        """Coordinates of the nodes along each axis."""
        axes = AXES.values()
        return tuple(tuple(getattr(self, axis.key, axis.grid or ())) for axis in axes)

    @model_validator(mode="after")
    def _is_a_grid(self) -> Self:
        named = {axis.key: along for axis, along in zip(AXES.values(), self.grid, strict=True)}
        for name, along in (("efficacies", self.efficacies), *named.items()):
            if not along or any(later <= earlier for earlier, later in pairwise(along)):
                raise ValueError(f"found {name} {list(along)}; it must rise from entry to entry")
        return self


def _along(axis: Axis) -> tuple[Any, Any]:
    """Return the type of an axis' grid, and what it is where the file does not say."""
    coordinate = Annotated[Number, Field(ge=axis.lowest, le=axis.highest)]
    return tuple[coordinate, ...], ... if axis.grid is None else axis.grid


def _documented() -> str:
    """Return the docstring of the whole table, grids included."""
    grids = "".join(
        f"{axis.key}\n    Rising coordinates: {axis.meaning}.\n" for axis in AXES.values()
    )
    return f"{cleandoc(SamplingOfAxes.__doc__ or '')}\n{grids}"


if TYPE_CHECKING:
    Sampling = SamplingOfAxes
else:
    Sampling = create_model(
        "Sampling",
        __base__=SamplingOfAxes,
        __module__=__name__,
        __doc__=_documented(),
        **{axis.key: _along(axis) for axis in AXES.values()},
    )


class Precision(Spec):
    """How precisely an experiment has drift sampled, if not as the model of its dorsal horn says.

    Parameters
    ----------
    early_error, samples_at_most
        As in the model file; a grid of inputs is refined until interpolation is as good.
    """

    early_error: EarlyError
    samples_at_most: Samples
