"""A folder of its own for each trial, and the real command started in it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import resetsim
from resetsim.cache import cache_path

from .counts import Counts
from .experiments import write_experiments
from .leftovers import MARK, marked_processes

_SOURCE = Path(resetsim.__file__).parents[1]
LONGEST_S = 300.0


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes
    ----------
    status
        Its exit status; None if it had to be killed after too long.
    out, err
        What it wrote.
    took_s
        How long it ran, in seconds.
    """

    status: int | None
    out: str
    err: str
    took_s: float

    @property
    def told(self) -> list[str]:
        """What ``err`` says besides warnings; a list below a message belongs to it."""
        lines = self.err.splitlines()
        return [line for line in lines if line.strip() and not line.startswith(("Warning:", "  "))]


class Place:
    """A folder with the experiments, a cache, a temporary folder and, later, results.

    Parameters
    ----------
    base
        Where the folder is made.
    builds
        Compiled networks to use, or None for none.
    stored
        Finished simulations to begin with, or None for none.
    """

    program: tuple[str, ...] = ("-m", "resetsim.cli")

    def __init__(self, base: Path, builds: Path | None, stored: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="place-", dir=base))
        self.mark = self.folder.name
        self.cache = self.folder / "cache"
        self.kept = self.cache / cache_path("simulations").parent.name
        self.temporary = self.folder / "temporary"
        self.work = self.folder / "work"
        self.out = self.work / "out"
        for folder in (self.kept, self.temporary, self.work):
            folder.mkdir(parents=True)
        if builds is not None:
            (self.kept / "builds").symlink_to(builds)
        if stored is not None:
            shutil.copytree(stored, self.kept / "simulations", copy_function=os.link)
        write_experiments(self.work)
        self.took_s = 0.0  # by an undisturbed run
        self.known = {each.name for each in self.work.iterdir()}

    def environment(self, **changes: str) -> dict[str, str]:
        """Return the environment of its commands."""
        path = os.pathsep.join(filter(None, (str(_SOURCE), os.environ.get("PYTHONPATH"))))
        given = {
            "RESETSIM_CACHE": str(self.cache),
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": path,
            "COLUMNS": "100",
            MARK: self.mark,
        }
        return os.environ | given | changes

    def start(self, *arguments: object, **changes: str) -> subprocess.Popen[bytes]:
        """Start the command as a terminal does: a group of processes that gets its signals."""
        words = [word if isinstance(word, bytes) else os.fsencode(str(word)) for word in arguments]
        with (
            (self.folder / "stdout").open("wb") as out,
            (self.folder / "stderr").open("wb") as err,
        ):
            return subprocess.Popen(
                [*map(os.fsencode, (sys.executable, *self.program)), *words],
                cwd=self.work,
                env=self.environment(**changes),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def wait(self, process: subprocess.Popen[bytes], longest_s: float = LONGEST_S) -> Ended:
        """Wait for a command; kill it after too long."""
        started = time.monotonic()
        try:
            status: int | None = process.wait(timeout=longest_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            status = None
        out, err = (
            (self.folder / name).read_bytes().decode(errors="replace")
            for name in ("stdout", "stderr")
        )
        return Ended(status, out, err, time.monotonic() - started)

    def __call__(self, *arguments: object, **changes: str) -> Ended:
        """Run the command to its end."""
        return self.wait(self.start(*arguments, **changes))

    def run(self, *arguments: object, experiment: str = "one.toml", **changes: str) -> Ended:
        """Run an experiment into ``out``."""
        return self("run", experiment, "--replace", "--out", self.out, *arguments, **changes)

    def remove(self) -> None:
        """End what still runs here, and remove the folder."""
        for process in marked_processes(self.mark):
            os.kill(process, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def check_ended(ended: Ended, counts: Counts, what: str, statuses: tuple[int, ...] = (0,)) -> bool:
    """Count what is wrong with the way a command ended; say whether nothing was.

    Any status but 0 needs one clear line, and no end may come by a signal or with a traceback.
    """
    said = f"{what}: status {ended.status}: {' | '.join(ended.err.splitlines()[-4:])[:600]}"
    if ended.status is None:
        counts.add("stuck", said)
    elif "Traceback" in ended.err or "Traceback" in ended.out:
        counts.add("traceback", said)
    elif ended.status not in statuses or (ended.status and len(ended.told) != 1):
        counts.add("wrong", said)
    else:
        return True
    return False
