"""What a binary writes is whole or refused. A script that copies files stands for the binary."""

import shutil
from collections import namedtuple

import numpy as np
import pytest

from resetsim.spiking import scratch, standalone
from resetsim.spiking.builds import Build
from resetsim.spiking.checked_arrays import WRITING_FAILED
from resetsim.spiking.errors import SimulationError
from resetsim.spiking.task import Task

TASK = Task(
    None, {"cell.rate": np.arange(3.0)}, 2.0, 1, spikes=("cell",), arrays=("cell.v", "course.v")
)
ARRAYS = {
    "defaultclock.t": ("_array_t", "<f8", None, 1),
    "spikes_cell.N": ("_array_n", "<i4", None, 1),
    "spikes_cell.i": ("_dynamic_array_i", "<i4", "spikes_cell.N", 1),
    "spikes_cell.t": ("_dynamic_array_t", "<f8", "spikes_cell.N", 1),
    "cell.v": ("_array_v", "<f8", None, 4),
    "course.N": ("_array_rows", "<i4", None, 1),
    "course.v": ("_dynamic_array_v", "<f8", "course.N", 2),
}
VALUES = {
    "defaultclock.t": [2.0],
    "spikes_cell.N": [3],
    "spikes_cell.i": [0, 4, 1],
    "spikes_cell.t": [0.25, 0.5, 1.0],
    "cell.v": [1.0, 2.0, 3.0, 4.0],
    "course.N": [3],
    "course.v": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
}


@pytest.fixture
def roots(tmp_path, monkeypatch):
    found = tmp_path / "memory", tmp_path / "disk"
    for root in found:
        root.mkdir()
    monkeypatch.setattr(scratch, "_roots", lambda: found)
    return found


@pytest.fixture
def build(tmp_path):
    folder = tmp_path / "build"
    (folder / "written").mkdir(parents=True)
    for name, values in VALUES.items():
        file, dtype, *_ = ARRAYS[name]
        np.array(values, dtype=dtype).tofile(folder / "written" / file)
    program(folder, "")
    return Build(folder, ARRAYS)


def program(folder, lines):
    (folder / "main").write_text(f'#!/bin/sh\n{lines}\ncp written/* "$2"\n')
    (folder / "main").chmod(0o755)


def one_line(error):
    return "\n" not in str(error.value)


@pytest.mark.usefixtures("roots")
def test_what_was_written_is_read(build):
    recording = standalone.run(build, TASK)
    assert recording.spike_index["cell"].tolist() == VALUES["spikes_cell.i"]
    assert recording.spike_time_s["cell"].tolist() == VALUES["spikes_cell.t"]
    assert recording.arrays["cell.v"].tolist() == VALUES["cell.v"]
    assert recording.arrays["course.v"].tolist() == VALUES["course.v"]


@pytest.mark.usefixtures("roots")
@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("keep", [0, 0.5, -1])
def test_a_short_array_is_refused(build, name, keep):
    file = build.folder / "written" / ARRAYS[name][0]
    content = file.read_bytes()
    file.write_bytes(content[: int(keep * len(content)) if keep >= 0 else keep])
    with pytest.raises(SimulationError, match="wrote") as error:
        standalone.run(build, TASK)
    assert one_line(error)


@pytest.mark.usefixtures("roots")
def test_equally_short_spikes_are_refused(build):
    for name in ("spikes_cell.i", "spikes_cell.t"):
        file, dtype, *_ = ARRAYS[name]
        np.array(VALUES[name][:2], dtype=dtype).tofile(build.folder / "written" / file)
    with pytest.raises(SimulationError, match=r"2 of 3 numbers of spikes_cell\.i"):
        standalone.run(build, TASK)


@pytest.mark.parametrize("full", ["memory", "disk"])
def test_a_full_folder_is_replaced_by_the_other(build, roots, full):
    failing = f'case "$2" in */{full}/*) echo "_array_v: full" >&2; exit {WRITING_FAILED};; esac'
    program(build.folder, failing)
    assert standalone.run(build, TASK).arrays["cell.v"].tolist() == VALUES["cell.v"]
    assert not [left for root in roots for left in root.iterdir()]


def test_no_room_anywhere_is_one_line_that_names_the_folders(build, roots):
    program(build.folder, f'echo "$2_array_v: No space left" >&2; exit {WRITING_FAILED}')
    with pytest.raises(SimulationError) as error:
        standalone.run(build, TASK)
    assert one_line(error)
    for words in (*map(str, roots), "_array_v: No space left", "TMPDIR"):
        assert words in str(error.value)
    assert not [left for root in roots for left in root.iterdir()]


def test_an_argument_that_cannot_be_written_is_noticed(build, roots, monkeypatch):
    write = type(roots[0]).write_bytes

    def full(file, content):
        if "argument_" in file.name and "memory" in str(file):
            raise OSError(28, "No space left on device")
        return write(file, content)

    monkeypatch.setattr(type(roots[0]), "write_bytes", full)
    assert standalone.run(build, TASK).spike_index["cell"].tolist() == [0, 4, 1]
    shutil.rmtree(roots[1])
    with pytest.raises(SimulationError, match="No space left on device"):
        standalone.run(build, TASK)


@pytest.mark.usefixtures("roots")
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("echo Error opening static array", "Error opening static array"),
        ("echo Error reading argument >&2", "Error reading argument"),
        ("exit 3", "exit status 3"),
        ("kill -KILL $$", "memory"),
        ("kill -SEGV $$", "SIGSEGV"),
    ],
)
def test_whatever_a_binary_says_is_an_error(build, lines, said):
    program(build.folder, lines)
    with pytest.raises(SimulationError, match=said) as error:
        standalone.run(build, TASK)
    assert one_line(error)


@pytest.mark.usefixtures("roots")
def test_a_binary_that_is_gone_is_one_line(build):
    shutil.rmtree(build.folder)
    with pytest.raises(SimulationError, match="cannot be started") as error:
        standalone.run(build, TASK)
    assert one_line(error)


def test_a_folder_without_room_comes_last(roots, monkeypatch):
    free = {str(roots[0]): 20 * 2**20, str(roots[1]): 2**40}
    usage = namedtuple("Usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda root: usage(free[str(root)]))
    assert scratch.scratch_roots(1) == [roots[0], roots[1]]
    assert scratch.scratch_roots(8) == [roots[1], roots[0]]
