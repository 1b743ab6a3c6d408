"""One treatment, as the body receives it."""

from dataclasses import dataclass

from resetsim.body.kinetics import Infusion
from resetsim.declare.axes import NMDA
from resetsim.declare.drug import Drug

HOURS_PER_DAY = 24.0


@dataclass(frozen=True)
class Dosing:
    """A stretch of dosing: a fixed effect, a drug at a constant rate, or a kinase inhibitor.

    Attributes
    ----------
    start_d, end_d
        When dosing starts and ends, in days. A dosing of no duration does nothing.
    fixed_effect
        Held from start to end: fraction of NMDA conductance removed at rest, or, from
        0 to 1, what is done to another axis.
    drug, rate_mg_per_kg_h
        The drug and its infusion rate, in mg per kg body weight and hour.
    kinase_block
        Share of the persistent kinases of the dorsal horn inhibited, held from start to end.
    acts_on
        What a fixed effect acts on.

    Raises
    ------
    ValueError
        Unless exactly one of the three forms is given, whole.
    """

    start_d: float
    end_d: float
    fixed_effect: float | None = None
    drug: Drug | None = None
    rate_mg_per_kg_h: float | None = None
    kinase_block: float | None = None
    acts_on: str = NMDA

    def __post_init__(self) -> None:
        forms = (self.fixed_effect, self.drug, self.rate_mg_per_kg_h, self.kinase_block)
        given = [each is not None for each in forms]
        if given not in (
            [True, False, False, False],
            [False, True, True, False],
            [False] * 3 + [True],
        ):
            raise ValueError(
                "a dosing needs a fixed effect, or a drug and its rate, or a kinase_block"
            )

    @property
    def infusion(self) -> Infusion | None:
        """The infusion this is, or None for a fixed effect."""
        if self.rate_mg_per_kg_h is None:
            return None
        return Infusion(
            self.start_d * HOURS_PER_DAY, self.end_d * HOURS_PER_DAY, self.rate_mg_per_kg_h
        )
