"""Full memory, damaged builds and killed processes: right or refused, and nothing stays behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
PYTHON = Path(sys.executable).name[:15]  # as the system calls the process
TABLES = ("summary.csv", "assays.csv")


def with_small_memory(size, *more):
    """What runs a command with little shared memory and, on demand, other file systems."""
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare")
    lines = [f"mount -t tmpfs -o size={size} tmpfs /dev/shm", *more, 'exec "$@"']
    words = ["unshare", "--mount", "--map-root-user", "sh", "-c", " && ".join(lines), "sh"]
    tried = subprocess.run([*words, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no file system can be mounted: {tried.stderr}")
    return words


def run_with(words, place, *arguments):
    command = place._command(
        ("-m", "resetsim.cli", "run", place.experiment, "--out", place.out, *arguments), {}
    )
    command["args"] = [*words, *command["args"]]
    return subprocess.run(**command, capture_output=True, timeout=300, check=False)


@LINUX
@pytest.mark.thorough
@pytest.mark.parametrize("size", ["40k", "1600k"])
def test_full_shared_memory_gives_the_same_result(place, finished, size):
    simulations = place.kept / "simulations"
    shutil.copytree(finished.kept / "simulations", simulations)
    for file in sorted(simulations.glob("*/*"))[:16]:  # two of them for each job
        file.unlink()
    ended = run_with(with_small_memory(size), place, "--jobs", "8")
    assert ended.returncode == 0, ended.stderr
    assert [place.table(name) for name in TABLES] == [finished.table(name) for name in TABLES]
    stored = place.stored()
    assert set(stored) == set(finished.stored())
    for file in stored:
        assert (place.cache / file).read_bytes() == (finished.cache / file).read_bytes()


@LINUX
def test_no_room_anywhere_is_refused_in_one_line_and_stores_nothing(place):
    small = place.folder / "small"
    small.mkdir()
    words = with_small_memory("800k", f"mount -t tmpfs -o size=800k tmpfs '{small}'")
    ended = run_with([*words, "env", f"TMPDIR={small}"], place, "--jobs", "2")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1, ended.stderr
    for said in ("/dev/shm", str(small), "No space left on device", "TMPDIR"):
        assert said in ended.stderr
    assert not place.stored()


def test_a_read_only_cache_without_the_network_is_refused_in_one_line(place, tmp_path):
    cache = tmp_path / "none"
    cache.mkdir()
    words = with_small_memory(
        "1g", f"mount --bind '{cache}' '{cache}'", f"mount -o remount,ro,bind '{cache}'"
    )
    ended = run_with([*words, "env", f"RESETSIM_CACHE={cache}"], place)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert "RESETSIM_CACHE" in ended.stderr


def processes_below(parent, name):
    """The processes of that name which a process has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = status.read_text().partition(" (")
            program, _, fields = rest.rpartition(") ")
        except OSError:
            continue
        state, above = fields.split()[:2]
        if program == name and above == str(parent) and state != "Z":
            found.append(int(number))
    return found


def running(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def eventually(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            return found
        time.sleep(0.01)
    return found


LONG = """
from pathlib import Path
from resetsim.spiking.engine import Engine
from resetsim.spiking.task import Circuit, Task
from resetsim.tissue.arguments import model_arguments
from resetsim.declare.model import read_model
model = read_model(Path("coarse.toml"))
circuit = Circuit(model)
tasks = [Task(circuit, model_arguments(model), 3600.0, seed) for seed in (1, 2)]
Engine("{target}", jobs=2, keep=False).run(tasks)
"""


@LINUX
@pytest.mark.parametrize(("target", "name"), [("standalone", "main"), ("numpy", PYTHON)])
def test_what_a_killed_driver_has_started_ends_with_it(place, target, name):
    script = place.folder / "long.py"
    script.write_text(LONG.format(target=target))
    with subprocess.Popen(**place._command((script,), {}), stderr=subprocess.DEVNULL) as driver:
        started = eventually(lambda: len(found := processes_below(driver.pid, name)) == 2 and found)
        time.sleep(0.2)  # in the midst of it
        driver.send_signal(signal.SIGKILL)
    assert started
    assert eventually(lambda: not any(map(running, started)), 10)


@LINUX
@pytest.mark.thorough
@pytest.mark.parametrize("who", ["driver", "compilation"])
def test_a_killed_compilation_leaves_nothing(place, who):
    (place.kept / "builds").unlink()  # where everything is there
    process = place.start("run", place.experiment, "--out", place.out)
    temporary = place.kept / "builds"
    assert eventually(lambda: list(temporary.glob("*.partial/temporary")))
    (compilation,) = processes_below(process.pid, PYTHON)
    (make,) = eventually(lambda: processes_below(compilation, "make"))
    compilers = eventually(lambda: processes_below(make, "sh") or processes_below(make, "g++"))
    os.kill(process.pid if who == "driver" else compilation, signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    if who == "compilation":
        assert process.returncode == 1
        assert said.count("\n") == 1
        assert "compiling the network failed: its process was ended by SIGKILL" in said
    assert eventually(lambda: not any(map(running, [compilation, make, *compilers])), 20)
    assert eventually(lambda: not list(temporary.glob("*.partial")), 20)
    assert not list(temporary.glob("*/manifest"))
