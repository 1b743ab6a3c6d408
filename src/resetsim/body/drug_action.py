"""What a drug does besides, or instead of, blocking NMDA receptors: the choice of a hypothesis."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from resetsim.body.course import NO_BLOCKADE, BlockadeCourse, blockade_course
from resetsim.body.dosing import Dosing
from resetsim.declare.drug import Drug
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.quantities import Parameter, Quantity, units

_ONE = units.Quantity(1.0, "")


@dataclass(frozen=True)
class Effects:
    """Everything that a patient's dosings do, each a share of 0 to 1 over time.

    Attributes
    ----------
    blockade
        NMDA conductance removed.
    descending
        How far descending fibres are engaged.
    relief
        Pain taken away downstream of the dorsal horn.
    kinase_block
        Persistent kinases of the dorsal horn that are inhibited.
    """

    blockade: BlockadeCourse = NO_BLOCKADE
    descending: BlockadeCourse = NO_BLOCKADE
    relief: BlockadeCourse = NO_BLOCKADE
    kinase_block: BlockadeCourse = NO_BLOCKADE

    @property
    def breakpoints_d(self) -> tuple[float, ...]:
        """Where any of them starts, ends or turns, in days."""
        courses = (self.blockade, self.descending, self.relief, self.kinase_block)
        return tuple(edge for course in courses for edge in course.breakpoints_d)


def effects_of(dosings: Sequence[Dosing], action: DrugAction) -> Effects:
    """Return what a patient's dosings do.

    A blockade that is given as such is one under every hypothesis; what a drug does is for the
    hypothesis to say.

    Parameters
    ----------
    dosings
        All dosings of the patient.
    action
        Of drugs, from the hypothesis.

    Returns
    -------
    Effects
        Over the timeline.
    """
    drugs = [each for each in dosings if each.drug is not None]
    fixed = [each for each in dosings if each.blockade is not None]
    kinase = [
        Dosing(each.start_d, each.end_d, blockade=each.kinase_block)
        for each in dosings
        if each.kinase_block is not None
    ]
    match action.acts_on:
        case "nmda":
            effects = Effects(blockade_course([*fixed, *drugs]))
        case "descending":
            effects = Effects(blockade_course(fixed), descending=blockade_course(drugs))
        case "pain":
            slow = [_through_effect_compartment(each, action) for each in drugs]
            effects = Effects(blockade_course(fixed), relief=blockade_course(slow))
    return Effects(
        effects.blockade, effects.descending, effects.relief, kinase_block=blockade_course(kinase)
    )


def _through_effect_compartment(dosing: Dosing, action: DrugAction) -> Dosing:
    """Return a dosing whose drug acts with the half-life and potency of an effect compartment."""
    drug, half_life, c50 = dosing.drug, action.half_life, action.c50
    assert drug is not None
    assert half_life is not None  # checked with the file, as is the next
    assert c50 is not None
    kinetics = drug.kinetics.model_copy(update={"ke0": _changed(log(2) / half_life)})
    curve = drug.receptor_block.model_copy(
        update={
            "ic50": _changed((c50 / drug.molar_mass.value).to("uM")),
            "hill_coefficient": _changed(_ONE),
            "unbound_fraction": _changed(_ONE),
            "maximum_block": _changed(_ONE),
        }
    )
    acting: Drug = drug.model_copy(update={"kinetics": kinetics, "receptor_block": curve})
    return Dosing(
        dosing.start_d, dosing.end_d, drug=acting, rate_mg_per_kg_h=dosing.rate_mg_per_kg_h
    )


def _changed(value: Quantity) -> Parameter:
    return Parameter(value=value, source="the hypothesis", status="estimated")
