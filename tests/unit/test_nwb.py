import pytest
from results_fixture import toy_result

from resetsim.errors import InputError

pynwb = pytest.importorskip("pynwb")


def test_spikes_and_courses_survive_the_export(tmp_path):
    from resetsim.store.nwb import export_nwb

    result = toy_result()
    path = tmp_path / "result.nwb"
    export_nwb(result, path)
    with pynwb.NWBHDF5IO(path, "r") as stream:
        file = stream.read()
        spikes = sum(len(times) for times in file.units["spike_times"][:])
        assert len(file.acquisition) == 4 * len(result.arms)
        assert file.session_description == result.question
    expected = sum(
        len(times)
        for arm in result.arms
        for assay in arm.assays
        for times in assay.spike_time_s.values()
    )
    assert spikes == expected
    with pytest.raises(InputError, match="exists"):
        export_nwb(result, path)
