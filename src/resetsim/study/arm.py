"""One arm of an experiment: prepared, its assays, its result."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from resetsim.declare.arms import Arm
from resetsim.declare.axes import AXES, targets
from resetsim.declare.blocked import with_blocked
from resetsim.declare.drawable import MEMORY_PLASTICITY
from resetsim.declare.hypothesis import Hypothesis, read_hypothesis
from resetsim.declare.model import Model, read_model, with_plasticity, with_precision
from resetsim.declare.plan import Plan
from resetsim.errors import InputError
from resetsim.patients.patient import Patient, patient_of
from resetsim.patients.periphery import days
from resetsim.protocols.assay import Protocol
from resetsim.protocols.conditioning import conditioning_protocol
from resetsim.protocols.learning import learning_schedule
from resetsim.protocols.registry import ASSAYS, protocol_of
from resetsim.records.result import Course, PainBand, PainCourse
from resetsim.slow.measure import Sampler
from resetsim.slow.memory_sampling import replay_schedule
from resetsim.study.direct import check_direct
from resetsim.study.relapses import Relapses
from resetsim.study.systems import PlasticSystem, dorsal_horn_sampler, memory_sampler
from resetsim.tissue.plasticity.maintenance import MaintenanceRule, maintenance_rule


@dataclass(frozen=True, eq=False)
class PreparedArm:
    """An arm whose files have been read and checked.

    Attributes
    ----------
    arm
        As the experiment file has it.
    patient
        What happens to the patient.
    hypothesis
        What maintains potentiation, and what drugs act on.
    heterosynaptic
        Maintenance rule of A-beta synapses on WDR neurons.
    dorsal_horn
        Its pain system.
    memory
        Its memory, where there is one.
    replayed
        The same with replay; None where memories are not replayed.
    protocols
        Settings of every assay.
    """

    arm: Arm
    patient: Patient
    hypothesis: Hypothesis
    heterosynaptic: MaintenanceRule
    dorsal_horn: PlasticSystem
    memory: PlasticSystem | None
    replayed: PlasticSystem | None
    protocols: Mapping[str, Protocol]

    @property
    def plan(self) -> Plan:
        """What is done."""
        return self.arm.plan

    @property
    def taught(self) -> int:
        """How many patterns are learned over the timeline."""
        return sum(each.patterns for each in self.patient.learnings)

    @property
    def treated_d(self) -> tuple[float, float] | None:
        """Start of the first and end of the last treatment, in days, also of no duration."""
        if not self.plan.treatments:
            return None
        starts = [days(each.at) for each in self.plan.treatments]
        ends = [days(each.at) + days(each.duration) for each in self.plan.treatments]
        return min(starts), max(ends)

    @property
    def moments_d(self) -> list[float]:
        """When assays are made, in days."""
        return [days(moment) for moment in self.plan.follow_up.at]


@dataclass(frozen=True, eq=False)
class Courses:
    """The slow states of an arm.

    Attributes
    ----------
    pain_system, pain
        Of the dorsal horn.
    band
        How far pain is settled, where that was asked.
    memory
        Of the memory, where there is one.
    relapses
        When pain and plasticity of the dorsal horn are back.
    """

    pain_system: Course
    pain: PainCourse
    band: PainBand | None
    memory: Course | None
    relapses: Relapses


class Systems:
    """Samplers by what they are made of, so that arms share what is measured for them."""

    def __init__(self) -> None:
        self._samplers: dict[object, Sampler] = {}
        self._hypothesis = cache(read_hypothesis)
        self._protocols: dict[object, dict[str, Protocol]] = {}

    def prepare(self, arm: Arm) -> PreparedArm:
        """Read and check what an arm names.

        Parameters
        ----------
        arm
            From the experiment file.

        Returns
        -------
        PreparedArm
            Ready to run.

        Raises
        ------
        InputError
            If a file, a constant, a setting or the use of the direct engine is wrong.
        """
        plan = arm.plan
        hypothesis = self._hypothesis(plan.hypothesis)
        pain_rule = _rule(plan, "dorsal_horn", hypothesis.maintenance.dorsal_horn)
        memory_rule = _rule(plan, "memory", hypothesis.maintenance.memory)
        named = hypothesis.maintenance.heterosynaptic or pain_rule.name
        heterosynaptic = _rule(plan, "heterosynaptic", named)
        dorsal_horn = self._dorsal_horn(plan, pain_rule)
        memory = replayed = None
        if plan.memory is not None:
            memory = self._memory(plan, memory_rule, 0.0)
            if hypothesis.reactivation is not None:
                rate_hz = float(hypothesis.reactivation.rate.m_as("Hz"))
                replayed = self._memory(plan, memory_rule, rate_hz)
        patient = patient_of(plan, dorsal_horn.model, hypothesis.drug)
        _check_axes(plan, dorsal_horn.model, patient)
        if plan.direct is not None:
            check_direct(patient, plan.direct)
        protocols = self._shared_protocols(plan, dorsal_horn, memory)
        for each in patient.conditionings:
            with _naming(plan.model):
                conditioning_protocol(dorsal_horn.model, each.protocol)
        return PreparedArm(
            arm, patient, hypothesis, heterosynaptic, dorsal_horn, memory, replayed, protocols
        )

    def _shared_protocols(
        self, plan: Plan, dorsal_horn: PlasticSystem, memory: PlasticSystem | None
    ) -> dict[str, Protocol]:
        changes = frozenset((name, frozenset(each.items())) for name, each in plan.assay.items())
        key = (plan.model, plan.memory, changes)
        if key not in self._protocols:
            self._protocols[key] = _protocols(plan, dorsal_horn, memory)
        return self._protocols[key]

    def _dorsal_horn(self, plan: Plan, rule: MaintenanceRule) -> PlasticSystem:
        key = (plan.model, frozenset(plan.plasticity.items()), plan.blocked, plan.sampling)
        if key not in self._samplers:
            model = with_plasticity(read_model(plan.model), plan.plasticity)
            model = with_blocked(model, plan.blocked)
            if plan.sampling is not None:
                model = with_precision(model, plan.sampling)
            if model.pain is None:
                raise InputError(f"model: {plan.model} is no dorsal horn: it has no [pain]")
            self._samplers[key] = dorsal_horn_sampler(model)
        system = PlasticSystem(self._samplers[key], rule)
        if plan.mechanisms.disinhibition and system.model.disinhibition is None:
            raise InputError(f"mechanisms.disinhibition: {plan.model} has no [disinhibition]")
        return system

    def _memory(self, plan: Plan, rule: MaintenanceRule, replay_rate_hz: float) -> PlasticSystem:
        assert plan.memory is not None
        taught = sum(each.patterns for each in plan.patient.learnings)
        key = (plan.memory, frozenset(plan.memory_plasticity.items()), taught, replay_rate_hz)
        if key not in self._samplers:
            model = with_plasticity(
                read_model(plan.memory), plan.memory_plasticity, MEMORY_PLASTICITY
            )
            if model.assemblies is None:
                raise InputError(f"memory: {plan.memory} is no memory: it has no [assemblies]")
            if taught > model.assemblies.count:
                raise InputError(
                    f"patient.learning: found {taught} patterns; the memory has "
                    f"{model.assemblies.count} assemblies"
                )
            with _naming(plan.memory):
                learning_schedule(model)  # refuses wrong settings before anything is run
                replay_schedule(model)
            self._samplers[key] = memory_sampler(model, taught, replay_rate_hz)
        return PlasticSystem(self._samplers[key], rule)


def _check_axes(plan: Plan, model: Model, patient: Patient) -> None:
    """Refuse what acts along an axis on which the model says nothing."""
    grid = dict(zip(AXES, model.sampling.grid, strict=True))
    for name, axis in targets().items():
        if patient.effects.on[name].dosings and grid[axis.name] == (axis.resting,):
            raise InputError(
                f"treatment: something acts on '{name}', but {plan.model} samples it at rest "
                f"alone: give its [sampling] a grid {axis.key}"
            )


def _rule(plan: Plan, tissue: str, name: str) -> MaintenanceRule:
    try:
        return maintenance_rule(name)
    except InputError as error:
        raise InputError(f"{plan.hypothesis}: maintenance.{tissue}: {error}") from None


def _protocols(
    plan: Plan, dorsal_horn: PlasticSystem, memory: PlasticSystem | None
) -> dict[str, Protocol]:
    protocols = {}
    for name, assay in ASSAYS.items():
        system, path = (
            (dorsal_horn, plan.model) if assay.system == "dorsal_horn" else (memory, plan.memory)
        )
        if system is None:
            continue
        with _naming(path):
            protocol_of(name, system.model, {})
        protocols[name] = protocol_of(name, system.model, plan.assay.get(name, {}))
    return protocols


@contextmanager
def _naming(path: Path | None) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
