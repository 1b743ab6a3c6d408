"""What an experiment gives, as everything after it (files, tables, figures, report) sees it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from resetsim.records.reading import Reading
from resetsim.records.setting import Setting

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Course:
    """Slow states of one plastic system of one patient over the timeline.

    Attributes
    ----------
    time_d
        Moments, in days on the timeline; shape (T,).
    early, late, efficacy
        Phases of potentiation (0 to 1) and efficacy relative to health of each slow unit; shape
        (T, U). A dorsal horn has one per active unit; a memory has one per assembly, then one for
        all other synapses.
    """

    time_d: Array
    early: Array
    late: Array
    efficacy: Array


@dataclass(frozen=True, eq=False)
class PainCourse:
    """What reaches the dorsal horn and what it makes of it.

    Attributes
    ----------
    acting
        By course of an axis (``input_rate``, ``blockade``, ...): how far from rest it is, each of
        shape (T,); loss of inhibition of each unit, shape (T, U). Input is the mean over the
        painful area.
    relief
        Share of pain that a drug takes away downstream, 0 to 1; shape (T,).
    heterosynaptic
        Heterosynaptic potentiation of each unit, 0 to 1; shape (T, U).
    plasma_um
        Drugs in plasma, in umol/L; shape (T,).
    output_hz, pain
        Mean firing of the projection neurons of the whole painful area, in Hz, and its reading on
        0-10; shape (T,).
    """

    acting: Mapping[str, Array]
    relief: Array
    plasma_um: Array
    heterosynaptic: Array
    output_hz: Array
    pain: Array


@dataclass(frozen=True, eq=False)
class PainBand:
    """What the sampling noise of the drift table leaves open of pain.

    Attributes
    ----------
    low, high
        Between which pain lies with 90 % of tables drawn from that noise, on 0-10; shape (T,).
    outcomes
        Share of those tables with which the patient has each outcome.
    """

    low: Array
    high: Array
    outcomes: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class DirectCourse:
    """One run of the direct engine, on the timeline of the averaged one.

    Attributes
    ----------
    epsilon
        Separation of time scales: slow constants were divided by it, times multiplied by 1/epsilon.
    seed
        Of the run.
    time_d
        Moments on the timeline of the averaged engine, in days; shape (T,).
    early, late
        Mean over the plastic neurons; shape (T,).
    spread
        Standard deviation of the late phase over those neurons; shape (T,).
    averaged_early, averaged_late
        The averaged engine at the same moments; shape (T,).
    """

    epsilon: float
    seed: int
    time_d: Array
    early: Array
    late: Array
    spread: Array
    averaged_early: Array
    averaged_late: Array


@dataclass(frozen=True, eq=False)
class AssayResult:
    """One assay at one moment.

    Attributes
    ----------
    name, day
        Which assay, and when, in days on the timeline.
    readings
        What it gave.
    time_step_s
        Of its simulations, in seconds.
    spike_index, spike_step
        By ``run/population``: the spikes that it was read from, as which cell and in which time
        step; by time.
    """

    name: str
    day: float
    readings: tuple[Reading, ...]
    time_step_s: float
    spike_index: Mapping[str, NDArray[np.int32]]
    spike_step: Mapping[str, NDArray[np.int32]]


@dataclass(frozen=True, eq=False)
class ArmResult:
    """One arm of an experiment.

    Attributes
    ----------
    name
        Unique in the experiment.
    settings
        What varies, by dotted key.
    summary
        Its row of ``summary.csv``, by column; None where not assayed.
    dosing_d
        Start and end of each treatment, in days on the timeline; shape (K, 2).
    pain_system
        Plasticity of the dorsal horn.
    pain
        Input, blockade and pain.
    band
        How far pain is settled, where that was asked.
    memory
        Plasticity of the memory, where there is one.
    assays
        All assays, by time.
    direct
        Runs of the direct engine, if the experiment asks for them.
    learned_d
        When each pattern was learned, in days on the timeline; shape (P,), empty without a memory.
    multiplier
        Input of each active unit of the dorsal horn relative to the patient's; shape (U,).
    share_active
        Share of the painful area that these units are.
    """

    name: str
    settings: Mapping[str, Setting]
    summary: Mapping[str, str | float | int | None]
    dosing_d: Array
    pain_system: Course
    pain: PainCourse
    band: PainBand | None
    memory: Course | None
    assays: tuple[AssayResult, ...]
    direct: tuple[DirectCourse, ...]
    learned_d: Array = field(default_factory=lambda: np.empty(0))
    multiplier: Array = field(default_factory=lambda: np.ones(1))
    share_active: float = 1.0


KeepArms = Callable[[Iterable[ArmResult]], tuple[ArmResult, ...]]
"""What becomes of arms as they are finished: ``tuple`` has all of them in memory."""


@dataclass(frozen=True, eq=False)
class DriftCurve:
    """Slow drift of the late phase at one constant input, early phase and proteins settled.

    Attributes
    ----------
    input_rate_hz
        Ongoing C-fibre firing, in Hz.
    late
        Where it was evaluated; shape (L,).
    drift_per_day
        Rate of change of the late phase there, in 1/day; shape (L,).
    stable, unstable
        Late phase at the fixed points.
    blockade
        Share of the NMDA conductance that is blocked all the time.
    """

    input_rate_hz: float
    late: Array
    drift_per_day: Array
    stable: Array
    unstable: Array
    blockade: float = 0.0


@dataclass(frozen=True, eq=False)
class ThresholdDuration:
    """How long a blockade must last before pain plasticity does not come back.

    Attributes
    ----------
    settings
        The arm it holds for, without the duration.
    input_rate_hz, blockade
        Residual input and level of the blockade.
    from_arms_h
        By bisection of the duration on the arm's own timeline, in hours: after it more than half
        of the late phase, mean over units, stays away. None where no duration up to a year
        suffices, 0 where none is needed.
    from_arms_low_h, from_arms_high_h
        Between which it lies with 90 % of tables drawn from the sampling noise of drift; None as
        above.
    from_fixed_points_h
        Time that the late phase takes from its upper to its unstable fixed point under the
        blockade, in hours, of a unit with the mean input; None where there is no unstable one.
    """

    settings: Mapping[str, Setting]
    input_rate_hz: float
    blockade: float
    from_arms_h: float | None
    from_arms_low_h: float | None
    from_arms_high_h: float | None
    from_fixed_points_h: float | None


@dataclass(frozen=True, eq=False)
class DriftQuality:
    """How good the table of drift is, as differences of the early phase it leads to (0 to 1).

    Attributes
    ----------
    system
        ``dorsal_horn`` or ``memory``.
    nodes, samples
        Nodes measured and runs done for them.
    sampling_error
        Largest standard error of any node.
    left_out_error
        Largest miss when an inner node is interpolated from its neighbours.
    """

    system: str
    nodes: int
    samples: int
    sampling_error: float
    left_out_error: float


@dataclass(frozen=True, eq=False)
class Result:
    """Everything that an experiment gives.

    Attributes
    ----------
    name, question, hypothesis
        Of the experiment.
    texts
        The files it was made from, by name.
    parameters
        Every resolved parameter: dotted name to value with unit.
    provenance
        Versions of resetsim and its libraries, target, date, seed, ...
    arms, drift_curves, thresholds, drift_quality
        What came out.
    """

    name: str
    question: str
    hypothesis: str
    texts: Mapping[str, str]
    parameters: Mapping[str, str]
    provenance: Mapping[str, str]
    arms: tuple[ArmResult, ...]
    drift_curves: tuple[DriftCurve, ...]
    thresholds: tuple[ThresholdDuration, ...]
    drift_quality: tuple[DriftQuality, ...]
