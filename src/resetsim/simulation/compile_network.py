"""Compile one circuit with Brian2 in C++ standalone mode; a program of its own.

It is started by ``standalone`` with a pickled circuit, folder and flags on standard input.
"""

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from brian2 import device, prefs, second, set_device

from resetsim.networks.build import build_network
from resetsim.simulation.task import Circuit

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
_DURATION = "brian::_array_control_duration[0]"


def compile_network(circuit: Circuit, folder: Path, flags: Sequence[str] | None) -> None:
    """Write, compile and describe the binary of a circuit.

    Parameters
    ----------
    circuit
        What to compile.
    folder
        Where ``main`` and, last of all, ``manifest.json`` are written.
    flags
        Compiler flags; None for those of Brian2.
    """
    if flags is not None:
        prefs.codegen.cpp.extra_compile_args_gcc = list(flags)
    set_device("cpp_standalone", directory=str(folder), build_on_run=False)
    network = build_network(circuit.model, circuit.rule)
    device.apply_run_args()
    device.insert_code("main", _SEEDING)
    network.run(1 * second)
    _make_duration_an_argument(device.main_queue)
    device.build(directory=str(folder), compile=False, run=False)
    _make(folder)
    _describe_arrays(folder)


def _make_duration_an_argument(queue: list[tuple[str, tuple[object, list[str]]]]) -> None:
    (at,) = (place for place, (kind, _) in enumerate(queue) if kind == "run_network")
    network, lines = queue[at][1]
    changed = [line.replace(".run(1.0,", f".run({_DURATION},") for line in lines]
    if changed == lines:
        raise RuntimeError("this version of Brian2 writes its run call differently")
    queue[at] = ("run_network", (network, changed))


def _make(folder: Path) -> None:
    with (folder / "makefile").open("a") as makefile:
        makefile.write(_FASTER_BUILD)
    (folder / "make.deps").touch()
    finished = subprocess.run(
        ["make", f"-j{os.cpu_count()}"], cwd=folder, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        raise RuntimeError(finished.stderr)


def _describe_arrays(folder: Path) -> None:
    arrays = {
        f"{variable.owner.name}.{variable.name}": [
            Path(device.get_array_filename(variable)).name,
            np.dtype(variable.dtype).str,
        ]
        for variable in device.arrays
        if getattr(variable.owner, "name", None)
    }
    shutil.rmtree(folder / "results", ignore_errors=True)
    partial = folder / "manifest.partial"
    partial.write_text(json.dumps(arrays))
    partial.replace(folder / "manifest.json")


if __name__ == "__main__":
    compile_network(*pickle.load(sys.stdin.buffer))
