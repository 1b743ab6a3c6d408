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
from resetsim.slow.equations import CONSTANTS, QUANTITIES, UNIT, SlowEquations
from resetsim.tissue.plasticity.expressions import AGE, EARLY, EFFICACY, PROTEIN
from resetsim.tissue.plasticity.maintenance import MaintenanceRule
from resetsim.tissue.plasticity.parsing import parsed, renamed

SECONDS_PER_DAY = 86400


@dataclass(frozen=True)
class SlowSymbols:
    """The slow dynamics of a kind of unit, written out.

    Attributes
    ----------
    equations
        Which they are.
    """

    equations: SlowEquations

    @cached_property
    def efficacy(self) -> Expr:
        """Efficacy, which drift depends on."""
        return _symbolic(EFFICACY, {}, "efficacy")

    @cached_property
    def rates(self) -> tuple[Expr, ...]:
        """Rate of change of each state, per day."""
        place = self.equations.rule.place
        rates = [
            _symbolic(EARLY, {}, "early phase"),
            _symbolic(self.equations.rule.late, {}, place),
            _symbolic(PROTEIN, {}, "protein"),
            _symbolic(AGE, {}, "age"),
        ]
        if self.equations.heterosynaptic is not None:
            rates += [_disinhibition(), *_potentiation(self.equations.heterosynaptic)]
        return tuple(SECONDS_PER_DAY * rate for rate in rates)

    @cached_property
    def jacobian(self) -> tuple[tuple[Expr, ...], ...]:
        """Slope of each rate of change along each state, through drift as well."""
        return tuple(
            tuple(self._slope(rate, name) for name in self.equations.states) for rate in self.rates
        )

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
