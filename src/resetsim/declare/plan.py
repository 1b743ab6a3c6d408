"""The grammar of an experiment file without its ``[vary]``: what is done in one arm."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, Strict, field_validator, model_validator

from resetsim.declare.blocked import Blocked
from resetsim.declare.cohort import Clinic, Cohort, Trial
from resetsim.declare.files import HypothesisFile, ModelFile, PopulationFile
from resetsim.declare.patient import PatientTable
from resetsim.declare.quantities import AnyQuantity, Count, Number, Seed
from resetsim.declare.sampling import Precision
from resetsim.declare.timeline import timeline_problems
from resetsim.declare.times import End, Moment
from resetsim.declare.treatment import Treatment
from resetsim.declare.validation import Spec, Text, not_empty


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
