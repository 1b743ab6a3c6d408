"""What a run may have left behind: processes, shared memory, temporary files."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .counts import Counts
    from .place import Place

MARK = "RESETSIM_SOAK"
PRIVATE = "RESETSIM_SOAK_PRIVATE"
_SHARED = Path("/dev/shm")
_PATIENCE_S = 30.0


def marked_processes(mark: str) -> list[int]:
    """Return the processes whose environment has this mark; none where there is no /proc."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            held = (folder / "environ").read_bytes().split(b"\0")
            zombie = b") Z " in (folder / "stat").read_bytes()
        except OSError:
            continue
        if wanted in held and not zombie and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def processes_end(mark: str, patience_s: float = _PATIENCE_S) -> bool:
    """Wait until no process has this mark; say whether that came about."""
    deadline = time.monotonic() + patience_s
    while marked_processes(mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def check_leftovers(place: "Place", counts: "Counts", what: str) -> None:
    """Count as stuck whatever a finished run has left behind."""
    if not processes_end(place.mark):
        counts.add("stuck", f"{what}: processes live on: {_described(place.mark)}")
    left = [str(each) for each in place.temporary.iterdir() if "soak" not in each.name]
    left += [
        each.name
        for each in place.work.iterdir()
        if each.name not in place.known and each.name != place.out.name
    ]
    left += [str(each) for each in place.cache.rglob("*partial*")]
    if os.environ.get(PRIVATE) and _SHARED.is_dir():
        # The names of the semaphores of multiprocessing start with sem.
        left += [str(each) for each in _SHARED.iterdir()]
    if left:
        counts.add("stuck", f"{what}: left behind: {', '.join(sorted(left)[:4])}")


def _described(mark: str) -> str:
    commands = []
    for process in marked_processes(mark):
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        commands.append(b" ".join(words)[:120].decode(errors="replace"))
    return "; ".join(commands)
