"""The grammar of an experiment file without its ``[vary]``: what is done in one arm."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, Strict, field_validator, model_validator

from resetsim.declare.axes import Target
from resetsim.declare.blocked import Blocked
from resetsim.declare.cohort import Behaviour, Clinic, Cohort, FlareProcess, Trial
from resetsim.declare.files import DrugFile, HypothesisFile, ModelFile, PopulationFile
from resetsim.declare.quantities import (
    AnyQuantity,
    Count,
    Fraction,
    Number,
    Quantity,
    Seed,
    of_dimension,
    parse_quantity,
    si_magnitude,
    written,
)
from resetsim.declare.ranges import between
from resetsim.declare.sampling import Precision
from resetsim.declare.timeline import timeline_problems
from resetsim.declare.units import OwnUnits
from resetsim.declare.validation import Spec, Text, not_empty

Moment = Annotated[Quantity, of_dimension("60 day"), between("-100 year", "100 year")]
End = Annotated[Quantity, of_dimension("240 day"), between("1 s", "100 year")]
Duration = Annotated[Quantity, of_dimension("100 h"), between("1 s", "100 year", or_zero=True)]
PositiveDuration = Annotated[Quantity, of_dimension("100 h"), between("1 s", "100 year")]
Teaching = Annotated[Quantity, of_dimension("6 s"), between("10 ms", "1 h")]
Rate = Annotated[Quantity, of_dimension("1.4 Hz"), between("0 Hz", "20 Hz")]
Weight = Annotated[Quantity, of_dimension("70 kg"), between("1 kg", "500 kg")]
Dose = Annotated[
    Quantity,
    of_dimension("5 mg/kg/h", "20 mg/h"),
    between("0 mg/kg/h", "100000 mg/kg/h"),
    between("0 mg/h", "10000000 mg/h"),
]


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


Relative = Annotated[Number, Field(ge=0.05, le=20)]


class PatientTable(Spec):
    """Who is treated: body, periphery, what was learned; no injury means never injured.

    Parameters
    ----------
    weight
        Of the body; it matters for doses that are not per body weight.
    clearance, volume
        Elimination and distribution volumes, relative to those of the drug's file.
    sensitivity
        How strongly the output of the dorsal horn is felt: the firing that reads as half of the
        worst pain is divided by it.
    start, injury, units
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
    sensitivity: Relative = 1.0
    start: Start = Start()
    injury: Injury | None = None
    units: OwnUnits = OwnUnits()
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


class Treatment(Spec):
    """NMDA blockade, or another effect, for a while; or a drug at a dose; or kinase inhibition.

    Parameters
    ----------
    at
        Start of dosing, on the timeline.
    duration
        From start to end of dosing; 0 means no treatment.
    blockade
        Fraction of NMDA conductance removed at rest.
    drug
        Instead of ``blockade``, with ``dose``: the drug's file.
    dose
        Rate of infusion of the drug, per body weight or for the whole patient; its effect follows
        from kinetics and outlasts dosing.
    kinase_block
        Instead of these: share of the persistent kinases (PKMzeta) of the dorsal horn inhibited, as
        by spinal ZIP.
    effect
        Instead of these, with ``acts_on``: a fixed effect from start to end of dosing.
    acts_on
        What ``effect`` acts on: NMDA conductance removed, or descending fibres engaged.
    times
        How often in all it is given.
    every
        How far apart the starts are.
    steps, rises_from
        A titrated dose: so many rates one after another, equally long and equally far apart, the
        first of them this share of ``dose``, the last all of it.
    """

    at: Moment
    duration: Duration
    blockade: Fraction | None = None
    drug: DrugFile | None = None
    dose: Dose | None = None
    kinase_block: Fraction | None = None
    effect: Fraction | None = None
    acts_on: Target | None = None
    times: Annotated[Count, Field(le=1000)] = 1
    every: PositiveDuration | None = None
    steps: Annotated[Count, Field(le=100)] = 1
    rises_from: Fraction | None = None

    def each(self) -> Iterator["Treatment"]:
        """Yield what is given at one rate, once for each time and step."""
        for number in range(self.times):
            at = self.at if self.every is None else self.at + number * self.every
            once = self.model_copy(update={"at": at, "times": 1, "every": None})
            yield from once._each_step()

    def _each_step(self) -> Iterator["Treatment"]:
        if self.rises_from is None or self.dose is None:
            yield self
            return
        lasting = self.duration / self.steps
        for step in range(self.steps):
            share = self.rises_from + (1 - self.rises_from) * step / (self.steps - 1)
            changes = {"at": self.at + step * lasting, "duration": lasting}
            yield self.model_copy(update={**changes, "dose": share * self.dose})

    @model_validator(mode="after")
    def _is_titrated(self) -> Self:
        if (self.steps > 1) != (self.rises_from is not None):
            raise ValueError("steps, 2 or more, and rises_from belong together")
        if self.steps > 1 and self.dose is None:
            raise ValueError(f"found steps {self.steps} without a dose, which is what rises")
        return self

    @model_validator(mode="after")
    def _is_over_before_the_next(self) -> Self:
        if self.times == 1:
            return self
        if self.every is None:
            raise ValueError(f"found times {self.times} without 'every', how far apart they are")
        if self.every < self.duration:
            raise ValueError(
                f"found every '{written(self.every)}'; it must not be shorter than duration "
                f"'{written(self.duration)}'"
            )
        return self

    @model_validator(mode="after")
    def _one_way_only(self) -> Self:
        ways = ("blockade", "drug", "dose", "kinase_block", "effect", "acts_on")
        given = [key for key in ways if getattr(self, key) is not None]
        if given in (["blockade"], ["drug", "dose"], ["kinase_block"], ["effect", "acts_on"]):
            return self
        if given == ["drug"]:
            raise ValueError('found a drug without a dose; add one, such as dose = "5 mg/kg/h"')
        if given == ["dose"]:
            raise ValueError('found a dose without a drug; add one, such as drug = "ketamine"')
        raise ValueError(
            f"found {' and '.join(given) or 'neither'}; either blockade alone or drug with dose "
            "is needed, or kinase_block alone, or effect with acts_on"
        )


