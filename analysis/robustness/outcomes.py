"""What became of one sample, and whether the prediction holds for it."""

from dataclasses import dataclass

import numpy as np
from ranges import Values

from resetsim.study.thresholds import HOURS_PER_DAY

LEAST_LATE = 0.1  # of the late phase: less is no lasting state
SHORT_H, LONG_H = 4.0, 7 * HOURS_PER_DAY
KEPT = 0.9  # of the late phase of the memory
FORMED = 0.5
SHORTEST_H, NEVER_H = 0.5, 365 * HOURS_PER_DAY  # what thresholds beyond count as, in the logarithm

HOLDS = "prediction holds"
NO_STATE = "injury leaves no lasting state"
SHORT = "blockade of less than 4 h suffices"
LONG = "more than 7 days, or never"
LOST = "pain is reset, the blockade takes the memory"
UNTAUGHT = "pain is reset, no memory had formed"


@dataclass(frozen=True)
class Pain:
    """What became of pain plasticity and of the pain that is felt.

    Plasticity is its late phase, the mean over the active units. What a blockade lowers is what is
    missing beside the same patient without it.

    Attributes
    ----------
    late_before, late_untreated
        Its late phase at the day of treatment, and at the end without treatment.
    threshold_h
        Shortest blockade that resets; infinity for none up to a year, nan without lasting state.
    lowered_week, lowered_month
        Share of the late phase that is missing 7 and 30 days after a blockade of 7 days; nan
        without lasting state.
    half_back_d
        How long after it half of what was missing at its end is back; infinity for not within the
        follow-up, nan without lasting state.
    nrs_before
        Pain at the day of treatment, on 0-10; nan without lasting state, as all below.
    nrs_less_week, nrs_less_month
        How much lower it is 7 and 30 days after a blockade of 7 days.
    nrs_half_back_d
        How long after it half of the relief at its end is gone; infinity for not within the
        follow-up.
    """

    late_before: float
    late_untreated: float
    threshold_h: float
    lowered_week: float = float("nan")
    lowered_month: float = float("nan")
    half_back_d: float = float("nan")
    nrs_before: float = float("nan")
    nrs_less_week: float = float("nan")
    nrs_less_month: float = float("nan")
    nrs_half_back_d: float = float("nan")

    @property
    def lasting(self) -> bool:
        """Whether the injury left pain plasticity that stays."""
        return self.late_untreated > max(self.late_before / 2, LEAST_LATE)

    @property
    def holds(self) -> bool:
        """Whether the prediction holds for pain."""
        return self.lasting and SHORT_H <= self.threshold_h <= LONG_H

    @property
    def log_threshold(self) -> float:
        """Logarithm to base 10 of the threshold in hours, limited on both sides."""
        hours = self.threshold_h if self.lasting else 0.0
        return float(np.log10(np.clip(hours, SHORTEST_H, NEVER_H)))


@dataclass(frozen=True)
class Memory:
    """What became of what was taught once.

    Attributes
    ----------
    taught_early
        Early phase after teaching.
    late_before, late_after
        Late phase before the blockade; the lower one of at its end and 60 days later.
    """

    taught_early: float
    late_before: float
    late_after: float

    @property
    def formed(self) -> bool:
        """Whether teaching left a memory."""
        return self.late_before > FORMED

    @property
    def kept(self) -> bool:
        """Whether it is there after the blockade."""
        return self.formed and self.late_after >= KEPT * self.late_before


@dataclass(frozen=True)
class Evaluated:
    """One sample.

    Attributes
    ----------
    values
        What was drawn.
    pain, memory
        What came out.
    window
        At how many of the scanned inputs the prediction for pain holds; None if none was tried.
    """

    values: Values
    pain: Pain
    memory: Memory
    window: int | None

    @property
    def outcome(self) -> str:
        """What holds, or the first part of the prediction that fails, pain first."""
        if not self.pain.lasting:
            return NO_STATE
        if not self.pain.holds:
            return SHORT if self.pain.threshold_h < SHORT_H else LONG
        if not self.memory.formed:
            return UNTAUGHT
        return HOLDS if self.memory.kept else LOST
