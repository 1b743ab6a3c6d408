"""What treatments do to many patients over time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from resetsim.body.dosing import HOURS_PER_DAY, Dosing
from resetsim.body.drug_action import acting_dosing
from resetsim.body.kinetics import shortest_and_longest_time_h
from resetsim.body.many_bodies import ManyDrugCourses, ManyInfusions
from resetsim.declare.axes import targets
from resetsim.declare.drug import Drug
from resetsim.declare.hypothesis import PAIN, DrugAction
from resetsim.patients.many import EDGE_DIGITS, Given, ManyPatients

Array = NDArray[np.float64]

_LATER = 12  # moments after an infusion at which its effect may be highest


@dataclass(frozen=True, eq=False)
class ManyEffects:
    """What treatments do to many patients.

    Attributes
    ----------
    patients
        Who they are.
    fixed
        What acts on each target with a fixed effect.
    drugs
        The target of each drug, and its courses.
    """

    patients: ManyPatients
    fixed: Sequence[tuple[str, Given]]
    drugs: Sequence[tuple[str, ManyDrugCourses]]

    def left(self, target: str, time_d: Array, before: bool = False) -> Array:
        """Return the share that fixed effects on a target leave; of the times' shape (P, T)."""
        left = np.ones(time_d.shape)
        for name, each in self.fixed:
            if name != target:
                continue
            start, end = each.start_d[:, None], each.end_d[:, None]
            acts = (
                (start < time_d) & (time_d <= end) if before else (start <= time_d) & (time_d < end)
            )
            effect = np.minimum(_effect(each.dosing) * each.factor, 1.0)[:, None]
            left *= np.where(acts, 1 - effect, 1.0)
        return left

    def reaching(self, names: Collection[str]) -> "ManyEffects":
        """Return the effects on some targets alone."""
        fixed = [each for each in self.fixed if each[0] in names]
        return replace(self, fixed=fixed, drugs=[each for each in self.drugs if each[0] in names])

    def left_in_all(self, target: str, time_d: Array, before: bool = False) -> Array:
        """Return the share that drugs and fixed effects on a target leave; of the same shape."""
        left = self.left(target, time_d, before)
        for name, courses in self.drugs:
            if name == target:
                left = left * (1 - courses.before(time_d))
        return left

    def relief_before(self, time_d: Array) -> Array:
        """Return the pain taken away downstream just before some times; of their shape (P, T)."""
        return 1 - self.left_in_all(PAIN, time_d, before=True)

    @property
    def fixed_together(self) -> list[dict[str, float]]:
        """Fixed effects on targets of axes that act at the same time; all patients have the same.

        Of planned treatments, whose moments and fixed effects are the same for everybody.
        """
        edges = {edge for _, each in self.fixed for edge in (each.start_d[0], each.end_d[0])}
        moments = np.tile(sorted(edges), (self.patients.count, 1))
        found = {name: 1 - self.left(name, moments)[0] for name in targets()}
        return [
            {name: float(effect[place]) for name, effect in found.items() if effect[place]}
            for place in range(len(edges))
        ]

    def highest(self, target: str, until_d: float) -> float:
        """Return about the highest effect on a target that any patient ever has."""
        times = [each.end_d[:, None] for _, each in self.fixed]
        for _, courses in self.drugs:
            # At an effect site a drug still rises when its infusion has ended.
            shortest_h, longest_h = shortest_and_longest_time_h(courses.drug)
            later_h = np.append(0.0, np.geomspace(0.1 * shortest_h, longest_h, _LATER))
            times += [each.end_d[:, None] + later_h / HOURS_PER_DAY for each in courses.infusions]
        if not times:
            return 0.0
        moments = np.hstack(times)
        moments = np.where(np.isfinite(moments), np.minimum(moments, until_d), 0.0)
        return float(1 - self.left_in_all(target, moments, before=True).min(initial=1.0))


def _effect(dosing: Dosing) -> float:
    effect = dosing.kinase_block if dosing.fixed_effect is None else dosing.fixed_effect
    assert effect is not None
    return effect


def effects_of_many(
    patients: ManyPatients, treatments: Sequence[Given], action: DrugAction
) -> ManyEffects:
    """Return what treatments do, see :func:`resetsim.body.drug_action.effects_of`.

    Parameters
    ----------
    patients
        Who is treated.
    treatments
        All that are given.
    action
        Of blockers of NMDA receptors, from the hypothesis.

    Returns
    -------
    ManyEffects
        Over the timeline.
    """
    fixed, infusions = [], dict[tuple[str, Drug], list[ManyInfusions]]()
    for unrounded in treatments:
        # As the edges are rounded: what ends at an edge must not act beyond it.
        start_d, end_d = unrounded.start_d.round(EDGE_DIGITS), unrounded.end_d.round(EDGE_DIGITS)
        each = replace(unrounded, start_d=start_d, end_d=end_d)
        target, acting = acting_dosing(each.dosing, action)
        if acting.drug is None:
            fixed.append((target, replace(each, dosing=acting)))
            continue
        assert acting.rate_mg_per_kg_h is not None
        key = (target, acting.drug)
        rate = acting.rate_mg_per_kg_h * each.factor
        some = ManyInfusions(each.start_d, each.end_d, rate)
        infusions.setdefault(key, []).append(some)
    drugs = []
    for (target, drug), given_of_it in infusions.items():
        courses = ManyDrugCourses(drug, patients.clearance, patients.volume, given_of_it)
        drugs.append((target, courses))
    return ManyEffects(patients, fixed, drugs)
