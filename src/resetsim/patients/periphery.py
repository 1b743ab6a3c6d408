"""The injured periphery: ongoing C-fibre firing over the timeline."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from math import exp, inf, nextafter

import numpy as np
from numpy.typing import NDArray

from resetsim.declare.patient import PatientTable
from resetsim.declare.quantities import Quantity

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Extra:
    """Something that changes the input for a while.

    Attributes
    ----------
    start_d, end_d
        When, in days on the timeline.
    extra_rate_hz
        Input that a flare-up adds, in Hz.
    fraction_left
        Share of all input that a nerve block leaves.
    """

    start_d: float
    end_d: float
    extra_rate_hz: float = 0.0
    fraction_left: float = 1.0


@dataclass(frozen=True)
class InputCourse:
    """Ongoing C-fibre firing of a patient.

    Attributes
    ----------
    injury_d
        When the injury happens, in days; infinity without one.
    peak_hz, residual_hz
        Firing just after it, and what stays.
    heals_with_d
        Time constant of healing, in days.
    extras
        Flare-ups and nerve blocks.
    acts_from_d, active
        From when on the patient does what leaves which share of the injury's input; rising.
    """

    injury_d: float
    peak_hz: float
    residual_hz: float
    heals_with_d: float
    extras: tuple[Extra, ...] = ()
    acts_from_d: tuple[float, ...] = ()
    active: tuple[float, ...] = ()

    def __call__(self, time_d: float) -> float:
        """Return the ongoing firing at a time.

        Parameters
        ----------
        time_d
            Time, in days on the timeline.

        Returns
        -------
        float
            Mean firing of each C-fibre, in Hz.
        """
        rate, left = 0.0, 1.0
        if time_d >= self.injury_d:
            healed = exp(-(time_d - self.injury_d) / self.heals_with_d)
            rate = self.residual_hz + (self.peak_hz - self.residual_hz) * healed
            rate *= (1.0, *self.active)[bisect_right(self.acts_from_d, time_d)]
        for extra in self.extras:
            if extra.start_d <= time_d < extra.end_d:
                rate += extra.extra_rate_hz
                left *= extra.fraction_left
        return rate * left

    def times(self, multiplier: float) -> "InputCourse":
        """Return the course of fibres that fire so many times as much."""
        return replace(
            self,
            peak_hz=self.peak_hz * multiplier,
            residual_hz=self.residual_hz * multiplier,
            extras=tuple(
                replace(each, extra_rate_hz=each.extra_rate_hz * multiplier) for each in self.extras
            ),
        )

    def segments(self, starts_d: Array) -> tuple[Array, Array, float]:
        """Return the course in stretches between jumps, each a constant and what falls.

        Parameters
        ----------
        starts_d
            Starts of stretches without a jump inside, in days.

        Returns
        -------
        tuple
            The constant and, at its start, the falling part of each, in Hz; and the rate at which
            that falls, per day.
        """
        injured = starts_d >= self.injury_d
        since = np.where(injured, starts_d - self.injury_d, 0.0) if injured.any() else 0.0
        steady = np.where(injured, self.residual_hz, 0.0)
        falling = np.where(injured, self.peak_hz - self.residual_hz, 0.0)
        falling = falling * np.exp(-since / self.heals_with_d)
        acts = np.searchsorted(self.acts_from_d, starts_d, side="right")
        active = np.append(1.0, self.active)[acts]
        steady, falling = steady * active, falling * active
        left = np.ones(len(starts_d))
        for extra in self.extras:
            now = (extra.start_d <= starts_d) & (starts_d < extra.end_d)
            steady = steady + np.where(now, extra.extra_rate_hz, 0.0)
            left = left * np.where(now, extra.fraction_left, 1.0)
        return steady * left, falling * left, 1 / self.heals_with_d

    @property
    def breakpoints_d(self) -> tuple[float, ...]:
        """Where the course jumps, in days, rising."""
        edges = {edge for extra in self.extras for edge in (extra.start_d, extra.end_d)}
        if self.peak_hz > 0:
            edges.update((self.injury_d, *self.acts_from_d))
        return tuple(sorted(edges))

    def range_between(self, start_d: float, end_d: float) -> tuple[float, float]:
        """Return the lowest and highest input from a time until just before another.

        Parameters
        ----------
        start_d, end_d
            The two times, in days.

        Returns
        -------
        tuple of float
            Lowest and highest firing, in Hz. Between jumps the course only falls.
        """
        edges = self.breakpoints_d
        inner = edges[bisect_right(edges, start_d) : bisect_right(edges, end_d)]
        just_before = [nextafter(time, -inf) for time in (*inner, end_d) if time > start_d]
        values = [self(time) for time in (start_d, *inner, *just_before) if time < end_d]
        return min(values), max(values)


def input_course(patient: PatientTable) -> InputCourse:
    """Return the input course that an experiment file describes.

    Parameters
    ----------
    patient
        With or without an injury.

    Returns
    -------
    InputCourse
        Its ongoing input.
    """
    extras, injury = extras_of(patient), patient.injury
    if injury is None:
        return InputCourse(float("inf"), 0.0, 0.0, 1.0, extras)
    return InputCourse(
        days(injury.at),
        float(injury.peak_rate.to("Hz").magnitude),
        float(injury.residual_rate.to("Hz").magnitude),
        days(injury.heals_with),
        extras,
        tuple(days(each.at) for each in patient.activities),
        tuple(each.left for each in patient.activities),
    )


def extras_of(patient: PatientTable) -> tuple[Extra, ...]:
    """Return the flare-ups and nerve blocks that an experiment file gives moments for."""
    return tuple(
        Extra(days(each.at), days(each.at + each.duration), each.extra_rate.to("Hz").magnitude)
        for each in patient.flare_ups
    ) + tuple(
        Extra(days(each.at), days(each.at + each.duration), fraction_left=1 - each.fraction)
        for each in patient.nerve_blocks
    )


def days(quantity: Quantity) -> float:
    """Return a time in days.

    Parameters
    ----------
    quantity
        A time.

    Returns
    -------
    float
        In days.
    """
    return float(quantity.to("day").magnitude)
