"""The C++ text of a kernel: declared equations, their slopes and an elimination, in ``kernel.cpp``.

``kernel.cpp`` is the solver; this fills in what depends on the maintenance rule
and on the axes.
"""

from collections.abc import Iterable, Sequence
from functools import partial

import sympy
from sympy import Expr, Piecewise, Symbol
from sympy.printing.c import C99CodePrinter

from resetsim.declare.axes import AXES, INHIBITION, INPUT, place_of
from resetsim.slow.equations import DRIVEN, QUANTITIES, SlowEquations
from resetsim.slow.symbols import SlowSymbols


class _Inverse(sympy.Function):  # type: ignore[misc]
    """1 divided by something, which SymPy leaves alone."""


class _Printer(C99CodePrinter):  # type: ignore[misc]
    """Prints what holds for one number and for a vector of them alike."""

    def _print_Integer(self, expr: Expr) -> str:
        return f"{int(expr)}.0"

    def _print_Rational(self, expr: Expr) -> str:
        return f"({expr.p}.0/{expr.q}.0)"

    def _print_Pow(self, expr: Expr) -> str:
        base, power = self._print(expr.base), expr.exp
        if power.is_Integer and 0 < abs(int(power)) < 9:
            product = "*".join([f"({base})"] * abs(int(power)))
            return f"({product})" if power > 0 else f"(1.0/({product}))"
        if power == sympy.Rational(1, 2):
            return f"root({base})"
        return f"exponential({self._print(power)}*logarithm({base}))"

    def _print_exp(self, expr: Expr) -> str:
        return f"exponential({self._print(expr.args[0])})"

    def _print__Inverse(self, expr: Expr) -> str:
        return f"(1.0/({self._print(expr.args[0])}))"

    def _print_log(self, expr: Expr) -> str:
        return f"logarithm({self._print(expr.args[0])})"

    def _print_Piecewise(self, expr: Piecewise) -> str:
        *cases, (otherwise, _) = expr.args
        text = f"(R{{}} + {self._print(otherwise)})"
        for value, condition in reversed(cases):
            text = f"choose<R>({self._print(condition)}, R{{}} + {self._print(value)}, {text})"
        return text


def kernel_source(equations: SlowEquations, template: str) -> str:
    """Return the whole text of a kernel.

    Parameters
    ----------
    equations
        Of a kind of unit.
    template
        The text of ``kernel.cpp``.

    Returns
    -------
    str
        C++17 with the vector extensions of GCC and Clang.
    """
    symbols = SlowSymbols(equations)
    size = len(equations.states)
    order, pattern = _elimination(symbols)
    filled = {
        "STATES": str(size),
        "CONSTANTS": str(2 * len(equations.constants)),
        "AXES": _axes(),
        "EFFICACY": _efficacy(symbols),
        "RATES": _body(symbols, {"f": symbols.rates}),
        "SLOPES": _body(
            symbols,
            {
                "f": symbols.rates,
                "in_time": symbols.in_time,
                "jacobian": [each for row in symbols.jacobian for each in row],
            },
        ),
        "FILL": _filled(symbols, pattern),
        "FACTOR": _factor(size, order, pattern),
        "SOLVE": _solve(size, order, pattern),
    }
    text = template
    for name, body in filled.items():
        text = text.replace(f"/*{name}*/", body)
    return text


def _axes() -> str:
    axes = AXES.values()
    full = ", ".join(repr(axis.full) for axis in axes)
    to_rest = ", ".join(repr(axis.resting - axis.full) for axis in axes)
    return f"""\
constexpr int AXES = {len(axes)}, INPUT = {place_of(INPUT)}, INHIBITION = {place_of(INHIBITION)};
constexpr int CORNERS = 1 << AXES;     // of a cell
constexpr double FULL[] = {{{full}}};     // coordinates where effects are full
constexpr double TO_REST[] = {{{to_rest}}};"""


def _efficacy(symbols: SlowSymbols) -> str:
    body = _declared(symbols.equations, [symbols.efficacy])
    return f"{body}\n    return {_Printer().doprint(symbols.efficacy)};"


def _body(symbols: SlowSymbols, results: dict[str, Sequence[Expr]]) -> str:
    """Return statements that set arrays of results, what they have in common computed once."""
    constants = symbols.equations.constants
    flat = [_inverted(each, constants) for values in results.values() for each in values]
    parts, reduced = sympy.cse(flat, symbols=sympy.numbered_symbols("part"))
    printer = _Printer()
    lines = [_declared(symbols.equations, flat)]
    lines += [f"    const auto {name} = {printer.doprint(value)};" for name, value in parts]
    places = [(name, i) for name, values in results.items() for i in range(len(values))]
    for (name, i), value in zip(places, reduced, strict=True):
        if name != "jacobian" or value != 0:
            lines.append(f"    {name}[{i}] = R{{}} + {printer.doprint(value)};")
    return "\n".join(lines)


