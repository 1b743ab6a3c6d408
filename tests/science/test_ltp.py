"""LTP at C-fibre synapses: what induces it, what blocks it, how long it lasts."""

import numpy as np
import pytest

from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.progress import Silent
from resetsim.study.courses import all_courses
from resetsim.study.experiment import prepare


@pytest.fixture(scope="module")
def slope(engine):
    """From arm and hours after conditioning to the EPSP slope, in per cent of baseline."""
    courses = {}
    for blocked in ({}, {"blocked.nk1": [1.0]}, {"blocked.voltage_gated_calcium": [1.0]}):
        experiment = with_variations(
            read_experiment("ltp_induction"),
            {"patient.conditioning.protocol": ["hfs", "lfs"], **blocked}
            | ({"treatment.blockade": [0.0]} if blocked else {}),
        )
        arms = prepare(experiment)
        for arm, course in zip(arms, all_courses(arms, engine, Silent()), strict=True):
            settings = arm.arm.settings
            antagonist = next((key for key in blocked), "")
            if settings["treatment.blockade"]:
                antagonist = "nmda"
            courses[settings["patient.conditioning.protocol"], antagonist] = course.pain_system

    def found(protocol, hours, antagonist=""):
        course = courses[protocol, antagonist]
        return 100 * float(np.interp(hours / 24, course.time_d, course.efficacy[:, 0]))

    return found


HOURS = (0.5, 1, 3, 12)


@pytest.mark.parametrize(
    ("protocol", "percent"), [("hfs", (135, 144, 164, 147)), ("lfs", (126, 135, 131, 121))]
)
def test_c_strength_stimulation_potentiates(slope, protocol, percent):
    """By what docs/explanation/tissue.md says, at :data:`HOURS`.

    Published are 150-200 % after HFS and 130-160 % after LFS (P072, W09, from memory): that of HFS
    is too small in the first hour, before capture has added to it, that of LFS after half a day.
    """
    assert slope(protocol, -0.5) == pytest.approx(100, abs=1)
    assert [slope(protocol, hours) for hours in HOURS] == pytest.approx(percent, abs=4)


@pytest.mark.parametrize("protocol", ["hfs", "lfs"])
def test_it_needs_nmda_and_nk1_receptors(slope, protocol):
    for antagonist in ("nmda", "blocked.nk1"):
        assert slope(protocol, 1, antagonist) < 110
        assert slope(protocol, 6, antagonist) < 105


def test_low_frequency_ltp_needs_voltage_gated_calcium_channels(slope):
    with_channels, without = slope("lfs", 6) - 100, slope("lfs", 6, "blocked.voltage_gated_calcium")
    assert without - 100 < 0.5 * with_channels


def test_without_capture_it_is_gone_within_three_hours(slope):
    # W10: the early phase lasts up to three hours.
    # An antagonist of voltage-gated calcium channels leaves an early phase that is not captured.
    assert slope("lfs", 0.1, "blocked.voltage_gated_calcium") > 108
    assert slope("lfs", 3, "blocked.voltage_gated_calcium") < 110


def test_the_early_phase_decays_over_hours_and_the_late_one_takes_over(slope):
    """N16, Hu 2003: 281, 236, 131 % at 60, 145, 270 min without protein synthesis; fitted.

    Its shape: excess relative to that at 60 min, by the published tolerances.
    """

    def excess(hours, protocol, antagonist=""):
        return slope(protocol, hours, antagonist) - 100

    uncaptured = ("lfs", "blocked.voltage_gated_calcium")
    first = excess(1, *uncaptured)
    assert 99 / 181 <= excess(145 / 60, *uncaptured) / first <= 173 / 181
    assert excess(4.5, *uncaptured) / first <= 67 / 181
    assert excess(4.5, "hfs") > 0.9 * excess(1, "hfs")  # with synthesis it is maintained
