"""The declared slow dynamics as symbols: rates of change, their slopes, and the text of both.

What a unit's rates of change depend on is stated once, here: the texts of
``plasticity/expressions.py``, the maintenance rule, loss of inhibition, and heterosynaptic
potentiation. The compiled kernel and its NumPy twin are printed from it.
"""

import ast
from dataclasses import dataclass
from functools import cached_property

import sympy
from sympy import Expr, Piecewise, Symbol

from resetsim.declare.axes import INHIBITION
from resetsim.declare.model import Plasticity
from resetsim.tissue.plasticity.expressions import AGE, EARLY, EFFICACY, PROTEIN
from resetsim.tissue.plasticity.maintenance import MaintenanceRule
from resetsim.tissue.plasticity.parsing import parsed, renamed

SECONDS_PER_DAY = 86400

UNIT = ("early", "late", "protein", "age")
DORSAL_HORN = (*UNIT, INHIBITION, "potentiation", "potentiation_age")

QUANTITIES = ("potentiating", "depressing", "inducing")
"""Of a drift table, those that rates of change depend on; its slopes along efficacy, along loss of
inhibition and in time have the endings ``_x``, ``_d`` and ``_t``."""

DRIVEN = ("rate", "rate_t", "kinase")
"""What acts besides: input in Hz and its change per day, share of kinases not blocked."""

CONSTANTS = tuple(Plasticity.model_fields)
OF_THE_DORSAL_HORN = (
    "heterosynaptic_rate",
    "heterosynaptic_decay",
    "loses_inhibition",
    "half_input",
    "onset",
    "recovery",
)


@dataclass(frozen=True)
class SlowEquations:
    """The slow dynamics of a kind of unit.

    Attributes
    ----------
    rule
        Maintenance of its late phase.
    heterosynaptic
        Maintenance of heterosynaptic potentiation; None for tissue that has neither that nor a loss
        of inhibition, such as the memory.
    """

    rule: MaintenanceRule
    heterosynaptic: MaintenanceRule | None = None

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states, in order."""
        return UNIT if self.heterosynaptic is None else DORSAL_HORN

    @property
    def constants(self) -> tuple[str, ...]:
        """Names of the constants, in order."""
        return CONSTANTS if self.heterosynaptic is None else CONSTANTS + OF_THE_DORSAL_HORN

    @cached_property
    def efficacy(self) -> Expr:
        """Efficacy, which drift depends on."""
        return _symbolic(EFFICACY, {}, "efficacy")

    @cached_property
    def rates(self) -> tuple[Expr, ...]:
        """Rate of change of each state, per day."""
        place = self.rule.place
        rates = [
            _symbolic(EARLY, {}, "early phase"),
            _symbolic(self.rule.late, {}, place),
            _symbolic(PROTEIN, {}, "protein"),
            _symbolic(AGE, {}, "age"),
        ]
        if self.heterosynaptic is not None:
            rates += [_disinhibition(), *_potentiation(self.heterosynaptic)]
        return tuple(SECONDS_PER_DAY * rate for rate in rates)

    @cached_property
    def jacobian(self) -> tuple[tuple[Expr, ...], ...]:
        """Slope of each rate of change along each state, through drift as well."""
        return tuple(tuple(self._slope(rate, name) for name in self.states) for rate in self.rates)

    @cached_property
    def in_time(self) -> tuple[Expr, ...]:
        """Slope of each rate of change in time at a held state."""
        changing = [*((name, f"{name}_t") for name in QUANTITIES), ("rate", "rate_t")]
        return tuple(
            sum((rate.diff(Symbol(name)) * Symbol(slope) for name, slope in changing), sympy.S(0))
            for rate in self.rates
        )

    def _slope(self, rate: Expr, state: str) -> Expr:
        slope = rate.diff(Symbol(state))
        along = self.efficacy.diff(Symbol(state))
        for name in QUANTITIES:
            through = along * Symbol(f"{name}_x")
            if state == INHIBITION:
                through = Symbol(f"{name}_d")
            slope += rate.diff(Symbol(name)) * through
        return slope


def _disinhibition() -> Expr:
    """Return how the loss of inhibition changes: see ``patients/disinhibition.py``."""
    rate, share = Symbol("rate"), Symbol(INHIBITION)
    missing = rate / (rate + Symbol("half_input")) - share
    pace = Piecewise((1 / Symbol("onset"), missing > 0), (1 / Symbol("recovery"), True))
    return Symbol("loses_inhibition") * missing * pace


def _potentiation(rule: MaintenanceRule) -> tuple[Expr, Expr]:
    """Return how heterosynaptic potentiation and its age change.

    Calcium in the neuron induces it at once, with no early phase and no capture of its own. Its
    maintenance sees that induction, and the early phase, protein and depression of the C synapses.
    """
    own = {
        "late": "potentiation",
        "age": "potentiation_age",
        "potentiating": "inducing",
        "late_decay": "heterosynaptic_decay",
    }
    level = Symbol("potentiation")
    induced = Symbol("heterosynaptic_rate") * Symbol("inducing") * (1 - level)
    return induced + _symbolic(rule.drift, own, rule.place), _symbolic(AGE, own, "age")


_OF_A_UNIT = {"mean_early": "early", "protein_post": "protein"}
_ALLOWED = (*UNIT, *_OF_A_UNIT, "potentiating", "depressing", "kinase", *CONSTANTS)


def _symbolic(text: str, names: dict[str, str], place: str) -> Expr:
    tree = renamed(parsed(text, _ALLOWED, place), _OF_A_UNIT | names)
    known = {name: Symbol(name) for name in (*_ALLOWED, *names.values())}
    expression: Expr = sympy.sympify(ast.unparse(tree), locals=known | _FUNCTIONS)
    return expression


def _absolute(value: Expr) -> Expr:
    return Piecewise((value, value >= 0), (-value, True))


def _clip(value: Expr, low: Expr, high: Expr) -> Expr:
    return Piecewise((low, value < low), (high, value > high), (value, True))


_FUNCTIONS = {
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "abs": _absolute,
    "clip": _clip,
}
