"""Question: how much memory does it take? Each measurement is a program of its own.

Linux tells the peak of a process since it was started in ``/proc``. ``resource.getrusage``, used
elsewhere, also counts what its parent held when it was started.
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Event, Thread

from rich.table import Table

_WHAT = {
    "simulation": "one sampling run of the dorsal horn, 21 s",
    "arm": "one arm of 240 days, its drift in the table",
    "experiment": "run blockade_duration, 18 arms, simulations in the store",
}


def peak_memory() -> Table:
    """Return the peak memory of a simulation, an arm and an experiment."""
    table = Table(title="How much memory does it take?")
    table.add_column("what")
    for heading in ("Python, MB", "a binary, MB"):
        table.add_column(heading, justify="right")
    for name, what in _WHAT.items():
        measured = subprocess.run(
            [sys.executable, __file__, name], capture_output=True, text=True, check=True
        )
        own, child = json.loads(measured.stdout.splitlines()[-1])
        table.add_row(what, f"{own / 1024:.0f}", f"{child / 1024:.0f}" if child else "–")
    return table


def _simulation() -> None:
    from workload import dorsal_horn, task_of

    from resetsim.spiking.engine import Engine
    from resetsim.spiking.task import Circuit

    Engine("standalone", keep=False).run([task_of(Circuit(dorsal_horn()), 21.0)])


def _arm() -> None:
    from workload import arm, table

    from resetsim.study.dorsal_horn_course import solved_dorsal_horn

    solved_dorsal_horn(arm().dorsal_horn.with_table(table()), arm().patient, arm().moments_d)


def _experiment() -> None:
    from resetsim.cli import app

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        arguments = ["run", "blockade_duration", "--out", str(out), "--jobs", "1"]
        app(arguments, standalone_mode=False)


def own_peak_kib() -> int:
    """Return the peak memory of this process so far."""
    if Path("/proc/self/status").exists():
        return _peak_kib("self")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _peak_kib(process: str) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    return 0


def _watch_binaries(done: Event, peaks: list[int]) -> None:
    while not done.wait(0.02):
        for children in Path("/proc/self/task").glob("*/children"):
            try:
                processes = children.read_text().split()
                programs = [Path(f"/proc/{each}/exe").readlink().name for each in processes]
                found = zip(processes, programs, strict=True)
                peaks.extend(_peak_kib(each) for each, program in found if program == "main")
            except OSError:  # it has just ended
                continue


def main() -> None:
    """Do one of the works named on the command line and print its peaks."""
    done, peaks = Event(), [0]
    watcher = Thread(target=_watch_binaries, args=(done, peaks))
    watcher.start()
    {"simulation": _simulation, "arm": _arm, "experiment": _experiment}[sys.argv[1]]()
    done.set()
    watcher.join()
    print()
    print(json.dumps([own_peak_kib(), max(peaks)]))


if __name__ == "__main__":
    main()
