"""Arms on disk: the same as in memory, gone with the run, and plain when there is no room."""

import os
import pickle
import resource
from dataclasses import fields, replace
from pathlib import Path

import pytest
from results_fixture import same, toy_result

from resetsim.records.result import ArmResult, AssayResult
from resetsim.store.hdf5 import write_result
from resetsim.store.kept_arms import kept_on_disk
from resetsim.store.spool import Spool


def as_in_memory(arm: ArmResult) -> ArmResult:
    found = ArmResult(**{each.name: getattr(arm, each.name) for each in fields(ArmResult)})
    return replace(found, assays=tuple(map(_with_spikes, found.assays)))


def _with_spikes(assay: AssayResult) -> AssayResult:
    return replace(assay, spike_index=dict(assay.spike_index), spike_step=dict(assay.spike_step))


def test_arms_come_back_and_leave_no_file(tmp_path: Path) -> None:
    wanted = toy_result().arms
    with kept_on_disk(tmp_path) as keep:
        arms = keep(iter(wanted))
        assert all(same(as_in_memory(arm), each) for arm, each in zip(arms, wanted, strict=True))
        assert not list(tmp_path.iterdir())


def test_a_result_is_written_to_the_same_bytes(tmp_path: Path) -> None:
    result = toy_result()
    write_result(result, tmp_path / "memory.h5")
    with kept_on_disk(tmp_path) as keep:
        write_result(replace(result, arms=keep(result.arms)), tmp_path / "disk.h5")
    assert (tmp_path / "disk.h5").read_bytes() == (tmp_path / "memory.h5").read_bytes()


def test_an_arm_in_memory_does_not_grow_with_its_arrays(tmp_path: Path) -> None:
    with kept_on_disk(tmp_path) as keep:
        (arm, *_) = keep(toy_result().arms)
        held = {name for name in vars(arm) if not name.startswith("_")}
    of_units = {"multiplier", "share_active"}
    assert held == {"name", "settings", "summary", "dosing_d", "learned_d"} | of_units
    with pytest.raises(AttributeError, match="nonsense"):
        arm.nonsense  # noqa: B018


def test_equal_parts_are_there_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    assert spool.put([1, 2]) == spool.put([1, 2]) != spool.put([1, 3])
    assert spool.get(spool.put([1, 3])) == [1, 3]
    spool.close()


def test_another_process_reads_what_was_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    place = spool.put("kept")
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, pickle.dumps(spool.get(place)))
        os._exit(0)
    os.waitpid(child, 0)
    assert pickle.loads(os.read(reading, 100)) == "kept"
    spool.close()
    os.close(reading)
    os.close(writing)


def test_without_room_the_error_names_the_folder(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="File too large") as found:
            spool.put(bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        spool.close()
    assert found.value.filename == str(tmp_path)
