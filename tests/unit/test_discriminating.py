"""What tells hypotheses apart: effect sizes by hand, readings of toy arms, arms that are drawn."""

from dataclasses import replace

import numpy as np
import pytest
from results_fixture import toy_result

from resetsim.declare.experiment import read_experiment
from resetsim.evidence.discriminating import (
    EXPERIMENTS,
    PAIN_SD,
    discriminate,
    effect_size,
    intervention_end_d,
    readings,
)
from resetsim.views.discriminating import _SHOWN


def test_cohens_d_of_pain_counts_standard_deviations_between_patients():
    assert pytest.approx(2.793, abs=1e-3) == PAIN_SD  # 0.51 times the root of 30
    assert effect_size("arm: pain 7 d after", 6.0, 6.0 - 2 * PAIN_SD) == pytest.approx(2.0)


def test_cohens_h_of_recall():
    # Cohen 1988: h of 0.75 and 0.25 is pi/3, of all and none pi.
    assert effect_size("arm: recall 7 d after", 0.75, 0.25) == pytest.approx(np.pi / 3)
    assert effect_size("arm: recall 7 d after", 0.0, 1.0) == pytest.approx(np.pi)
    assert effect_size("arm: recall 7 d after", 0.4, 0.4) == 0.0


def test_readings_begin_after_the_intervention():
    arm = toy_result(durations=("5 day",)).arms[0]
    assert intervention_end_d(arm) == arm.dosing_d[-1, 1]
    found = readings([arm])
    later = arm.dosing_d[-1, 1] + 30
    pain = float(np.interp(later, arm.pain_system.time_d, arm.pain.pain))
    assert next(value for name, value in found.items() if "pain 30 d" in name) == pain


def test_the_pair_is_told_apart_where_it_differs_most():
    arm = toy_result(durations=("5 day",)).arms[0]
    worse = replace(arm, pain=replace(arm.pain, pain=arm.pain.pain + PAIN_SD))
    alike = {("alike", "a"): [arm], ("alike", "b"): [arm]}
    (found,) = discriminate(alike | {("apart", "a"): [arm], ("apart", "b"): [worse]})
    assert (found.first, found.second, found.experiment) == ("a", "b", "apart")
    assert "pain" in found.reading
    assert found.effect_size == pytest.approx(1.0)


@pytest.mark.parametrize("name", _SHOWN)
def test_arms_that_are_drawn_exist(name):
    assert name in EXPERIMENTS
    assert _SHOWN[name][1] in [arm.name for arm in read_experiment(name).arms]
