import subprocess
import sys

import matplotlib.figure
import pytest
from results_fixture import toy_result

import resetsim
from resetsim.declare.quantities import units
from resetsim.errors import InputError
from resetsim.store.hdf5 import write_result


@pytest.fixture
def opened(tmp_path):
    write_result(toy_result(), tmp_path / "result.h5")
    return resetsim.open_result(tmp_path)


def test_a_result_opens_as_tables(opened):
    assert list(opened.summary["arm"]) == [arm.name for arm in opened.record.arms]
    assert opened.summary["pain_before"].notna().all()
    windup = opened.assays.query("assay == 'windup' and quantity == 'c_spikes'")
    assert len(windup) == 16 * 2 * len(opened.record.arms)
    relapsed = opened.outcomes.query("outcome == 'relapsed'")
    assert (relapsed["relapse_day"] > 0).all()
    assert len(relapsed) > 0


def test_courses_carry_units(opened):
    name = opened.record.arms[-1].name
    courses = opened.courses[name]
    assert courses.time.check("[time]")
    assert courses.acting["input_rate"].to("1/s").magnitude[0] == pytest.approx(4.0)
    inside = courses.time > units.Quantity(60, "day")
    assert len(courses.pain[inside]) < len(courses.pain)
    assert courses.plasma.is_compatible_with("umol/L")
    assert courses.memory_efficacy.shape[0] == courses.memory_time.shape[0]


def test_figures_are_those_that_the_files_would_have(opened):
    assert "courses" in opened.figures
    assert isinstance(opened.figure("courses"), matplotlib.figure.Figure)
    with pytest.raises(InputError, match="did you mean 'courses'"):
        opened.figure("course")


def test_repr_says_what_came_out_in_one_line(opened):
    text = repr(opened)
    assert "\n" not in text
    assert f"{len(opened.record.arms)} arms" in text
    assert "relapsed" in text


def test_what_cannot_be_opened_is_said(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        resetsim.open_result(tmp_path / "nothing.h5")
    with pytest.raises(InputError, match="it must be at least 1"):
        resetsim.run("windup", jobs=0)
    with pytest.raises(InputError, match="did you mean 'windup'"):
        resetsim.run("windupp")


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import sys, resetsim; "
        "heavy = {'numpy', 'pandas', 'brian2', 'matplotlib', 'scipy', 'pint', 'h5py'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
