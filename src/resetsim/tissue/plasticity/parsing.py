"""Expressions of the slow dynamics as people write them: parsed, checked, compiled for Python.

Brian2 compiles the same text into the spiking network, so only what both understand is allowed:
numbers, names, ``+ - * / **`` and the functions below. Nothing is run before it has been checked.
"""

import ast
import math
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from resetsim.errors import InputError, nearest

FUNCTIONS = {"exp": 1, "log": 1, "sqrt": 1, "abs": 1, "clip": 3}
"""Name and number of arguments of each function."""

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd)
_MOST = 700.0  # of an exponent; far beyond it double precision ends


def parsed(text: str, symbols: Iterable[str], place: str) -> ast.expr:
    """Return an expression as a tree that holds nothing but what is allowed.

    Parameters
    ----------
    text
        An expression, as a rule declares it.
    symbols
        Names that it may use.
    place
        Where it stands, for the message.

    Returns
    -------
    ast.expr
        The expression.

    Raises
    ------
    InputError
        If it is no expression, or uses an unknown name, function or operator.
    """
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise InputError(f"{place}: '{text}' is no expression: {reason}") from None
    allowed = set(symbols)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if id(node) not in called:
            _check(node, allowed, place)
    return tree


def _check(node: ast.AST, symbols: set[str], place: str) -> None:
    match node:
        case ast.Name(name):
            if name in FUNCTIONS:
                raise InputError(f"{place}: '{name}' is a function; give it its arguments")
            if name not in symbols:
                raise InputError(f"{place}: unknown symbol '{name}'; {nearest(name, symbols)}")
        case ast.Call(ast.Name(name), arguments, []):
            if name not in FUNCTIONS:
                raise InputError(f"{place}: unknown function '{name}'; {nearest(name, FUNCTIONS)}")
            if len(arguments) != FUNCTIONS[name]:
                raise InputError(
                    f"{place}: {name}() takes {FUNCTIONS[name]} argument(s), found {len(arguments)}"
                )
        case ast.Constant(value):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise InputError(f"{place}: found {value!r}; only numbers and names are allowed")
        case ast.BinOp() | ast.UnaryOp() | ast.Load():
            pass
        case ast.operator() | ast.unaryop() if isinstance(node, _OPERATORS):
            pass
        case _:
            found = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
            raise InputError(f"{place}: '{found}' is not allowed; use + - * / ** and functions")


def renamed(tree: ast.expr, names: Mapping[str, str]) -> ast.expr:
    """Return an expression with other names.

    Parameters
    ----------
    tree
        From :func:`parsed`.
    names
        Old name to new name.

    Returns
    -------
    ast.expr
        The same in all else.
    """

    class Renaming(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            return ast.Name(names.get(node.id, node.id), ast.Load())

    changed: ast.expr = Renaming().visit(deepcopy(tree))
    return ast.fix_missing_locations(changed)


def function_of(
    trees: Iterable[ast.expr],
    arguments: Iterable[str],
    constants: Mapping[str, float],
    of_arrays: bool = False,
) -> Callable[..., Any]:
    """Return expressions as a Python function.

    Parameters
    ----------
    trees
        From :func:`parsed`.
    arguments
        Names that the function takes, in order.
    constants
        Value of every other name.
    of_arrays
        Whether functions take arrays; numbers are faster without.

    Returns
    -------
    callable
        From the arguments to a tuple with the value of each expression.
    """
    body = "".join(f"({ast.unparse(tree)}), " for tree in trees)
    code = compile(f"lambda {', '.join(arguments)}: ({body})", "slow expressions", "eval")
    functions = _OF_ARRAYS if of_arrays else _OF_NUMBERS
    function: Callable[..., Any] = eval(code, {"__builtins__": {}, **functions, **constants})
    return function


def _exp(value: float) -> float:
    return math.exp(min(value, _MOST))


def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


_OF_NUMBERS: dict[str, Any] = {
    "exp": _exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "clip": _clip,
}
_OF_ARRAYS: dict[str, Any] = {
    "exp": lambda value: np.exp(np.minimum(value, _MOST)),
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "clip": np.clip,
}
