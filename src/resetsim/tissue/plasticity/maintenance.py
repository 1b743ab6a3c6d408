"""Maintenance rules: what happens to the late phase apart from capture.

To add a rule, write one entry like those below: a name, the rate of change of ``late`` as an
expression of ``late``, ``early``, ``protein_post``, ``age`` (see ``plasticity/expressions.py``),
``kinase`` (share of persistent kinases not blocked), ``potentiating`` and ``depressing``
(induction: shares of time) and the constants of ``spec.model.Plasticity``, and the publication or
idea behind it. Both engines and every experiment can then use it by name.
"""

from dataclasses import dataclass

from resetsim.declare.plasticity import Plasticity
from resetsim.errors import InputError, nearest
from resetsim.tissue.plasticity.expressions import CAPTURE
from resetsim.tissue.plasticity.parsing import parsed


@dataclass(frozen=True)
class MaintenanceRule:
    """How the late phase changes.

    Attributes
    ----------
    name
        What hypothesis files call it.
    drift
        Rate of change of ``late`` without capture, in 1/s.
    captures
        Whether tagged synapses are captured into the late phase at all.
    source
        The publication or idea behind it.
    """

    name: str
    drift: str
    source: str
    captures: bool = True

    @property
    def late(self) -> str:
        """Rate of change of ``late``, in 1/s."""
        return f"{CAPTURE} + ({self.drift})" if self.captures else self.drift

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"plasticity/maintenance.py: rule '{self.name}'"

    def check(self) -> None:
        """Refuse an expression that either clock could not integrate.

        Raises
        ------
        InputError
            If it is no expression or uses what a rule may not; the message names the rule and the
            symbol.
        """
        parsed(self.drift, RULE_SYMBOLS, f"{self.place}, drift")


# Proteins belong to the neuron, and so do their constants.
RULE_SYMBOLS = (
    *("late", "early", "protein_post", "age", "kinase", "potentiating", "depressing"),
    *(name for name in Plasticity.model_fields if not name.startswith("protein_")),
)
"""Names that the expression of a rule may use."""

DECAY = "-late/late_decay"

# A double well, stable at 0 and 1: well_rate*late*(late - well_barrier)*(1 - late) while persistent
# kinases maintain themselves. An inhibitor such as ZIP takes their autocatalysis, the term that is
# quadratic in ``late``: what is left only decays.
DOUBLE_WELL = "well_rate*late*((1 + well_barrier)*kinase*late - late**2 - well_barrier)"

RULES = {
    rule.name: rule
    for rule in (
        MaintenanceRule(
            name="input-dependent",
            drift=DECAY,
            source="The reset hypothesis: late potentiation lives only while input re-induces it.",
        ),
        MaintenanceRule(
            name="self-sustaining",
            drift=DOUBLE_WELL,
            source="Double well, as of a persistent kinase: Graupner & Brunel 2007 PLoS Comput "
            "Biol 3:e221; PKMzeta in the cord: Laferriere 2011 Mol Pain 7:99.",
        ),
        MaintenanceRule(
            name="ageing",
            drift=f"(1 - age)*({DECAY}) + age*({DOUBLE_WELL})",
            source="Input-dependent while young, self-sustaining once old. ZIP reverses persistent "
            "pain at three weeks, not early: Laferriere 2011 Mol Pain 7:99.",
        ),
        MaintenanceRule(
            name="activity-driven decay",
            drift="-depotentiation_rate*depressing*late",
            source="Ongoing activity erases LTP through NMDA receptors: Villarreal 2002 Nat "
            "Neurosci 5:48; Shinohara & Hata 2014.",
        ),
        MaintenanceRule(
            name="permanent",
            drift="0*late/late_decay",
            source="What an injury leaves behind does not change any more: no plasticity.",
        ),
        MaintenanceRule(
            name="none",
            drift="-late/early_decay",
            source="No late phase: only the early phase of potentiation.",
            captures=False,
        ),
    )
}


def maintenance_rule(name: str) -> MaintenanceRule:
    """Return the rule of a name.

    Parameters
    ----------
    name
        As hypothesis files write it.

    Returns
    -------
    MaintenanceRule
        The rule.

    Raises
    ------
    InputError
        If there is none, the message naming the nearest one, or if its expression cannot be used.
    """
    if name not in RULES:
        raise InputError(f"no maintenance rule is named '{name}'; {nearest(name, RULES)}")
    RULES[name].check()
    return RULES[name]
