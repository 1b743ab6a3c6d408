"""Folders of running binaries: removed with them, or by the next run; nobody else's ever."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from resetsim.spiking.scratch import remove_abandoned, scratch_folder

HOLD = """
import sys, time
from pathlib import Path
from resetsim.spiking.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "_array_x").write_text("half")
    (folder / "argument_y").write_text("half")
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    """A process in the midst of a run; its folder."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        folder = tmp_path / process.stdout.readline().strip()
        yield process, folder
        process.kill()


def killed(holder):
    process, folder = holder
    process.send_signal(signal.SIGKILL)
    process.wait()
    return folder


def test_a_folder_is_gone_after_its_run(tmp_path):
    with scratch_folder(tmp_path) as folder:
        (folder / "_array_x").write_text("whole")
        assert folder.parent == tmp_path
    assert not list(tmp_path.iterdir())


def test_what_a_killed_run_left_is_removed(tmp_path, holder):
    folder = killed(holder)
    assert (folder / "_array_x").exists()
    remove_abandoned(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_running_process_keeps_its_folder(tmp_path, holder):
    _, folder = holder
    before = sorted(each.name for each in folder.iterdir())
    remove_abandoned(tmp_path)
    assert sorted(each.name for each in folder.iterdir()) == before


def test_a_strangers_file_in_it_stays(tmp_path, holder):
    folder = killed(holder)
    (folder / "notes.txt").write_text("mine")
    remove_abandoned(tmp_path)
    assert [each.name for each in folder.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("kind", ["folder", "file", "link", "pipe", "copy"])
def test_a_strangers_folder_stays_whatever_its_name_and_age(tmp_path, holder, kind):
    ours = killed(holder)
    foreign = tmp_path / "resetsim-foreign"
    if kind == "folder":
        foreign.mkdir()
        (foreign / "_array_x").write_text("mine")
        (foreign / "written_by_resetsim").write_text("")
    elif kind == "file":
        foreign.write_text("mine")
    elif kind == "link":
        target = tmp_path / "elsewhere"
        shutil.copytree(ours, target)
        foreign.symlink_to(target)
    elif kind == "pipe":
        foreign.mkdir()
        os.mkfifo(foreign / "written_by_resetsim")
    else:
        shutil.copytree(ours, foreign)
    if kind != "link":
        os.utime(foreign, (0, 0))
    before = sorted(foreign.rglob("*"))
    remove_abandoned(tmp_path)
    assert not ours.exists()
    assert foreign.exists()
    assert sorted(foreign.rglob("*")) == before
