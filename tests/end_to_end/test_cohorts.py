"""A cohort gives the same files whoever computes it, in whatever parts, however often killed."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cohort_files import datasets, different_files
from conftest import PlaceInside
from formula_command import with_formulas
from known_cohort import SMALL, written

from resetsim.cache import cache_folder

COMMAND = Path(__file__).with_name("formula_command.py")


class CohortPlace(PlaceInside):
    """A folder with a cohort whose drift is a formula; what is to be killed is a process."""

    def __init__(self, folder):
        super().__init__(folder)
        (self.kept / "kernels").symlink_to(cache_folder("kernels"))
        written(folder, SMALL)
        self.experiment = folder / "trial.toml"

    def __call__(self, *arguments, **environment):
        with pytest.MonkeyPatch.context() as patch:
            with_formulas(patch.setattr)
            return super().__call__(*arguments, **environment)

    def begin(self, *arguments, **environment):
        command = self._command((COMMAND, *arguments), environment)
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        return subprocess.Popen(**command, **streams, start_new_session=True)

    def chunks(self):
        return sorted(self.cache.glob("*/cohorts/*/*.chunk"))

    def begun(self, *arguments, chunks=2):
        """Start a run; return once some of its chunks are finished, and others are not."""
        process = self.begin("run", self.experiment, "--out", self.out, *arguments, SLOWLY="0.2")
        deadline = time.monotonic() + 120
        while len(self.chunks()) < chunks and time.monotonic() < deadline:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
        return process

    def shard(self, which, count):
        out = self.folder / f"shard_{which}_of_{count}"
        part = f"{which}/{count}"
        done(self("run", self.experiment, "--out", out, "--jobs", "1", "--shard", part))
        return out


@pytest.fixture
def place(tmp_path):
    return CohortPlace(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The cohort, run in one process."""
    place = CohortPlace(tmp_path_factory.mktemp("whole"))
    done(place.run("--jobs", "1"))
    return place


def run_of(folder):
    """Return the action of a crate, and the names of the files that it has."""
    graph = json.loads((folder / "ro-crate-metadata.json").read_text())["@graph"]
    (run,) = (each for each in graph if each["@type"] == "CreateAction")
    return run, {each["name"] for each in graph if each["@type"] == "File"}


def done(ended):
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    return ended


def processes_of(group):
    """Return the processes of a group that are there: driver and workers."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, after = stat.read_text().rpartition(")")
        except OSError:
            continue
        state, parent, its_group = after.split()[:3]
        if int(its_group) == group and state != "Z":
            found.append((int(stat.parent.name), int(parent)))
    return found


def workers_of(process):
    return [number for number, _ in processes_of(process.pid) if number != process.pid]


def nobody_left(group):
    deadline = time.monotonic() + 20
    while processes_of(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes_of(group)


def test_the_cohort_is_in_its_files(whole):
    found = datasets(whole.out / "result.h5")
    assert found["patient"].shape == (40,)
    assert found["arms/duration=5 day/pain"].shape[0] == 40
    assert not whole.chunks()


@pytest.mark.parametrize("jobs", [2, 3])
def test_processes_change_nothing(whole, place, jobs):
    done(place.run("--jobs", jobs))
    assert not different_files(place.out, whole.out)
    assert not place.chunks()


@pytest.mark.parametrize("count", [2, 3])
def test_shards_together_are_the_whole(whole, place, count):
    folders = [place.shard(which, count) for which in range(count, 0, -1)]
    done(place("merge", *folders, "--out", place.out))
    assert not different_files(place.out, whole.out)
    (merged, files), *parts = map(run_of, (place.out, *folders))
    assert files == {"result.h5", "summary.csv", "outcomes.csv", "report.html"}
    assert merged["description"] == f"resetsim run {place.experiment}"
    assert merged["startTime"] == min(run["startTime"] for run, _ in parts)
    assert merged["endTime"] == max(run["endTime"] for run, _ in parts)


def test_one_shard_of_one_is_the_whole(whole, place):
    assert not different_files(place.shard(1, 1), whole.out)


def test_a_killed_driver_loses_no_finished_chunk(whole, place):
    process = place.begun("--jobs", "2")
    process.kill()
    process.communicate(timeout=60)
    assert nobody_left(process.pid)
    before = {file: file.stat().st_mtime_ns for file in place.chunks()}
    assert len(before) >= 2
    again = place.begun("--jobs", "1", "--resume", chunks=len(before) + 1)
    again.kill()
    again.communicate(timeout=60)
    kept = {file: file.stat().st_mtime_ns for file in place.chunks()}
    assert before.items() <= kept.items()  # none was made twice
    done(place.run("--jobs", "1", "--resume"))
    assert not different_files(place.out, whole.out)
    assert not place.chunks()


def test_a_killed_worker_is_said_in_one_line(whole, place):
    process = place.begun("--jobs", "2")
    os.kill(workers_of(process)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.startswith("Error: WorkerError: a worker process was ended from outside")
    assert said.count("\n") == 1
    assert nobody_left(process.pid)
    assert len(place.chunks()) >= 2
    done(place.run("--jobs", "2", "--resume"))
    assert not different_files(place.out, whole.out)


def test_ctrl_c_ends_driver_and_workers(whole, place):
    process = place.begun("--jobs", "2", chunks=1)
    os.killpg(process.pid, signal.SIGINT)
    sent = time.monotonic()
    _, said = process.communicate(timeout=60)
    print(f"stopped after {time.monotonic() - sent:.2f} s")
    assert process.returncode == 1
    assert said.startswith("Stopped.")
    assert said.count("\n") == 1
    assert nobody_left(process.pid)
    done(place.run("--jobs", "1", "--resume"))
    assert not different_files(place.out, whole.out)


CLUSTER = """
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        input()
"""


@pytest.fixture
def cluster(place):
    """A scheduler and two workers, processes of their own."""
    pytest.importorskip("distributed")
    script = place.folder / "cluster.py"
    script.write_text(CLUSTER)
    command = place._command((script,), {}) | {"cwd": place.folder}
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(**command, **streams, start_new_session=True) as process:
        process.address = process.stdout.readline().strip()
        yield process
        os.killpg(process.pid, signal.SIGKILL)


def test_a_dask_cluster_changes_nothing(whole, place, cluster):
    assert cluster.address.startswith("tcp://")
    done(place.run("--scheduler", cluster.address))
    assert not different_files(place.out, whole.out)


def test_a_lost_cluster_is_said_in_one_line(whole, place, cluster):
    process = place.begun("--scheduler", cluster.address, chunks=1)
    os.killpg(cluster.pid, signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said.startswith("Error: WorkerError: the cluster was lost")
    assert said.count("\n") == 1
    done(place.run("--jobs", "1", "--resume"))
    assert not different_files(place.out, whole.out)
