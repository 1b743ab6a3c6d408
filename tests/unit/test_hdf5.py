"""``result.h5``: what is written comes back, others can read it, damage is told plainly."""

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray
from results_fixture import same, toy_result

from resetsim.errors import InputError
from resetsim.records.reading import Reading
from resetsim.records.result import AssayResult, Result
from resetsim.store import hdf5
from resetsim.store.hdf5 import read_result, write_result


@pytest.fixture(scope="module")
def result() -> Result:
    return toy_result()


@pytest.fixture(scope="module")
def path(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("result") / "made" / "result.h5"
    write_result(result, path)
    return path


def test_everything_comes_back(result: Result, path: Path) -> None:
    assert same(read_result(path), result)


def test_arms_keep_their_order(result: Result, tmp_path: Path) -> None:
    turned = replace(result, arms=result.arms[::-1])
    write_result(turned, tmp_path / "result.h5")
    assert same(read_result(tmp_path / "result.h5"), turned)


def test_a_result_without_anything_comes_back(tmp_path: Path) -> None:
    bare = Result("bare", "Why?", "none", {}, {}, {}, (), (), (), ())
    write_result(bare, tmp_path / "result.h5")
    assert same(read_result(tmp_path / "result.h5"), bare)


def test_an_arm_without_treatment_memory_and_assays_comes_back(tmp_path: Path) -> None:
    whole = toy_result()
    arm = replace(
        whole.arms[0], dosing_d=np.empty((0, 2)), memory=None, assays=(), direct=(), settings={}
    )
    bare = replace(whole, arms=(arm,))
    write_result(bare, tmp_path / "result.h5")
    assert same(read_result(tmp_path / "result.h5"), bare)


def test_readings_keep_which_columns_they_have(tmp_path: Path) -> None:
    readings = tuple(
        Reading("wdr", "c_spikes", 1.5, "spikes", float("nan"), 10, 1.0, "stimulus", columns)
        for columns in ({}, {"frequency_hz": 0.5}, {"frequency_hz": 2.0, "nmda_fraction": 0.3})
    )
    no_spike = {"volleys/wdr": np.empty(0, np.int32)}
    assay = AssayResult("windup", 3.0, readings, 1e-4, no_spike, no_spike)
    whole = toy_result()
    wanted = replace(whole, arms=(replace(whole.arms[0], assays=(assay,)),))
    write_result(wanted, tmp_path / "result.h5")
    (found,) = read_result(tmp_path / "result.h5").arms[0].assays
    assert [reading.columns for reading in found.readings] == [
        reading.columns for reading in readings
    ]
    assert np.isnan(found.readings[0].standard_error)
    assert same(found.spike_index, assay.spike_index)


def test_long_texts_and_parameters_come_back(result: Result, tmp_path: Path) -> None:
    # An attribute stored in place holds at most 64 kB.
    long = replace(
        result,
        texts={"models/µ.toml": "# é\n" * 50_000},
        parameters={f"a.b{number}": "1 nS" for number in range(10_000)},
    )
    write_result(long, tmp_path / "result.h5")
    assert same(read_result(tmp_path / "result.h5"), long)


def test_xarray_opens_an_arm_without_our_code(result: Result, path: Path) -> None:
    for arm in result.arms:
        with xarray.open_dataset(path, group=f"arms/{arm.name}", engine="h5netcdf") as found:
            assert found.pain.dims == ("time",)
            assert found.time.attrs["units"] == "d"
            assert found.input_rate.attrs["units"] == "Hz"
            assert found.late.dims == ("time", "slow_unit")
            at_day_61 = np.interp(61, arm.pain_system.time_d, arm.pain.pain)
            assert found.pain.interp(time=61).item() == pytest.approx(at_day_61)
            assert found.memory_late.shape == arm.memory.late.shape


def test_xarray_opens_the_whole_file_as_a_tree(path: Path) -> None:
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        first = tree["readings"].to_dataset().query(reading="assay == 0 and quantity == 'c_spikes'")
        assert first.value.sizes == {"reading": 16}
        assert tree["assays"]["name"].values[0] == "windup"
        spikes = tree[f"spikes/{tree['assays'].spikes.values[0]:04d}"]
        assert set(spikes.source.values) == {"volleys/c_fibre", "volleys/wdr"}


def test_xarray_opens_the_arms_at_once(result: Result, path: Path) -> None:
    with xarray.open_dataset(path, engine="h5netcdf") as arms:
        assert list(arms.arm.values) == [arm.name for arm in result.arms]
        assert {"treatment.duration", "patient.injury.residual_rate"} <= set(arms.coords)
        assert arms["treatment.duration"].attrs["units"] == "h"
        strong = arms.where(arms["patient.injury.residual_rate"] == 1.4, drop=True)
        short = strong.where(strong["treatment.duration"] < 24, drop=True)
        assert short.outcome.values.tolist() == ["relapsed"]
        assert short.pain_before.item() == result.arms[1].summary["pain_before"]


def test_spikes_that_arms_share_are_there_once_in_seconds(result: Result, tmp_path: Path) -> None:
    first = result.arms[0]
    twin = replace(result.arms[1], assays=first.assays)
    write_result(replace(result, arms=(first, twin)), tmp_path / "result.h5")
    with h5py.File(tmp_path / "result.h5") as file:
        assert len(file["spikes"]) == len([assay for assay in first.assays if assay.spike_step])
    with xarray.open_dataset(
        tmp_path / "result.h5", group="spikes/0000", engine="h5netcdf"
    ) as spikes:
        inside = spikes.spike_source == spikes.source.values.tolist().index("volleys/wdr")
        expected = first.assays[0].spike_step["volleys/wdr"] * first.assays[0].time_step_s
        assert spikes.spike_time.values[inside] == pytest.approx(expected)


def test_root_explains_itself_and_keeps_mappings_small(path: Path) -> None:
    with h5py.File(path) as file:
        assert file.attrs["format_version"] == hdf5.FORMAT_VERSION
        assert file.attrs["file: toy.toml"] == 'question = "Does it?"\n'
        assert (
            '"dorsal_horn.plasticity.late_decay": "4 day (estimated)"' in file.attrs["parameters"]
        )
        assert '"resetsim": "0.1.0"' in file.attrs["provenance"]
        groups = {name for name, each in file.items() if isinstance(each, h5py.Group)}
        assert groups == {"arms", "assays", "readings", "spikes"} | {
            "drift_curves",
            "thresholds",
            "drift_quality",
        }
        arm = file["arms/duration=4 h, residual_rate=1.4 Hz"]
        assert arm["pain"].compression == "gzip"


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_truncated_file_is_refused(path: Path, tmp_path: Path, share: float) -> None:
    whole = path.read_bytes()
    cut = tmp_path / "cut.h5"
    cut.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match=r"cut\.h5: .*damaged.*run the experiment again"):
        read_result(cut)


