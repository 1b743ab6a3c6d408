"""The slow course of a memory: sessions, consolidation and replay, on drift that is known."""

import numpy as np
import pytest
from known_drift import share_table
from scipy.integrate import solve_ivp

from resetsim.body.dosing import Dosing
from resetsim.declare.files import find_file
from resetsim.declare.hypothesis import DrugAction
from resetsim.declare.model import read_model
from resetsim.declare.patient import Learning
from resetsim.declare.quantities import units
from resetsim.patients.patient import Patient
from resetsim.patients.periphery import InputCourse
from resetsim.slow.system import SlowSystem
from resetsim.study.memory_course import MemorySystems, memory_course
from resetsim.tissue.plasticity.dynamics import constants_of
from resetsim.tissue.plasticity.maintenance import RULES

MODEL = read_model(find_file("memory", "model"))
CONSTANTS = constants_of(MODEL.plasticity)
EARLY = 0.7  # after a session
NOTHING = 1e-9  # the smooth thresholds have tails
FIRST, SECOND, END = -10.0, 5.0, 40.0
NO_INPUT = InputCourse(float("inf"), 0.0, 0.0, 1.0)
SESSIONS = (
    Learning(at=units.Quantity(FIRST, "day"), patterns=2),
    Learning(at=units.Quantity(SECOND, "day"), duration=units.Quantity(3.2, "s")),
)


class Teacher:
    """Gives the assemblies of a session their early phase, and notes what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, known, session, early, late):
        self.asked.append((known, session, early.copy(), late.copy()))
        after = early.copy()
        after[known : known + session.patterns] = EARLY
        return after


def system(share, rule):
    return SlowSystem(share_table(lambda _: share), RULES[rule], CONSTANTS)


def course(teacher=None, rule="self-sustaining", replay=0.0, dosings=(), moments=()):
    patient = Patient(NO_INPUT, dosings, DrugAction(), 0.0, END, 0.0, learnings=SESSIONS)
    systems = MemorySystems(learned=system(replay, rule), others=system(0.0, rule))
    return memory_course(systems, MODEL, patient, teacher or Teacher(), list(moments))


def test_an_assembly_is_naive_before_its_session_and_without_one():
    found = course()
    before = found.time_d < SECOND
    for phase in (found.early, found.late):
        assert phase[before, 2].max() < NOTHING
        assert phase[:, 3:].max() < NOTHING
    assert found.efficacy[before, 2] == pytest.approx(1)
    assert found.efficacy[found.time_d == SECOND, 2] == pytest.approx([1 + 0.5 * EARLY])


def test_each_session_teaches_the_next_patterns():
    teacher = Teacher()
    course(teacher)
    assert [(known, session) for known, session, *_ in teacher.asked] == [
        (0, SESSIONS[0]),
        (2, SESSIONS[1]),
    ]
    (_, _, naive, _), (_, _, early, late) = teacher.asked
    assert not naive.any()
    # What was learned before is consolidated by then, and its early phase gone.
    assert early[:2] == pytest.approx([0, 0], abs=1e-5)
    assert late[:2] == pytest.approx([1, 1], abs=1e-3)
    assert late[2:].max() < NOTHING


def test_what_is_learned_is_consolidated_within_hours_as_by_hand():
    # The equations written out once more, with the constants of the model.
    def change(_, state):
        early, late, protein = state
        synthesis = 1 / (1 + np.exp((0.4 - early) / 0.02))
        tagged = 1 / (1 + np.exp((0.45 - early) / 0.02))
        kept = 10 / 24 * late * (late - 0.5) * (1 - late)
        return [-early, 6 * protein * (1 - late) * tagged + kept, (synthesis - protein) / 0.5]

    hours = np.array([0.5, 1.0, 3.0, 24.0])
    by_hand = solve_ivp(change, (0, 24), [EARLY, 0, 0], "Radau", hours, rtol=1e-9, atol=1e-9).y[1]
    assert by_hand[-1] > 0.95
    found = course(moments=SECOND + hours / 24)
    for unit, session in ((0, FIRST), (2, SECOND)):
        late = np.interp(session + hours / 24, found.time_d, found.late[:, unit])
        assert late == pytest.approx(by_hand, abs=0.01)
    assert found.late[-1, :3] == pytest.approx([1, 1, 1], abs=1e-3)


def test_replay_reaches_what_has_been_learned_alone_and_stops_under_blockade():
    block = (Dosing(20.0, 25.0, fixed_effect=1.0),)
    found = course(rule="input-dependent", replay=1e-2, dosings=block, moments=[19.0, 24.0, 30.0])
    at = {day: found.early[found.time_d == day][0] for day in (4.0, 19.0, 24.0, 30.0)}
    gain = 0.25 * 1e-2
    held = gain / (gain + 1 / 3600)
    assert at[4.0][:3] == pytest.approx([held, held, 0], abs=1e-4)
    assert at[19.0][:3] == pytest.approx([held] * 3, abs=1e-4)
    assert at[24.0][:3] == pytest.approx([0] * 3, abs=1e-4)
    assert at[30.0][:3] == pytest.approx([held] * 3, abs=1e-4)
    assert found.early[:, 3:].max() < NOTHING


def test_without_replay_an_input_dependent_memory_decays():
    found = course(rule="input-dependent")
    later, last = np.interp([15.0, 30.0], found.time_d, found.late[:, 2])
    assert last / later == pytest.approx(np.exp(-15 / 3), rel=0.01)


def test_a_moment_before_the_first_session_shows_nothing_learned():
    found = course(moments=[FIRST - 1])
    assert np.interp(FIRST - 1, found.time_d, found.early[:, 0]) == 0
