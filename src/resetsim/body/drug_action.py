"""What a drug does besides, or instead of, blocking NMDA receptors: the choice of a hypothesis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from resetsim.body.course import NO_BLOCKADE, BlockadeCourse, blockade_course
from resetsim.body.dosing import Dosing
from resetsim.declare.axes import NMDA, targets
from resetsim.declare.drug import Drug
from resetsim.declare.hypothesis import PAIN, DrugAction
from resetsim.declare.parameters import Parameter
from resetsim.declare.quantities import Quantity, units

_ONE = units.Quantity(1.0, "")
KINASES = "kinases"
"""What kinase inhibition acts on."""


@dataclass(frozen=True)
class Effects:
    """Everything that a patient's dosings do, each a share of 0 to 1 over time.

    Attributes
    ----------
    on
        What is done along each axis that treatments act on, by what they call it.
    relief
        Pain taken away downstream of the dorsal horn.
    kinase_block
        Persistent kinases of the dorsal horn that are inhibited.
    """

    on: Mapping[str, BlockadeCourse]
    relief: BlockadeCourse = NO_BLOCKADE
    kinase_block: BlockadeCourse = NO_BLOCKADE

    @property
    def breakpoints_d(self) -> tuple[float, ...]:
        """Where any of them starts, ends or turns, in days."""
        courses = (*self.on.values(), self.relief, self.kinase_block)
        return tuple(edge for course in courses for edge in course.breakpoints_d)


def effects_of(dosings: Sequence[Dosing], action: DrugAction) -> Effects:
    """Return what a patient's dosings do.

    A fixed effect is the same under every hypothesis; what a blocker of NMDA receptors does is for
    the hypothesis to say.

    Parameters
    ----------
    dosings
        All dosings of the patient.
    action
        Of blockers of NMDA receptors, from the hypothesis.

    Returns
    -------
    Effects
        Over the timeline.
    """
    acting: dict[str, list[Dosing]] = {name: [] for name in (*targets(), PAIN, KINASES)}
    for each in dosings:
        target, scaled = acting_dosing(each, action)
        acting[target].append(scaled)
    relief, kinase_block = (blockade_course(acting.pop(name)) for name in (PAIN, KINASES))
    on = {name: blockade_course(some) for name, some in acting.items()}
    return Effects(on, relief, kinase_block)


def acting_dosing(dosing: Dosing, action: DrugAction) -> tuple[str, Dosing]:
    """Return what a dosing acts on, and one whose effect, as a course takes it, is that on it.

    Parameters
    ----------
    dosing
        As it is given.
    action
        Of blockers of NMDA receptors, from the hypothesis.

    Returns
    -------
    str and Dosing
        The target of an axis, ``PAIN`` or ``KINASES``.
    """
    target = _acts_on(dosing, action)
    return target, _on_its_own_scale(dosing, target, action)


def _acts_on(dosing: Dosing, action: DrugAction) -> str:
    if dosing.kinase_block is not None:
        return KINASES
    if dosing.drug is None:
        return dosing.acts_on
    return action.acts_on if dosing.drug.acts_on == NMDA else dosing.drug.acts_on


def _on_its_own_scale(dosing: Dosing, target: str, action: DrugAction) -> Dosing:
    if target == KINASES:
        return Dosing(dosing.start_d, dosing.end_d, fixed_effect=dosing.kinase_block)
    return _through_effect_compartment(dosing, action) if target == PAIN else dosing


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
