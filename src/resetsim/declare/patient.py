"""Who is treated: ``[patient]`` of an experiment file, and what happens to the patient when."""

from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from resetsim.declare.cohort import Behaviour, FlareProcess
from resetsim.declare.inhibition import OwnDisinhibition
from resetsim.declare.quantities import (
    Count,
    Fraction,
    Number,
    Quantity,
    of_dimension,
    parse_quantity,
    si_magnitude,
    written,
)
from resetsim.declare.ranges import between
from resetsim.declare.times import Duration, Moment, PositiveDuration
from resetsim.declare.units import OwnUnits
from resetsim.declare.validation import Spec, Text, not_empty

Teaching = Annotated[Quantity, of_dimension("6 s"), between("10 ms", "1 h")]
Rate = Annotated[Quantity, of_dimension("1.4 Hz"), between("0 Hz", "20 Hz")]
Weight = Annotated[Quantity, of_dimension("70 kg"), between("1 kg", "500 kg")]
Relative = Annotated[Number, Field(ge=0.05, le=20)]
Tolerated = Annotated[Number, Field(gt=0, le=1)]


class Start(Spec):
    """The state at the start of the timeline.

    Parameters
    ----------
    late_phase
        Late phase of pain plasticity.
    """

    late_phase: Fraction = 0.0


class Injury(Spec):
    """An injury of the periphery whose input decays as it heals.

    Parameters
    ----------
    at
        When, on the timeline.
    peak_rate
        Ongoing C-fibre rate just after the injury, up to 20 Hz.
    heals_with
        Time constant of the exponential decay.
    residual_rate
        The rate that stays, at most ``peak_rate``.
    """

    at: Moment
    peak_rate: Rate
    heals_with: PositiveDuration
    residual_rate: Rate = parse_quantity("0 Hz")

    @model_validator(mode="after")
    def _heals(self) -> Self:
        if si_magnitude(self.residual_rate) > si_magnitude(self.peak_rate):
            raise ValueError(
                f"found residual_rate '{written(self.residual_rate)}'; it must not be more than "
                f"peak_rate '{written(self.peak_rate)}'"
            )
        return self


class FlareUp(Spec):
    """Extra C-fibre input for a while.

    Parameters
    ----------
    at
        Start, on the timeline.
    duration
        How long.
    extra_rate
        C-fibre firing that is added.
    """

    at: Moment
    duration: PositiveDuration
    extra_rate: Rate


class NerveBlock(Spec):
    """Local anaesthetic that removes a fraction of the peripheral input for a while.

    Parameters
    ----------
    at
        Start, on the timeline.
    duration
        How long.
    fraction
        Share of all peripheral input that is removed, flare-ups included.
    """

    at: Moment
    duration: PositiveDuration
    fraction: Fraction = 1.0


class Activity(Spec):
    """What the patient does from a moment on, as far as it drives the input of the injury.

    Parameters
    ----------
    at
        From when on, until the next one.
    left
        Share of the injury's input that it leaves; flare-ups are not changed.
    """

    at: Moment
    left: Fraction


class Conditioning(Spec):
    """Electrical stimulation of the nerve at C strength, as for LTP.

    Parameters
    ----------
    at
        When, on the timeline.
    protocol
        Which of the model's protocols: ``hfs`` (3 trains of 100 Hz) or ``lfs`` (2 Hz for 2 min).
    """

    at: Moment
    protocol: Annotated[Text, Field(examples=["hfs", "lfs"])]


class Learning(Spec):
    """A session in which the patient learns new patterns, under the blockade of that moment.

    Parameters
    ----------
    at
        When, on the timeline; the course of the memory begins with the first session.
    patterns
        How many of the model's assemblies are taught; each session takes the next ones.
    duration
        How long each is taught: less makes a weaker memory; the model says how long where it is
        left out.
    """

    at: Moment
    patterns: Annotated[Count, Field(le=10_000)] = 1
    duration: Teaching | None = None


class History(Spec):
    """A course of NMDA blockade that was over before the first treatment of the timeline.

    Parameters
    ----------
    ended
        How long before it.
    duration
        How long the course lasted.
    blockade
        Fraction of NMDA conductance removed at rest.
    share
        Of the patients of a cohort who have had it.
    """

    ended: Duration
    duration: PositiveDuration
    blockade: Fraction
    share: Fraction = 1.0


_LEARNED = Learning(at=parse_quantity("-30 day"), patterns=3)


class PatientTable(Spec):
    """Who is treated: body, periphery, what was learned; no injury means never injured.

    Parameters
    ----------
    weight
        Of the body; it matters for doses that are not per body weight.
    clearance, volume
        Elimination and distribution volumes, relative to those of the drug's file.
    tolerated
        Share of every dose of a drug at which its titration ends: a dose that rises in steps rises
        as far as this, one that does not is this share of it. What has no dose is given whole.
    sensitivity
        How strongly the output of the dorsal horn is felt: the firing that reads as half of the
        worst pain is divided by it.
    start, injury, units, disinhibition
        Of the tissue and what drives it.
    flare_ups, nerve_blocks, activities, conditionings, learnings
        What happens at given moments.
    flare_process
        Flare-ups that come at random, of patients of a cohort.
    behaviour
        Whether what patients of a cohort do follows their pain.
    history
        What they were treated with before.
    number
        Which patient of a cohort this is: units are drawn as for that one. ``--patient N`` writes
        it.
    """

    weight: Weight = parse_quantity("70 kg")
    clearance: Relative = 1.0
    volume: Relative = 1.0
    tolerated: Tolerated = 1.0
    sensitivity: Relative = 1.0
    start: Start = Start()
    injury: Injury | None = None
    units: OwnUnits = OwnUnits()
    disinhibition: OwnDisinhibition = OwnDisinhibition()
    flare_ups: tuple[FlareUp, ...] = Field(default=(), alias="flare_up")
    flare_process: FlareProcess | None = Field(default=None, alias="flare_ups")
    behaviour: Behaviour | None = None
    history: History | None = None
    number: Annotated[int, Strict(), Field(ge=0, lt=2**62)] | None = None
    nerve_blocks: tuple[NerveBlock, ...] = Field(default=(), alias="nerve_block")
    activities: tuple[Activity, ...] = Field(default=(), alias="activity")
    conditionings: tuple[Conditioning, ...] = Field(default=(), alias="conditioning")
    learnings: Annotated[tuple[Learning, ...], not_empty] = Field(
        default=(_LEARNED,), alias="learning"
    )
