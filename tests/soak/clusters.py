"""A Dask cluster of a scheduler and two workers: processes that can be killed alone."""

import json
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from .leftovers import MARK
from .place import LONGEST_S, Place

_TESTS = Path(__file__).parents[1]
_WORKERS = 2
# A worker imports what a chunk is pickled with, and is as slow as the processes of a run.
_PRELOADED = (
    f"import sys; sys.path += ['{_TESTS}', '{_TESTS / 'end_to_end'}']; "
    "import formula_command; formula_command.with_formulas()"
)


class Cluster:
    """Runs from entering to leaving.

    Parameters
    ----------
    place
        Whose experiments it runs.
    **changes
        Of the environment of its workers.
    """

    def __init__(self, place: Place, **changes: str) -> None:
        self._folder = place.folder / f"cluster-{time.monotonic_ns()}"
        self._folder.mkdir()
        self._file = self._folder / "scheduler.json"
        # Without the place's mark and folder: nothing of the cluster is what a run leaves behind.
        own = {MARK: "a cluster", "TMPDIR": str(self._folder)}
        self._environment = place.environment(**own, **changes)

    def __enter__(self) -> Self:
        where = ("--scheduler-file", str(self._file))
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *where
        )
        alone = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "60")
        kept = ("--local-directory", str(self._folder))
        self.workers = [
            self._start("worker", *where, *alone, *kept, "--preload", _PRELOADED)
            for _ in range(_WORKERS)
        ]
        self.address = self._ready()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait()

    def _start(self, part: str, *options: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{part}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", part, *options],
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _ready(self) -> str:
        """Return the address once the scheduler knows every worker."""
        deadline = time.monotonic() + LONGEST_S
        log = self._folder / "scheduler.log"
        while log.read_text().count("Register worker") < _WORKERS:
            if time.monotonic() > deadline:
                raise SystemExit(f"a Dask cluster did not start: {log.read_text()[-400:]}")
            time.sleep(0.05)
        return str(json.loads(self._file.read_text())["address"])
