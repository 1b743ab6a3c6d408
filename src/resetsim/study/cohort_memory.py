"""The memories of a cohort: sessions under each patient's blockade, then the slow clock.

A session, at some shares of NMDA conductance left, and recall are simulated once for all patients.
So what differs between them is when they learned, what acted on the memory then and since, and the
constants of its persistence. Sessions are simulated as if there were no others: in the shipped
memory what is there already changes the early phase they leave by at most 0.001.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resetsim import __version__
from resetsim.declare.axes import NMDA, Point
from resetsim.declare.drawable import MEMORY_PLASTICITY, learned_at
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.patient import Learning
from resetsim.patients.many import Given, ManyPatients
from resetsim.patients.many_driven import memory_driven
from resetsim.patients.many_effects import effects_of_many
from resetsim.patients.periphery import days
from resetsim.progress import Progress
from resetsim.protocols import learning as learning_code
from resetsim.protocols import recall as recall_code
from resetsim.protocols.assay import Condition
from resetsim.protocols.learning import Session, learned_early, learning_task
from resetsim.protocols.registry import ASSAYS
from resetsim.slow.batch import Batch
from resetsim.slow.clock import integrate_batch
from resetsim.slow.given import GivenTables
from resetsim.slow.system import SlowSystem
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit, Task
from resetsim.streams import seed_for
from resetsim.study.arm import PreparedArm
from resetsim.tissue.assemblies import assemblies_of
from resetsim.tissue.plasticity.dynamics import constants_of, efficacy_of, late_of
from resetsim.tissue.units import si

Array = NDArray[np.float64]

_MORE_OFTEN = 5  # cues than in an assay: one curve stands for all patients
_FREE = np.linspace(0, 1, 21)  # shares of NMDA conductance left at which a session is simulated
_CODE = (learning_code, recall_code)  # what reads the simulations


@dataclass(frozen=True, eq=False)
class CohortMemory:
    """What all patients of an arm learn in one session.

    Attributes
    ----------
    system
        A learned assembly with its drift.
    session
        Its place among all, from 0.
    learned_d
        When the typical patient learns, in days.
    key
        Of what follows, wherever it was simulated.
    early
        Early phase of each pattern just after the session, at rising shares of NMDA conductance
        left from none to all; shape (shares, patterns).
    efficacy, recall
        The recall curve: recall without a drug, mean over patterns, by the efficacy of all of them;
        each of shape (nodes,).
    """

    system: SlowSystem
    session: int
    learned_d: float
    key: str
    early: Array
    efficacy: Array
    recall: Array

    def learned(self, free: Array) -> Array:
        """Return early phases just after the session, at shares of NMDA conductance left.

        Linear between those simulated; of shape (P, patterns).
        """
        return np.stack([np.interp(free, _FREE, each) for each in self.early.T], axis=1)

    def recalled(self, efficacy: Array) -> Array:
        """Return recall at some efficacies, in proportion between the nodes of its curve."""
        return np.asarray(np.interp(efficacy, self.efficacy, self.recall))


def cohort_memories(
    arm: PreparedArm, table: DriftTable, engine: Engine, progress: Progress
) -> tuple[CohortMemory, ...]:
    """Simulate what patients of an arm learn, and how well efficacies are recalled.

    Parameters
    ----------
    arm
        Of an experiment.
    table
        Drift of its memory.
    engine, progress
        What runs the simulations, and is told of them.

    Returns
    -------
    tuple of CohortMemory
        One for each session; none for patients without a memory.
    """
    if arm.memory is None:
        return ()
    circuit, seed = arm.memory.circuit, arm.plan.seed
    system = (arm.replayed or arm.memory).with_table(table)
    protocol = tuple(arm.protocols["recall"].items())
    found, known = [], 0
    for number, learning in enumerate(arm.patient.learnings):
        session = _session(circuit, learning, known)
        # Mypy takes instances of protocols for unhashable.
        simulated = _simulated(circuit, session, protocol, seed, engine, progress)  # type: ignore[arg-type]
        found.append(CohortMemory(system, number, days(learning.at), *simulated))
        known += learning.patterns
    return tuple(found)


def _session(circuit: Circuit, learning: Learning, known: int) -> Session:
    naive = (0.0,) * (assemblies_of(circuit.model).count + 1)
    duration_s = None if learning.duration is None else si(learning.duration)
    patterns = range(known, known + learning.patterns)
    return Session(patterns, naive, naive, duration_s=duration_s)


@lru_cache  # arms share it
def _simulated(
    circuit: Circuit,
    session: Session,
    settings: tuple[tuple[str, float], ...],
    seed: int,
    engine: Engine,
    progress: Progress,
) -> tuple[str, Array, Array, Array]:
    """Return what is simulated of a memory besides its drift, see :class:`CohortMemory`."""
    model, assay, protocol = circuit.model, ASSAYS["recall"], dict(settings)
    protocol["repetitions"] *= _MORE_OFTEN
    taught = slice(session.patterns.start, session.patterns.stop)
    sampled = np.array(model.sampling.efficacies)
    efficacy = np.unique(np.concatenate([sampled, (sampled[1:] + sampled[:-1]) / 2]))
    conditions = []
    for late in late_of(efficacy, constants_of(model.plasticity)):
        phases = np.zeros(assemblies_of(model).count + 1)
        phases[taught] = late
        conditions.append(Condition(np.zeros(len(phases)), phases))
    sessions = [replace(session, acting=Point(nmda_free=free)) for free in _FREE.round(2)]
    learning_seed = seed_for("learning", seed, taught.start)
    lessons = [learning_task(circuit, each, learning_seed) for each in sessions]
    curve_seed = seed_for("assay", seed, "recall", "curve")
    groups = [assay.tasks(circuit, each, protocol, curve_seed) for each in conditions]
    tasks = [*lessons, *(task for group in groups for task in group)]
    key = _key_anywhere(tasks, protocol)
    if isinstance(engine, GivenTables):
        given = engine.memory(key)
        return key, given["early"], given["efficacy"], given["recall"]
    recordings = iter(engine.run(tasks, progress))
    early = np.array([learned_early(model, next(recordings))[taught] for _ in lessons])
    recall = []
    for condition, group in zip(conditions, groups, strict=True):
        readings = assay.read(model, condition, protocol, [next(recordings) for _ in group])
        recall.append(np.mean([each.value for each in readings[taught]]))
    return key, early, efficacy, np.array(recall)


def _key_anywhere(tasks: Sequence[Task], protocol: Mapping[str, float]) -> str:
    """Return a hash of what determines it, but for the machine."""
    digest = sha256(f"{__version__} {sorted(protocol.items())}".encode())
    for module in _CODE:
        digest.update(Path(str(module.__file__)).read_bytes())
    for task in tasks:
        digest.update(task.key("").encode())
    return digest.hexdigest()[:24]


def remembered(
    memory: CohortMemory,
    patients: ManyPatients,
    treatments: Sequence[Given],
    action: DrugAction,
    moments_d: Sequence[float],
    tolerance: float,
) -> tuple[Array, Array]:
    """Return what patients remember of a session at some moments.

    Parameters
    ----------
    memory
        Of that session.
    patients
        Who they are.
    treatments
        All that they are given.
    action
        Of blockers of NMDA receptors.
    moments_d
        Rising, in days; by the last one all have learned.
    tolerance
        Of each step of the slow clock.

    Returns
    -------
    array, array
        Efficacy and recall at these moments and a day after learning, each the mean over patterns,
        not a number before it was learned and where a course could not be integrated; shape
        (P, moments + 1).
    """
    count, patterns = patients.count, memory.early.shape[1]
    learned_d = patients.drawn.get(learned_at(memory.session), np.full(count, memory.learned_d))
    day_after_d = np.minimum(learned_d + 1, moments_d[-1])
    wanted = np.column_stack([*(np.full(count, each) for each in moments_d), day_after_d])
    moments = np.sort(np.column_stack([learned_d, np.maximum(wanted, learned_d[:, None])]), axis=1)
    effects = effects_of_many(patients, treatments, action)
    free = effects.left_in_all(NMDA, learned_d[:, None])[:, 0]
    start = np.repeat(memory.system.naive(patterns)[None], count, axis=0)
    start[..., memory.system.equations.states.index("early")] = memory.learned(free)
    own = f"{MEMORY_PLASTICITY}."
    constants = {
        key.removeprefix(own): value for key, value in patients.drawn.items() if key.startswith(own)
    }
    segments = memory_driven(patients, effects)
    batch = Batch(segments, moments, start, np.ones((count, patterns)), constants)
    states = integrate_batch(memory.system, batch, tolerance).states
    early, late = (
        states[..., memory.system.equations.states.index(name)] for name in ("early", "late")
    )
    efficacy = efficacy_of(memory.system.constants)(early, late)
    both = efficacy.mean(axis=2), memory.recalled(efficacy).mean(axis=2)
    known = wanted >= learned_d[:, None]
    place = (moments[:, None] < wanted[..., None]).sum(axis=2)
    found = [np.where(known, np.take_along_axis(each, place, axis=1), np.nan) for each in both]
    return found[0], found[1]
