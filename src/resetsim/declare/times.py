"""Moments and durations on the timeline of an experiment file."""

from typing import Annotated

from resetsim.declare.quantities import Quantity, of_dimension
from resetsim.declare.ranges import between

Moment = Annotated[Quantity, of_dimension("60 day"), between("-100 year", "100 year")]
End = Annotated[Quantity, of_dimension("240 day"), between("1 s", "100 year")]
Duration = Annotated[Quantity, of_dimension("100 h"), between("1 s", "100 year", or_zero=True)]
PositiveDuration = Annotated[Quantity, of_dimension("100 h"), between("1 s", "100 year")]
