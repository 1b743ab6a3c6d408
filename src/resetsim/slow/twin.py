"""The slow clock in NumPy, where there is no compiler: the same equations, steps and drive.

It follows ``kernel.cpp`` statement by statement, vectorised over the units; slower by a factor of
some hundreds for one unit, of some tens for many.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from resetsim.declare.axes import AXES, INHIBITION, INPUT, place_of
from resetsim.slow.drive import Array
from resetsim.slow.equations import DRIVEN, QUANTITIES, SlowEquations
from resetsim.slow.sample import Drift
from resetsim.slow.symbols import SlowSymbols
from resetsim.slow.system import Asked, SlowSystem, Solved, StuckError

GAMMA, SAFETY, FIRST, SMALLEST, LARGEST, SHORTEST = 0.5, 0.95, 0.85, 0.2, 6.0, 1e-13
_NUDGE = 1e-7  # of a coordinate, for slopes of drift: the table is linear between nodes


def integrate(system: SlowSystem, asked: Sequence[Asked], tolerance: float) -> list[Solved]:
    """Integrate the units of many patients.

    Parameters
    ----------
    system
        The plastic system.
    asked
        One entry for each patient.
    tolerance
        Of each step: largest error of any state.

    Returns
    -------
    list of Solved
        In their order.

    Raises
    ------
    MissingNodeError
        If drift is needed where it has not been measured.
    StuckError
        If a course could not be integrated.
    """
    return [_Patient(system, each, tolerance).solved() for each in asked]


class _Patient:
    """The units of one patient, each with its own time and step."""

    def __init__(self, system: SlowSystem, asked: Asked, tolerance: float) -> None:
        self.system, self.asked, self.tolerance = system, asked, tolerance
        units = len(asked.start)
        known = dict(system.constants) | dict(system.tissue)
        self.constants = [known[name] for name in system.equations.constants]
        self.rates, self.slopes, self.efficacy = _functions(system.equations)
        self.multiplier = np.ones(units) if asked.multiplier is None else asked.multiplier
        self.states = np.empty((len(asked.moments_d), units, system.states))

    def solved(self) -> Solved:
        moments = self.asked.moments_d
        self.states[0] = self.asked.start
        edges = self.asked.drive.edges_d
        inside = edges[(edges > moments[0]) & (edges < moments[-1])]
        y = self.asked.start.astype(float)
        for begin, end in zip(
            np.append(moments[0], inside), np.append(inside, moments[-1]), strict=True
        ):
            if end > begin:
                y = self._stretch(y, float(begin), float(end))
        return Solved(self.states, self._output())

    def _output(self) -> Array:
        points, _ = self.asked.drive.at(self.asked.moments_d, before=True)
        points = np.repeat(points[:, None], len(self.multiplier), axis=1)
        points[..., place_of(INPUT)] *= self.multiplier
        self._points(points, self.states)
        drift = self.system.table.lookup(points, self._at(self.efficacy, self.states))
        return np.asarray(drift[..., Drift._fields.index("output_hz")])

    def _stretch(self, y: Array, begin: float, end: float) -> Array:
        """Integrate from one edge to the next."""
        t, h = np.full(len(y), begin), np.zeros(len(y))
        fresh = True
        while (going := np.flatnonzero(t < end)).size:
            f, in_time, jacobian = self._slopes(going, t[going], y[going], end)
            if fresh:
                fastest = np.maximum(np.abs(f).max(axis=1), 1e-3)
                h[:] = FIRST * np.cbrt(self.tolerance) / fastest
                fresh = False
            lands = t[going] + 1.0000001 * h[going] >= end
            arrival = np.where(lands, end, t[going] + h[going])
            step = arrival - t[going]
            if not (step > SHORTEST * np.maximum(1.0, np.abs(t[going]))).all():
                raise StuckError(f"a course could not be integrated beyond day {t.min():g}")
            result, error = self._step(going, arrival, step, y[going], f, in_time, jacobian, end)
            accepted = error <= 1
            done = going[accepted]
            self._write(
                done, t[done], arrival[accepted], y[done], result[accepted], f[accepted], end
            )
            y[done], t[done] = result[accepted], arrival[accepted]
            grow = SAFETY / np.cbrt(np.maximum(error, 1e-12))
            grow = np.where(grow >= SMALLEST, grow, SMALLEST)
            h[going] = step * np.minimum(grow, LARGEST)
        return y

    def _step(
        self,
        units: NDArray[np.int64],
        arrival: Array,
        step: Array,
        y: Array,
        f: Array,
        in_time: Array,
        jacobian: Array,
        end: float,
    ) -> tuple[Array, Array]:
        h = step[:, None]
        matrix = np.eye(y.shape[1]) / (GAMMA * h[:, :, None]) - jacobian

        def solve(right: Array) -> Array:
            return np.asarray(np.linalg.solve(matrix, right[:, :, None])[:, :, 0])

        def rates(state: Array) -> Array:
            return self._rates(units, arrival, state, end)

        k1 = solve(f + 0.5 * h * in_time)
        k2 = solve(f + 1.5 * h * in_time + 4 / h * k1)
        middle = y + 2 * k1
        k3 = solve(rates(middle) + (k1 - k2) / h)
        middle = middle + k3
        k4 = solve(rates(middle) + (k1 - k2 - 8 / 3 * k3) / h)
        error = np.abs(k4).max(axis=1) / self.tolerance
        return middle + k4, error

    def _write(
        self,
        units: NDArray[np.int64],
        start: Array,
        arrival: Array,
        y0: Array,
        y1: Array,
        f0: Array,
        end: float,
    ) -> None:
        """Write the moments inside a step: between its ends a cubic with the slopes there."""
        moments = self.asked.moments_d
        f1 = self._rates(units, arrival, y1, end)
        first = np.searchsorted(moments, start, side="right")
        last = np.searchsorted(moments, arrival, side="right")
        for i, unit in enumerate(units):
            inside = moments[first[i] : last[i]]
            h = arrival[i] - start[i]
            a = ((inside - start[i]) / h)[:, None]
            rise = y1[i] - y0[i]
            bend = (1 - 2 * a) * rise + (a - 1) * h * f0[i] + a * h * f1[i]
            self.states[first[i] : last[i], unit] = y0[i] + a * rise + a * (a - 1) * bend

    def _drive(self, units: NDArray[np.int64], time_d: Array, end: float) -> tuple[Array, Array]:
        # At the end of a stretch what acted in it still holds.
        last = time_d >= end
        points, kinase = self.asked.drive.at(time_d)
        points[last], kinase[last] = self.asked.drive.at(time_d[last], before=True)
        points[:, place_of(INPUT)] *= self.multiplier[units]
        return points, kinase

    def _points(self, points: Array, y: Array) -> Array:
        """Write the axes that are states into points."""
        for place, name in enumerate(self.system.equations.states):
            if name in AXES:
                points[..., place_of(name)] = y[..., place]
        return points

    def _rates(self, units: NDArray[np.int64], time_d: Array, y: Array, end: float) -> Array:
        points, kinase = self._drive(units, time_d, end)
        drift = self.system.table.lookup(self._points(points, y), self._at(self.efficacy, y))
        values = self._values(drift, points[:, place_of(INPUT)], kinase)
        return self._at(self.rates, y, values)

    def _slopes(
        self, units: NDArray[np.int64], time_d: Array, y: Array, end: float
    ) -> tuple[Array, Array, Array]:
        points, kinase = self._drive(units, time_d, end)
        efficacy = self._at(self.efficacy, y)
        self._points(points, y)
        ahead = np.minimum(_NUDGE, (end - time_d) / 2)
        later, _ = self._drive(units, time_d + ahead, end)
        self._points(later, y)
        lookup = self.system.table.lookup
        drift = lookup(points, efficacy)
        along = (lookup(points, efficacy + _NUDGE) - drift) / _NUDGE
        in_time = (lookup(later, efficacy) - drift) / ahead[:, None]
        inhibited = np.zeros_like(drift)
        if self.system.tissue.get("loses_inhibition"):
            lost = points.copy()
            lost[:, place_of(INHIBITION)] += _NUDGE
            inhibited = (lookup(lost, efficacy) - drift) / _NUDGE
        rate, rate_t = points[:, place_of(INPUT)], (later - points)[:, place_of(INPUT)] / ahead
        values = self._values(drift, rate, kinase, along, inhibited, in_time, rate_t)
        flat = self._at(self.slopes, y, values)
        size = y.shape[1]
        parts = np.split(flat, [size, 2 * size], axis=1)
        return parts[0], parts[1], parts[2].reshape(-1, size, size)

    @staticmethod
    def _values(
        drift: Array,
        rate: Array,
        kinase: Array,
        along: Array | None = None,
        inhibited: Array | None = None,
        in_time: Array | None = None,
        rate_t: Array | None = None,
    ) -> list[Array]:
        none = np.zeros_like(drift)
        slopes = [none if each is None else each for each in (along, inhibited, in_time)]
        places = [Drift._fields.index(name) for name in QUANTITIES]
        shares = [part[:, place] for part in (drift, *slopes) for place in places]
        return [*shares, rate, np.zeros_like(rate) if rate_t is None else rate_t, kinase]

    def _at(self, function: Callable[..., Any], y: Array, values: Sequence[Array] = ()) -> Array:
        with np.errstate(over="ignore", under="ignore"):
            found = function(*np.moveaxis(y, -1, 0), *values, *self.constants)
        if not isinstance(found, list):
            return np.asarray(found)
        return np.stack(np.broadcast_arrays(*found, y[..., 0])[:-1], axis=-1)


@lru_cache(maxsize=64)
def _functions(
    equations: SlowEquations,
) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Return rates, slopes (rates, in time, Jacobian) and efficacy as functions of arrays."""
    symbols = SlowSymbols(equations)
    drift = [f"{name}{ending}" for ending in ("", "_x", "_d", "_t") for name in QUANTITIES]
    names = [*equations.states, *drift, *DRIVEN, *equations.constants]
    jacobian = [each for row in symbols.jacobian for each in row]
    slopes = [*symbols.rates, *symbols.in_time, *jacobian]

    def function(arguments: Sequence[str], results: Any) -> Callable[..., Any]:
        made: Callable[..., Any] = sympy.lambdify(arguments, results, "numpy", cse=True)
        return made

    return (
        function(names, list(symbols.rates)),
        function(names, slopes),
        function([*equations.states, *equations.constants], symbols.efficacy),
    )
