from dataclasses import replace

import numpy as np
import pytest
from results_fixture import toy_result

from resetsim.errors import InputError

pynwb = pytest.importorskip("pynwb")
nwbinspector = pytest.importorskip("nwbinspector")

SEVERE = {"CRITICAL", "PYNWB_VALIDATION", "ERROR"}


def export(result, path):
    from resetsim.store.nwb import export_nwb

    seen = []
    export_nwb(result, path, lambda done, of: seen.append((done, of)))
    return seen


def severe(path):
    found = nwbinspector.inspect_nwbfile(nwbfile_path=path)
    return [each.message for each in found if each.importance.name in SEVERE]


def test_spikes_and_courses_survive_the_export(tmp_path):
    result = toy_result()
    path = tmp_path / "result.nwb"
    seen = export(result, path)
    distinct = {
        (assay.name, assay.day, b"".join(map(np.ndarray.tobytes, assay.spike_step.values())))
        for arm in result.arms
        for assay in arm.assays
    }
    assert seen[-1] == (len(distinct), len(distinct))
    expected = sum(len(np.frombuffer(spikes, np.int32)) for _, _, spikes in distinct)
    with pynwb.NWBHDF5IO(path, "r") as stream:
        file = stream.read()
        assert sum(len(times) for times in file.units["spike_times"][:]) == expected
        assert file.units.resolution == 1e-4
        assert len(file.acquisition) == 4 * len(result.arms)
        assert file.session_description == result.question
        for series in file.acquisition.values():
            assert series.timestamps[0] >= 0
            assert series.description
    assert severe(path) == []


def test_what_arms_share_is_stored_once_and_names_them_all(tmp_path):
    result = toy_result()
    first = result.arms[0]
    twin = replace(result.arms[1], assays=first.assays)
    path = tmp_path / "shared.nwb"
    export(replace(result, arms=(first, twin)), path)
    with pynwb.NWBHDF5IO(path, "r") as stream:
        arms = set(stream.read().units["arm"][:])
    assert arms == {f"{first.name} | {twin.name}"}


def test_a_result_without_assays_is_exported_too(tmp_path):
    result = toy_result(days=())
    path = tmp_path / "courses.nwb"
    export(result, path)
    with pynwb.NWBHDF5IO(path, "r") as stream:
        file = stream.read()
        assert file.units is None
        assert len(file.acquisition) == 4 * len(result.arms)
    assert severe(path) == []


def test_a_file_that_exists_is_not_replaced(tmp_path):
    path = tmp_path / "result.nwb"
    path.write_text("mine")
    with pytest.raises(InputError, match="exists"):
        export(toy_result(), path)
    assert path.read_text() == "mine"
