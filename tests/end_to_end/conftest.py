"""The real command on small files, in a process of its own or, to be refused, in this one."""

import gc
import io
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest

import resetsim
from resetsim.cache import cache_folder
from resetsim.cli import main
from resetsim.declare.files import shipped_root

SOURCE = Path(resetsim.__file__).parents[1]

# Drift is sampled as coarsely as the command allows: these tests are about files, not science.
_COARSE = {
    "input_rates_hz": "[0, 1.2, 1.6, 2.4]",
    "nmda_free": "[0, 0.05, 0.5, 1]",
    "warm_up_s": "0.5",
    "sample_s": "2",
    "samples": "4",
    "samples_at_most": "4",
}

EXPERIMENT = """
question = "Does pain come back after a blockade?"
model = "coarse.toml"
hypothesis = "reset"
seed = 3

[patient.start]
late_phase = 0.8

[patient.injury]
at = "0 day"
peak_rate = "1.4 Hz"
residual_rate = "1.4 Hz"
heals_with = "1 day"

[[treatment]]
at = "1 day"
duration = "1 day"
blockade = 0.95

[vary]
"treatment.duration" = ["6 h", "4 day"]

[follow_up]
until = "20 day"
assays = ["ongoing", "brush"]
at = ["0.5 day", "20 day"]
"""


def coarse_model(changes):
    text = (shipped_root() / "models" / "dorsal_horn.toml").read_text()
    for key, value in (_COARSE | changes).items():
        text, found = re.subn(rf"(?m)^{key} = [^{{\n]*$", f"{key} = {value}", text)
        assert found == 1, key
    return re.sub(r"(?m)^\[units\]\n(.+\n)+", "", text)  # one unit


class Place:
    """A folder with an experiment, and with its own store of finished simulations."""

    def __init__(self, folder):
        self.folder = folder
        self.cache = folder / "cache"
        self.experiment = folder / "small.toml"
        self.out = folder / "out"
        self.cache.mkdir()
        # Nothing is compiled twice.
        builds = cache_folder("builds")
        self.kept = self.cache / builds.parent.name
        self.kept.mkdir()
        (self.kept / "builds").symlink_to(builds)
        self.model({})
        self.experiment.write_text(EXPERIMENT)

    def model(self, sampling):
        (self.folder / "coarse.toml").write_text(coarse_model(sampling))

    def _command(self, arguments, environment):
        path = os.pathsep.join(filter(None, (str(SOURCE), os.environ.get("PYTHONPATH"))))
        given = {"RESETSIM_CACHE": str(self.cache), "PYTHONPATH": path} | environment
        return {
            "args": [sys.executable, *map(str, arguments)],
            "cwd": self.folder,
            "env": os.environ | given,
            "text": True,
        }

    def __call__(self, *arguments, **environment):
        return self.python("-m", "resetsim.cli", *arguments, **environment)

    def python(self, *arguments, **environment):
        command = self._command(arguments, environment)
        return subprocess.run(**command, capture_output=True, timeout=300, check=False)

    def start(self, *arguments):
        """Start the command as a terminal does: a group of processes that gets its signals."""
        command = self._command(("-m", "resetsim.cli", *arguments), {})
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        return subprocess.Popen(**command, **streams, start_new_session=True)

    def run(self, *arguments, **environment):
        return self("run", self.experiment, "--out", self.out, *arguments, **environment)

    def stored(self):
        """When each stored simulation was written, by file."""
        files = self.cache.glob("*/simulations/*/*.recording2")
        return {file.relative_to(self.cache): file.stat().st_mtime_ns for file in files}

    def interrupted(self, number, after):
        """Start a run, send it a signal once some simulations are stored; say how it ended."""
        process = self.start("run", self.experiment, "--out", self.out, "--jobs", "1")
        deadline = time.monotonic() + 120
        while len(self.stored()) < after and time.monotonic() < deadline:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
        os.killpg(process.pid, number)
        sent = time.monotonic()
        _, said = process.communicate(timeout=60)
        print(f"{signal.Signals(number).name}: stopped after {time.monotonic() - sent:.2f} s")
        return process.returncode, said

    def table(self, name, folder=None):
        return ((folder or self.out) / name).read_text()

    def left_nothing(self, *names):
        names = names or ("out",)
        return not any(
            (self.folder / f"{name}{end}").exists() for name in names for end in ("", ".partial")
        )


class PlaceInside(Place):
    """The same without a process of its own: starting one takes longer than a refusal."""

    def __call__(self, *arguments, **environment):
        command = self._command(("resetsim", *arguments), environment)
        handlers = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
        thresholds, showwarning = gc.get_threshold(), warnings.showwarning
        out, error = io.StringIO(), io.StringIO()
        try:
            with (
                chdir(command["cwd"]),
                patch.dict(os.environ, command["env"], clear=True),
                patch.object(sys, "argv", command["args"][1:]),
                redirect_stdout(out),
                redirect_stderr(error),
                pytest.raises(SystemExit) as end,
            ):
                main()
        finally:
            warnings.showwarning = showwarning
            gc.set_threshold(*thresholds)
            for each, handler in handlers.items():
                signal.signal(each, handler)
        status = end.value.code or 0
        return subprocess.CompletedProcess(
            command["args"], status, out.getvalue(), error.getvalue()
        )


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
def place_inside(tmp_path):
    return PlaceInside(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The small experiment, run with one simulation at a time."""
    place = Place(tmp_path_factory.mktemp("finished"))
    ended = place.run("--jobs", "1")
    assert ended.returncode == 0, ended.stderr
    place.ended = ended
    return place
