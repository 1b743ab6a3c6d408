"""The output folder under real kills, on a full disk, under odd names and on an ASCII terminal."""

import shutil
import signal
import subprocess
import sys

import pytest

# Kills itself just before a step: what is asked of the operating system, and of which path.
KILLED = """
import os, signal, sys
from resetsim import cli

_, step, path, *words = sys.argv
sys.argv = ["resetsim", *words]

def kill(event, arguments):
    if event == step and path in f"{arguments[0]}|":
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill)
cli.main()
"""
MOMENTS = {
    "begun without a list": ("os.rename", "/out.partial/.run."),
    "half of it taken in": ("os.rename", "/out.partial/.new/report.html"),
    "between the renames": ("os.rename", "/out.partial|"),
    "half removed": ("os.remove", "/.out.earlier/result.h5"),
    "without its list": ("os.rmdir", "/.out.earlier|"),
}


def with_results(place, finished):
    shutil.copytree(finished.kept / "simulations", place.kept / "simulations")
    shutil.copytree(finished.out, place.out)
    return place


def only_the_result(place):
    return not [each for each in place.folder.iterdir() if "out" in each.name and each != place.out]


@pytest.mark.thorough
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_killed_at_a_named_moment_goes_on(place, finished, moment):
    with_results(place, finished)
    step, path = MOMENTS[moment]
    words = ("run", place.experiment, "--out", place.out)
    assert place.python("-c", KILLED, step, path, *words).returncode == -signal.SIGKILL
    assert place("show", place.out).returncode == 0
    ended = place.run("--resume")
    assert ended.returncode == 0, ended.stderr
    assert place.table("summary.csv") == finished.table("summary.csv")
    assert only_the_result(place)


def unshared():
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    return (
        subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(not unshared(), reason="a disk of any size needs the right to mount one")
@pytest.mark.thorough
@pytest.mark.parametrize("size", ["4k", "200k", "900k"])
def test_a_full_disk_is_one_line_and_the_rest_is_kept(place, finished, size):
    shutil.copytree(finished.kept / "simulations", place.kept / "simulations")
    small = place.folder / "small"
    small.mkdir()
    # Once more with room for it.
    script = (
        f'mount -t tmpfs -o size={size} none "{small}" && "$@"; echo "status $?" >&2; '
        f'mount -o remount,size=50m "{small}" && "$@" --resume'
    )
    command = place._command(
        ("-m", "resetsim.cli", "run", place.experiment, "--out", small / "out"), {}
    )
    command["args"] = ["unshare", "-m", "bash", "-c", script, "bash", *command["args"]]
    ended = subprocess.run(**command, capture_output=True, timeout=300, check=False)
    said = ended.stderr.splitlines()
    assert len(said) == 2, ended.stderr
    assert said[0].startswith(f"Error: no space left for {small}")
    assert said[1] == "status 1"
    assert ended.returncode == 0


@pytest.mark.thorough
def test_a_path_that_is_not_utf8_and_an_ascii_terminal(place, finished):
    shutil.copytree(finished.kept / "simulations", place.kept / "simulations")
    out = place.folder / "caf\udce9"
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    run = ("run", place.experiment, "--out", out)
    for command, environment in (
        (run, ascii_only),
        (("show", out), {}),
        (("show", out), ascii_only),
        (("report", out), {}),
        (("report", out), ascii_only),
    ):
        ended = place(*command, **environment)
        assert ended.returncode == 0, ended.stderr
        assert ended.stderr == ""
    assert (out / "report.html").exists()


def test_an_experiment_whose_name_is_not_utf8_is_refused(place):
    wrong = place.folder / "caf\udce9.toml"
    shutil.copy(place.experiment, wrong)
    ended = place("run", wrong, "--out", place.out)
    assert ended.returncode == 2
    assert ended.stderr.endswith("the name of the file is not UTF-8; rename it\n")
    assert place.left_nothing()
