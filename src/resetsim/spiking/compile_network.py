"""Compile one circuit with Brian2 in C++ standalone mode; a program of its own.

It is started by ``builds`` with a pickled circuit, folder and flags on standard input, and ends
with the process at the other end of it.
"""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Container, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from brian2 import StateMonitor, device, prefs, second, set_device
from brian2.core.variables import DynamicArrayVariable

from resetsim.spiking.checked_arrays import END_WITH_DRIVER, with_checked_arrays
from resetsim.spiking.faster_code import make_faster
from resetsim.spiking.sealed import sealed
from resetsim.spiking.task import Circuit
from resetsim.tissue.build import build_network, draw_first_spikes

# Seeds are compiled in; this reads them from a run argument instead, one stream per generator.
_SEEDING = """
for (size_t _stream = 0; _stream < _random_generators.size(); _stream++)
    _random_generators[_stream].seed(
        (unsigned long)_array_control_random_seed[0] + 7919UL * _stream);
"""
# The header takes most of the time of each of some hundred small files: it is precompiled. The file
# with the arrays takes 20 s at -O3 and only moves them in and out. A fresh folder needs no list of
# dependencies. Together: 13 s instead of 50 s on two cores.
_FASTER_BUILD = """
objects.o: OPTIMISATIONS = -w -O0 -std=c++17
CXXFLAGS += -include objects.h
$(filter-out objects.o, $(OBJS)): objects.h.gch
objects.h.gch: objects.h
\t$(CXX) $(filter-out -include objects.h, $(CXXFLAGS)) -x c++-header objects.h -o $@
"""
_PER_NEURON = ("N_incoming", "N_outgoing")  # variables of synapses, but not one for each
_DURATION = "brian::_array_control_duration[0]"


def compile_network(circuit: Circuit, folder: Path, flags: Sequence[str] | None) -> None:
    """Write, compile and describe the binary of a circuit.

    Parameters
    ----------
    circuit
        What to compile.
    folder
        An empty folder. What a run needs is in ``folder/build`` afterwards: ``main``, its
        ``static_arrays`` and ``manifest``.
    flags
        Compiler flags; None for those of Brian2.
    """
    source, build = folder / "source", folder / "build"
    if flags is not None:
        prefs.codegen.cpp.extra_compile_args_gcc = list(flags)
    set_device("cpp_standalone", directory=str(source), build_on_run=False)
    network = build_network(circuit.model, circuit.rule)
    device.apply_run_args()
    device.insert_code("before_start", END_WITH_DRIVER)
    device.insert_code("main", _SEEDING)
    draw_first_spikes(network, circuit.model)
    network.run(1 * second)
    _make_duration_an_argument(device.main_queue)
    device.build(directory=str(source), compile=False, run=False)
    make_faster(source)
    objects = source / "objects.cpp"
    objects.write_text(with_checked_arrays(objects.read_text()))
    _make(source, folder / "temporary")
    build.mkdir()
    for name in ("main", "static_arrays"):
        (source / name).rename(build / name)
    _describe(build)


def _make_duration_an_argument(queue: list[tuple[str, tuple[object, list[str]]]]) -> None:
    (at,) = (place for place, (kind, _) in enumerate(queue) if kind == "run_network")
    network, lines = queue[at][1]
    changed = [line.replace(".run(1.0,", f".run({_DURATION},") for line in lines]
    if changed == lines:
        raise RuntimeError("this version of Brian2 writes its run call differently")
    queue[at] = ("run_network", (network, changed))


def _make(source: Path, temporary: Path) -> None:
    with (source / "makefile").open("a") as makefile:
        makefile.write(_FASTER_BUILD)
    (source / "make.deps").touch()
    temporary.mkdir()
    process = subprocess.Popen(
        ["make", f"-j{os.cpu_count()}"],
        cwd=source,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _, complained = process.communicate()
    except SystemExit:
        os.killpg(0, signal.SIGTERM)  # of this process group: make and all compilers
        process.wait()
        raise
    if process.returncode:
        raise RuntimeError(complained)


def _describe(build: Path) -> None:
    """Write the checksums of all files and, by array: file, type, and how many numbers it has."""
    named = {
        f"{variable.owner.name}.{variable.name}": variable
        for variable in device.arrays
        if getattr(variable.owner, "name", None)
    }
    arrays = {
        name: [
            Path(device.get_array_filename(variable)).name,
            np.dtype(variable.dtype).str,
            *_size(variable),
        ]
        for name, variable in named.items()
        if _has_known_size(variable, named)
    }
    files = {
        str(file.relative_to(build)): sha256(file.read_bytes()).hexdigest()
        for file in sorted(build.rglob("*"))
        if file.is_file()
    }
    manifest = json.dumps({"files": files, "arrays": arrays}).encode()
    (build / "manifest").write_bytes(sealed("build", manifest))


def _has_known_size(variable: Any, named: Container[str]) -> bool:
    """Say whether a variable has a size that can be checked: all but a few of Brian2's own."""
    counted = f"{variable.owner.name}.N" in named and variable.name not in _PER_NEURON
    return counted or not isinstance(variable, DynamicArrayVariable)


def _size(variable: Any) -> tuple[str | None, int]:  # an ArrayVariable of Brian2
    """Return the variable that counts the rows (None: there is one), and the size of a row."""
    if not isinstance(variable, DynamicArrayVariable):
        return None, int(variable.size)
    monitor = variable.owner
    in_row = len(monitor.record) if isinstance(monitor, StateMonitor) and variable.ndim == 2 else 1
    return f"{monitor.name}.N", in_row


def _end_with_driver() -> None:
    os.read(sys.stdin.fileno(), 1)  # comes back when the driver has ended
    os.kill(os.getpid(), signal.SIGTERM)


def _stop(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit("it was stopped")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    circuit, folder, flags = pickle.load(sys.stdin.buffer)
    Thread(target=_end_with_driver, daemon=True).start()
    try:
        compile_network(circuit, folder, flags)
    except SystemExit:
        shutil.rmtree(folder, ignore_errors=True)  # the driver may be gone
        raise
