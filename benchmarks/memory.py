"""Question: how much memory does it take? Each measurement is a program of its own."""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.table import Table

_WHAT = {
    "simulation": "one sampling run of the dorsal horn, 21 s: the binary",
    "arm": "one arm of 240 days, its drift in the table: Python",
    "experiment": "resetsim run blockade_duration, 18 arms, finished simulations in the store",
}


def peak_memory() -> Table:
    """Return the peak memory of a simulation, an arm and an experiment."""
    table = Table(title="How much memory does it take?")
    table.add_column("what")
    for heading in ("this process, MB", "largest child, MB"):
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

    from resetsim.simulation.engine import Engine
    from resetsim.simulation.task import Circuit

    Engine("standalone", keep=False).run([task_of(Circuit(dorsal_horn()), 21.0)])


def _arm() -> None:
    from workload import arm, table

    from resetsim.running.courses import dorsal_horn_course

    dorsal_horn_course(arm().dorsal_horn.with_table(table()), arm().patient, arm().moments_d)


def _experiment() -> None:
    from resetsim.cli import app

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        arguments = ["run", "blockade_duration", "--out", str(out), "--jobs", "1"]
        app(arguments, standalone_mode=False)


if __name__ == "__main__":
    {"simulation": _simulation, "arm": _arm, "experiment": _experiment}[sys.argv[1]]()
    kibibytes = [
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    print()
    print(json.dumps(kibibytes))