def test_a_file_that_lacks_a_part_is_refused(path: Path, tmp_path: Path) -> None:
    lacking = tmp_path / "lacking.h5"
    lacking.write_bytes(path.read_bytes())
    with h5py.File(lacking, "a") as file:
        del file["arms/duration=4 h, residual_rate=1.4 Hz/pain"]
    with pytest.raises(InputError, match=r"lacking\.h5: .*damaged"):
        read_result(lacking)


def test_another_hdf5_file_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(InputError, match=r"other\.h5: an HDF5 file, but not a result of resetsim"):
        read_result(tmp_path / "other.h5")


@pytest.mark.parametrize(
    ("version", "message"), [(3, r"earlier.*format 3.*run .* again"), (99, "format 99.*update")]
)
def test_another_format_is_refused(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int, message: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(hdf5, "FORMAT_VERSION", version)
        write_result(result, tmp_path / "other.h5")
    with pytest.raises(InputError, match=rf"other\.h5: .*{message}"):
        read_result(tmp_path / "other.h5")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.h5: no such file"):
        read_result(tmp_path / "gone.h5")
    with pytest.raises(InputError, match=r"a folder, but a file is needed.*result\.h5"):
        read_result(tmp_path)


def test_a_failed_write_leaves_the_earlier_file(result: Result, tmp_path: Path) -> None:
    path = tmp_path / "result.h5"
    write_result(result, path)
    unwritable = replace(result, parameters={"a": object()})
    with pytest.raises(TypeError):
        write_result(unwritable, path)
    assert [file.name for file in tmp_path.iterdir()] == ["result.h5"]
    assert same(read_result(path), result)
