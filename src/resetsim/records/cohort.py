"""What a cohort gives: every patient in every arm, as arrays over patients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.records.setting import Setting

Array = NDArray[np.floating]

MEMORY_MOMENTS = ("before", "end_of_treatment", "after", "day_after_learning")
"""When memories are read: before planned treatment, at its end, at the end of follow-up, and a day
after learning, or at the end of follow-up if that is earlier."""


def by_session(values: Array) -> list[dict[str, Array]]:
    """Return what ``recall`` or ``memory_efficacy`` of an arm has of each session, by moment."""
    sessions = max(values.shape[1] // len(MEMORY_MOMENTS), 1)
    parts = np.split(values, sessions, axis=1)
    # Files of before have fewer moments.
    return [dict(zip(MEMORY_MOMENTS, each.T, strict=False)) for each in parts]


def of_session(column: str, place: int, sessions: int) -> str:
    """Return the name of a column of tables for one of several sessions, which count from 1."""
    return f"{column}_session_{place + 1}" if sessions > 1 else column


FAILED = "failed"
"""The outcome of patients whose course could not be integrated."""

OUTCOMES = ("not treated", "no pain before", "not relieved", "relapsed", "relieved", FAILED)
"""What :attr:`CohortArm.outcome` counts in: see ``outcomes/outcome.py``."""


@dataclass(frozen=True, eq=False)
class ArmPart:
    """What some patients of an arm give; the arrays are those of :class:`CohortArm`."""

    pain: NDArray[np.float32]
    reported: NDArray[np.float32]
    amplified: NDArray[np.float32]
    outcome: NDArray[np.int8]
    relapse_day: NDArray[np.float32]
    treatments: NDArray[np.int16]
    treatment_days: NDArray[np.float32]
    failed: NDArray[np.bool_]
    memory_efficacy: NDArray[np.float32]
    recall: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some patients in every arm.

    Attributes
    ----------
    number
        Which; shape (P,).
    drawn
        What was drawn for them, by dotted key, in any arm; each of shape (P,).
    arms
        In the order of the file.
    """

    number: NDArray[np.int64]
    drawn: Mapping[str, NDArray[np.float64]]
    arms: tuple[ArmPart, ...]


@dataclass(frozen=True, eq=False)
class CohortArm:
    """What became of the patients of a cohort in one arm.

    Days count from the end of the planned treatment, which is the same for all patients of an arm;
    from the start of the timeline where nothing is planned.

    Attributes
    ----------
    name
        Unique in the experiment.
    settings
        What varies, by dotted key.
    start_day
        Start of treatment: zero or less. What is read until then is baseline.
    treated
        Whether a treatment is planned, be it of no dose.
    day
        Moments, rising; shape (M,). Daily for the week before treatment and the first month after
        it, then twice a week.
    pain
        What the dorsal horn and the drug make of it, on 0-10; shape (P, M).
    reported
        What patients write into their diary: with expectation, natural course and noise, on 0-10;
        not a number once they have left the trial; shape (P, M).
    amplified
        Share of a patient's active units that are amplified; shape (P, M).
    outcome
        Place in ``OUTCOMES``, from ``pain``; shape (P,).
    relapse_day
        When pain has come back, not a number where it has not; shape (P,).
    treatments, treatment_days
        How many treatments were given, and for how many days in all; shape (P,).
    failed
        Whose course could not be integrated: their pain is not a number; shape (P,).
    memory_efficacy, recall
        Of what was learned in each session in turn, mean over its patterns, at ``MEMORY_MOMENTS``:
        efficacy relative to a naive synapse, and recall, 0 to 1, as it is without a drug; not a
        number before it was learned; shape (P, 4 for each session), or (P, 0) for patients without
        a memory.
    expecting
        Whether patients expect what ``[trial]`` says of expectation.
    """

    name: str
    settings: Mapping[str, Setting]
    start_day: float
    treated: bool
    day: Array
    pain: Array
    reported: Array
    amplified: Array
    outcome: NDArray[np.int8]
    relapse_day: Array
    treatments: NDArray[np.int16]
    treatment_days: Array
    failed: NDArray[np.bool_]
    memory_efficacy: Array
    recall: Array
    expecting: bool = True


@dataclass(frozen=True)
class PublishedPoint:
    """A published number to be shown beside a curve.

    Attributes
    ----------
    day
        After the end of treatment.
    value, low, high
        On the scale of pain; the ends of its interval None where it has none.
    label
        Of the arm and the source.
    """

    day: float
    value: float
    low: float | None
    high: float | None
    label: str


@dataclass(frozen=True)
class Sequences:
    """Two arms that are the sequences of a crossover trial.

    Attributes
    ----------
    first, second
        Names of the arms.
    settings
        What else varies and is the same in both, in words; empty where nothing does.
    first_end_day
        End of the first treatment; days count from the end of the second.
    read_d
        For how long after each treatment pain is read.
    """

    first: str
    second: str
    settings: str
    first_end_day: float
    read_d: float


@dataclass(frozen=True, eq=False)
class CohortResult:
    """Everything that an experiment on a cohort gives.

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
    number
        Of each patient among all who were injured: from it and the seed any one can be computed
        again; shape (P,).
    screened
        How many of them were looked at to find these.
    drawn
        What was drawn for each patient, by dotted key; each of shape (P,).
    drawn_units
        Their units, by the same keys; empty for bare numbers.
    control
        Name of the arm that others are compared with; None where there is none.
    arms
        In the order of the file; one at a time where they are read from disk.
    published
        Means of a real trial, to be shown beside.
    assays
        Readings of the patients that were assayed by spiking simulation: the columns of
        ``assays.csv``, each of one value for each reading; empty where nobody was.
    crossovers
        Arms that are sequences of crossover trials.
    """

    name: str
    question: str
    hypothesis: str
    texts: Mapping[str, str]
    parameters: Mapping[str, str]
    provenance: Mapping[str, str]
    number: NDArray[np.int64]
    screened: int
    drawn: Mapping[str, Array]
    drawn_units: Mapping[str, str]
    control: str | None
    arms: Sequence[CohortArm]
    published: tuple[PublishedPoint, ...] = ()
    assays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    crossovers: tuple[Sequences, ...] = ()
