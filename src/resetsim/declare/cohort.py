"""``[cohort]``, ``[trial]`` and ``[clinic]``: many patients, what they are told, who treats them.

In place of a quantity of the patient a file writes a distribution; what stands for it where one
number is needed, as in the check of the timeline, is its typical value.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import Field, Strict, field_validator, model_validator

from resetsim.declare.distributions import Distribution, distribution_of, is_distribution
from resetsim.declare.drawable import (
    DRAWABLE,
    IN_LEARNING,
    MEMORY_PLASTICITY,
    OF_EACH_FLARE_UP,
    PLASTICITY,
    kind_of,
)
from resetsim.declare.files import PolicyFile
from resetsim.declare.grammar import Place, dotted
from resetsim.declare.quantities import (
    Count,
    Number,
    Quantity,
    of_dimension,
    parse_quantity,
    written,
)
from resetsim.declare.ranges import between
from resetsim.declare.validation import Spec, Text
from resetsim.errors import nearest

MOST_PATIENTS = 1_000_000

_Pain = Annotated[Number, Field(ge=0, le=10)]
_Duration = Annotated[Quantity, of_dimension("90 day"), between("1 h", "10 year")]
_EventRate = Annotated[
    Quantity, of_dimension("0.083 1/day"), between("0.0001 1/day", "10 1/day", or_zero=True)
]
_FlareUpRate = Annotated[Quantity, of_dimension("0.5 Hz"), between("0 Hz", "20 Hz")]
_FlareUpDuration = Annotated[Quantity, of_dimension("4 h"), between("1 min", "90 day")]
_DropOut = Annotated[
    Quantity, of_dimension("0.02 1/week"), between("0.00001 1/week", "1 1/week", or_zero=True)
]
_Factor = Annotated[Number, Field(ge=0.1, le=10)]


class Inclusion(Spec):
    """Whom a clinic sees: all who were injured and fulfil this just before treatment.

    Parameters
    ----------
    pain_at_least
        Mean pain over the last week before treatment, on 0-10.
    lasting
        Since when pain has been that bad at every reading, weekly.
    """

    pain_at_least: _Pain
    lasting: _Duration | None = None


class Correlation(Spec):
    """Two drawn quantities go together.

    Parameters
    ----------
    between
        Their dotted keys.
    value
        Correlation of their normal scores.
    source
        Where it comes from.
    """

    between: Annotated[
        tuple[Text, Text],
        Field(examples=[["patient.weight", "patient.injury.residual_rate"]]),
    ]
    value: Annotated[Number, Field(ge=-1, le=1, examples=[0.3])]
    source: Annotated[Text, Field(examples=["A guess"])]


class Cohort(Spec):
    """Patients drawn from distributions; the same ones stand in every arm.

    Parameters
    ----------
    size
        How many are included.
    include
        Whom of all who were injured; everybody where it is left out, or says ``everybody``.
    screen_at_most
        How many of these are looked at for each that is included, before the search is given up.
    assayed
        How many of the included, from the first on, are assayed by spiking simulation as
        ``[follow_up]`` says; nobody where it is left out.
    correlations
        Between drawn quantities; all others are independent.
    """

    size: Annotated[Count, Field(le=MOST_PATIENTS, examples=[200])]
    include: Inclusion | None = None
    screen_at_most: Annotated[Count, Field(le=10_000)] = 100
    assayed: Annotated[Count, Field(le=1000)] | None = None
    correlations: tuple[Correlation, ...] = Field(default=(), alias="correlation")

    @field_validator("include", mode="before")
    @classmethod
    def _or_everybody(cls, value: object) -> object:
        if isinstance(value, str) and value != "everybody":
            raise ValueError(
                f"found '{value}'; 'everybody' or a table with pain_at_least is needed"
            )
        return None if value == "everybody" else value


class FlareProcess(Spec):
    """Flare-ups as they come: a Poisson process of each patient.

    Parameters
    ----------
    rate
        How often one begins.
    duration, extra_rate
        How long it lasts, and C-fibre input that it adds; a distribution is over flare-ups.
    severity
        Factor on the added input, the same for all flare-ups of a patient; together they add at
        most 20 Hz.
    """

    rate: _EventRate
    duration: _FlareUpDuration
    extra_rate: _FlareUpRate
    severity: Annotated[Number, Field(ge=0, le=20)] = 1.0


class Behaviour(Spec):
    """Pain lowers activity, and activity drives the input of the injury.

    Parameters
    ----------
    avoidance
        Share of that input that is gone at the worst pain; in proportion below.
    reviewed
        How often behaviour follows pain.
    """

    avoidance: Annotated[Number, Field(ge=0, le=1)]
    reviewed: _Duration = parse_quantity("7 day")


class Published(Spec):
    """A published mean that figures show beside the model's.

    Parameters
    ----------
    day
        From the end of treatment.
    pain
        Mean, on 0-10.
    low, high
        Ends of its interval.
    label
        Of whom, and where it was published.
    """

    day: Annotated[Number, Field(ge=-3650, le=3650)]
    pain: _Pain
    low: _Pain | None = None
    high: _Pain | None = None
    label: Text


class Crossover(Spec):
    """Two arms as the sequences of a crossover trial: one treatment, then another, or the reverse.

    Parameters
    ----------
    sequences
        Names of the two arms, each with two treatments at the same times.
    read
        Pain is the mean over so long after the end of each treatment.
    """

    sequences: Annotated[tuple[Text, Text], Field(examples=[["order=A B", "order=B A"]])]
    read: Annotated[Quantity, of_dimension("7 day"), between("1 day", "90 day")] = parse_quantity(
        "7 day"
    )


class Trial(Spec):
    """What lies between the pain that a patient has and the pain that a trial reports.

    Parameters
    ----------
    control
        Name of the arm that others are compared with.
    blinded
        Whether all arms expect the same; otherwise those alone that are given something.
    expectation
        Pain less from the start of treatment on, on 0-10.
    expectation_fades_with
        Time constant with which it fades from then on; without it, it lasts.
    natural_course
        Pain less for each 30 days from then on, whatever is done.
    diary_noise
        Standard deviation of one report around the pain that is.
    drop_out
        How often patients leave.
    crossover
        Which arms are the sequences of a crossover trial.
    published
        What a real trial found.
    """

    control: Text | None = None
    blinded: Annotated[bool, Strict()] = True
    expectation: Annotated[Number, Field(ge=-10, le=10)] = 0.0
    expectation_fades_with: _Duration | None = None
    natural_course: Annotated[Number, Field(ge=-10, le=10)] = 0.0
    diary_noise: Annotated[Number, Field(ge=0, le=5)] = 0.0
    drop_out: _DropOut | None = None
    crossover: Crossover | None = None
    published: tuple[Published, ...] = ()


class Clinic(Spec):
    """A policy: from the first treatment on the clinic sees its patients again and again.

    A visit looks at the reported pain of that day; a treatment is the last one of the file.

    Parameters
    ----------
    visits
        How far apart they are.
    treat
        ``on relapse``: when pain is back above half of what it was before treatment;
        ``every visit``.
    rule
        A Python file with a function ``decide``, by which ``treat`` does not count; or ``none``.
    dose_factor, duration_factor
        Of each treatment, relative to the one before.
    stop_after
        This many treatments in a row after which pain was not 30 % lower at the next visit.
    budget
        Days of treatment in all, with the planned ones.
    at_most
        Treatments in all, with the planned ones.
    """

    visits: _Duration
    treat: Literal["on relapse", "every visit"] | None = None
    rule: PolicyFile = None
    dose_factor: _Factor = 1.0
    duration_factor: _Factor = 1.0
    stop_after: Annotated[Count, Field(le=100)] | None = None
    budget: Annotated[Quantity, of_dimension("30 day"), between("1 h", "10 year")] | None = None
    at_most: Annotated[Count, Field(le=1000)] | None = None

    @model_validator(mode="after")
    def _one_rule_that_stops(self) -> Self:
        if self.treat is None and self.rule is None:
            raise ValueError("either treat or rule is needed")
        if self.stop_after is None and self.budget is None and self.at_most is None:
            raise ValueError("never stops treating: say stop_after, budget or at_most")
        return self


def split(content: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Distribution]]:
    """Return a file's tables with typical values in place of distributions, and these.

    Parameters
    ----------
    content
        The tables.

    Returns
    -------
    dict, dict
        The tables; distributions by dotted key.

    Raises
    ------
    ValueError
        If one is wrong, or stands where nothing can be drawn; the message names the key.
    """
    found: dict[str, Distribution] = {}
    plain = _plain(content, (), found)
    if found and "cohort" not in content:
        raise ValueError(
            f"{next(iter(found))}: found a distribution; it needs a [cohort] with its size"
        )
    return plain, found


def _plain(value: Any, place: Place, found: dict[str, Distribution]) -> Any:
    if is_distribution(value):
        return _typical(value, dotted(place), found)
    if isinstance(value, Mapping):
        return {key: _plain(inner, (*place, key), found) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, (*place, index), found) for index, inner in enumerate(value)]
    return value


def _typical(table: Mapping[str, object], key: str, found: dict[str, Distribution]) -> str | float:
    inside, _, name = key.rpartition(".")
    if inside == MEMORY_PLASTICITY and name in IN_LEARNING:
        raise ValueError(f"{key}: cannot differ between patients: all learn alike")
    if kind_of(key) not in DRAWABLE and inside not in (PLASTICITY, MEMORY_PLASTICITY):
        allowed = [*DRAWABLE, f"{PLASTICITY}.late_decay"]
        close = ", ".join(get_close_matches(key, allowed, n=5, cutoff=0.0))
        raise ValueError(
            f"{key}: cannot differ between patients; what can is, for example, {close}"
        )
    try:
        found[key] = distribution_of(table)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None
    typical = found[key].typical
    return float(typical.magnitude) if typical.unitless else written(typical)


def correlation_problems(cohort: Cohort, drawn: Mapping[str, Distribution]) -> Iterator[str]:
    """Yield what is wrong with the correlations of a cohort.

    Parameters
    ----------
    cohort
        As declared.
    drawn
        What is drawn, by dotted key.

    Yields
    ------
    str
        The key, what was found and what is allowed.
    """
    known = [key for key in drawn if key not in OF_EACH_FLARE_UP]
    seen = set()
    for index, each in enumerate(cohort.correlations):
        where = f"cohort.correlation[{index}].between"
        for key in each.between:
            if key not in known:
                allowed = nearest(key, known) if known else "nothing is drawn"
                yield f"{where}: '{key}' is not drawn for each patient; {allowed}"
        if each.between[0] == each.between[1]:
            yield f"{where}: found '{each.between[0]}' twice"
        if (pair := frozenset(each.between)) in seen:
            yield f"{where}: these two are correlated twice"
        seen.add(pair)
