"""What the model did, as a target asks for it."""

from typing import NamedTuple


class Observation(NamedTuple):
    """What the model did.

    Attributes
    ----------
    value
        Of the target's quantity; None where what was observed does not happen at all.
    reason
        In words, with the numbers behind it.
    low, high
        Between which 95 % of trials of the published size would find it; None where no groups of
        patients are compared, or most trials would find no value.
    not_of_treatment
        Whether it agrees with what was published for what patients expect alone.
    """

    value: float | None
    reason: str
    low: float | None = None
    high: float | None = None
    not_of_treatment: bool = False