def _inverted(expression: Expr, constants: Sequence[str]) -> Expr:
    """Return an expression without divisions: each inverse is found once, of constants before."""

    def inverted(power: Expr) -> Expr:
        base = power.base
        known = base.is_Symbol and base.name in constants
        inverse = Symbol(f"per_{base.name}") if known else _Inverse(base)
        return inverse**-power.exp

    return expression.replace(
        lambda each: each.is_Pow and each.exp.is_Integer and each.exp < 0, inverted
    )


def _declared(equations: SlowEquations, expressions: Iterable[Expr]) -> str:
    """Return declarations of the names that expressions use."""
    used = {symbol.name for each in expressions for symbol in each.free_symbols}
    sources = {name: f"const R {name} = y[{i}];" for i, name in enumerate(equations.states)}
    sources |= {
        f"{name}{ending}": f"const R {name}{ending} = drift.{member}[{i}];"
        for i, name in enumerate(QUANTITIES)
        for ending, member in (
            ("", "share"),
            ("_x", "along"),
            ("_d", "inhibited"),
            ("_t", "in_time"),
        )
    }
    sources |= {name: f"const R {name} = drive.{name};" for name in DRIVEN}
    names = [*equations.constants, *(f"per_{name}" for name in equations.constants)]
    sources |= {name: f"const R {name} = constants[{i}];" for i, name in enumerate(names)}
    return "\n".join(f"    {text}" for name, text in sources.items() if name in used)


Pattern = set[tuple[int, int]]


def _elimination(symbols: SlowSymbols) -> tuple[list[int], Pattern]:
    """Return an order of elimination that fills in little, and where entries may lie then."""
    size = len(symbols.equations.states)
    pattern: Pattern = {(i, i) for i in range(size)}
    for i, row in enumerate(symbols.jacobian):
        pattern |= {(i, j) for j, entry in enumerate(row) if entry != 0}
    left, order = set(range(size)), []
    while left:
        pivot = min(sorted(left), key=partial(_fill, left, pattern))
        order.append(pivot)
        left.remove(pivot)
        rows = [i for i in left if (i, pivot) in pattern]
        pattern |= {(i, j) for i in rows for j in left if (pivot, j) in pattern}
    return order, pattern


def _fill(left: set[int], pattern: Pattern, k: int) -> int:
    """Return how many entries an elimination could add."""
    rows = sum((i, k) in pattern for i in left) - 1
    return rows * (sum((k, j) in pattern for j in left) - 1)


def _filled(symbols: SlowSymbols, pattern: Pattern) -> str:
    lines, size = [], len(symbols.equations.states)
    for i, j in sorted(pattern):
        zero = symbols.jacobian[i][j] == 0
        entry = "" if zero else f" - jacobian[{i * size + j}]"
        start = "diagonal" if i == j else "real{}"
        lines.append(f"    m[{i * size + j}] = {start}{entry};")
    return "\n".join(lines)


def _factor(size: int, order: Sequence[int], pattern: Pattern) -> str:
    lines = []
    for place, k in enumerate(order):
        lines.append(f"    m[{k * size + k}] = 1.0/m[{k * size + k}];")
        later = order[place + 1 :]
        for i in (i for i in later if (i, k) in pattern):
            lines.append(f"    m[{i * size + k}] *= m[{k * size + k}];")
            lines += [
                f"    m[{i * size + j}] -= m[{i * size + k}]*m[{k * size + j}];"
                for j in later
                if (k, j) in pattern
            ]
    return "\n".join(lines)


def _solve(size: int, order: Sequence[int], pattern: Pattern) -> str:
    lines = []
    for place, k in enumerate(order):
        lines += [
            f"    b[{i}] -= m[{i * size + k}]*b[{k}];"
            for i in order[place + 1 :]
            if (i, k) in pattern
        ]
    for place, k in reversed(list(enumerate(order))):
        lines += [
            f"    b[{k}] -= m[{k * size + j}]*b[{j}];"
            for j in order[place + 1 :]
            if (k, j) in pattern
        ]
        lines.append(f"    b[{k}] *= m[{k * size + k}];")
    return "\n".join(lines)
