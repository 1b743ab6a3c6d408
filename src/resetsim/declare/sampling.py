"""How drift is sampled: ``[sampling]`` of a model file."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from resetsim.declare.quantities import Fraction, Number
from resetsim.declare.validation import Spec

Efficacies = Annotated[tuple[Annotated[Number, Field(ge=0.001, le=1000)], ...], Field(min_length=2)]
RatesHz = tuple[Annotated[Number, Field(ge=0, le=1000)], ...]
Shares = tuple[Fraction, ...]
Seconds = Annotated[Number, Field(ge=0.1, le=3600)]
Samples = Annotated[int, Strict(), Field(ge=4, le=1000)]


class Sampling(Spec):
    """Where drift is sampled, and until when.

    A node is sampled until the standard error of the early phase that it leads to is below
    ``early_error`` at every efficacy, or ``samples_at_most`` runs are done.
    """

    efficacies: Efficacies
    input_rates_hz: RatesHz = (0.0,)
    nmda_free: Shares
    disinhibition: Shares = (0.0,)
    descending: Shares = (0.0,)
    warm_up_s: Seconds
    sample_s: Seconds
    samples: Samples
    samples_at_most: Samples
    early_error: Annotated[Number, Field(ge=0.001, lt=1)]
    finest_rate_step_hz: Annotated[Number, Field(ge=0.01, le=1000)] = 0.1

    @model_validator(mode="after")
    def _is_a_grid(self) -> Self:
        for name in ("efficacies", "input_rates_hz", "nmda_free", "disinhibition", "descending"):
            grid = getattr(self, name)
            if not grid or any(later <= earlier for earlier, later in pairwise(grid)):
                raise ValueError(f"found {name} {list(grid)}; it must rise from entry to entry")
        return self