class Mechanisms(Spec):
    """Consequences of an injury besides potentiation of C-fibre synapses, each of which may act.

    Parameters
    ----------
    heterosynaptic
        A-beta synapses on WDR neurons potentiate while C-fibres bring calcium into those neurons.
    disinhibition
        The chloride reversal potential of projection neurons shifts while the periphery fires.
    """

    heterosynaptic: Annotated[bool, Strict()] = True
    disinhibition: Annotated[bool, Strict()] = False


class Direct(Spec):
    """Runs of the direct engine beside the averaged one.

    Parameters
    ----------
    epsilon
        Separations of time scale, falling: slow constants and timeline are made 1/epsilon times
        longer.
    seeds
        Runs for each.
    """

    epsilon: Annotated[
        tuple[Annotated[Number, Field(ge=1e-6, le=1)], ...],
        not_empty,
        Field(examples=[[0.1, 0.05]]),
    ]
    seeds: Annotated[Count, Field(le=1000)] = 1

    @model_validator(mode="after")
    def _decreases(self) -> Self:
        if any(later >= earlier for earlier, later in pairwise(self.epsilon)):
            raise ValueError(f"found epsilon {list(self.epsilon)}; it must strictly decrease")
        return self


class FollowUp(Spec):
    """Until when the patient is followed, and which assays are made at which moments.

    Parameters
    ----------
    until
        End of the timeline.
    assays
        What is measured; of a cohort, on the patients that ``cohort.assayed`` or ``--patient``
        names.
    at
        When, rising; assays and moments belong together.
    """

    until: End
    assays: tuple[Text, ...] = ()
    at: tuple[Moment, ...] = ()


class Plan(Spec):
    """Everything done in one arm.

    Parameters
    ----------
    question
        What the experiment asks.
    model
        The dorsal horn.
    memory
        The memory; without it nothing is learned and nothing recalled.
    hypothesis
        What maintains potentiation, and what drugs act on.
    population
        Patients of a cohort: tables that stand where the experiment has none.
    seed
        Where randomness of assays, learning and direct runs starts; drift has seeds of its own.
    patient, treatments
        Who is treated, and with what.
    plasticity, memory_plasticity
        Plasticity parameters that differ from those of the dorsal horn's, and the memory's, model;
        the model checks them.
    sampling
        How precisely the drift of the dorsal horn is sampled, if not as the model says.
    mechanisms
        Which other consequences of an injury act.
    blocked
        Antagonists that act in the whole arm.
    assay
        Protocol settings that differ from the assays' own, by assay; the assays check them.
    direct
        Whether to run the direct engine too, and how.
    cohort, trial, clinic
        Many patients in place of one, what they report, and who treats them.
    follow_up
        Until when, and what is measured.

    Raises
    ------
    ValueError
        While it is read, if its timeline does not add up.
    """

    question: Annotated[Text, Field(examples=["Does a week of blockade last?"])]
    model: Annotated[ModelFile, Field(examples=["dorsal_horn"])]
    memory: ModelFile | None = None
    hypothesis: HypothesisFile = Field(default="reset", validate_default=True)
    population: PopulationFile | None = None
    seed: Seed = 0
    patient: PatientTable = PatientTable()
    treatments: tuple[Treatment, ...] = Field(default=(), alias="treatment")
    plasticity: Mapping[str, AnyQuantity] = {}
    memory_plasticity: Mapping[str, AnyQuantity] = {}
    sampling: Precision | None = None
    mechanisms: Mechanisms = Mechanisms()
    blocked: Blocked = Blocked()
    assay: Mapping[str, Mapping[str, AnyQuantity]] = {}
    direct: Direct | None = None
    cohort: Cohort | None = None
    trial: Trial | None = None
    clinic: Clinic | None = None
    follow_up: FollowUp

    @field_validator("treatments")
    @classmethod
    def _one_by_one(cls, treatments: tuple[Treatment, ...]) -> tuple[Treatment, ...]:
        return tuple(given for treatment in treatments for given in treatment.each())

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if problems := "\n".join(timeline_problems(self)):
            raise ValueError(problems)
        return self
