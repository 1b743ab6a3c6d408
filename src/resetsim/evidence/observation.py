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
    """

    value: float | None
    reason: str
