"""The spiking network of the dorsal horn as WebAssembly: the C++ that Brian2 writes, and an entry.

As a program it writes the C++ into a folder, because Brian2's device is global. What it takes to
compile is said in ``explorer_kernels``.
"""

import re
import subprocess
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from explorer_kernels import CLANG

import resetsim.spiking.faster_code
from resetsim.declare.files import find_file
from resetsim.declare.model import Model, read_model
from resetsim.spiking.task import Circuit

ENTRY = Path(__file__).with_suffix(".cpp")
# Without -ffast-math, so that every browser gives the same spikes.
FLAGS = (
    *("--target=wasm32-wasi", "-std=c++17", "-O2", "-msimd128", "-fno-exceptions", "-fno-rtti"),
    *("-fno-math-errno", "-fno-trapping-math", "-w", "-I."),
    *("-D_WASI_EMULATED_SIGNAL", "-D_WASI_EMULATED_PROCESS_CLOCKS"),
)
EXPORTED = (
    *("malloc", "argue", "prepare", "change", "advance"),
    *("membrane", "spikes", "cells", "times"),
)
# Of some hundred small files; precompiled, it saves three quarters of the time.
HEADER = """
#include "objects.h"
#include "brianlib/common_math.h"
#include <cmath>
#include <ctime>
#include <iostream>
#include <fstream>
#include <climits>
"""


def model_of_network() -> Model:
    """Return the model whose network it is: one patch of the shipped dorsal horn."""
    return read_model(find_file("dorsal_horn", "model"))


def hash_of_network() -> str:
    """Return a hash of all that the module depends on, the version of Brian2 included."""
    digest = sha256(Circuit(model_of_network()).key.encode())
    for file in (Path(__file__), ENTRY, Path(resetsim.spiking.faster_code.__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def compiled() -> bytes:
    """Return the module."""
    with TemporaryDirectory() as folder:
        subprocess.run([sys.executable, __file__, folder], check=True)
        return _compiled(Path(folder))


def write(folder: Path) -> None:
    """Write the C++ of the network.

    Parameters
    ----------
    folder
        Where to; it is empty.
    """
    from brian2 import device, second, set_device

    from resetsim.spiking.compile_network import _SEEDING
    from resetsim.spiking.faster_code import make_faster
    from resetsim.tissue.build import build_network, draw_first_spikes

    model = model_of_network()
    set_device("cpp_standalone", directory=str(folder), build_on_run=False)
    network = build_network(model, None)
    device.apply_run_args()
    device.insert_code("main", _SEEDING)
    draw_first_spikes(network, model)
    network.run(1 * second)
    device.build(directory=str(folder), compile=False, run=False)
    make_faster(folder)
    _change(folder / "main.cpp", _PREPARE)
    _change(folder / "objects.cpp", _NO_FILES)
    (folder / "written.h").write_text(_written(model, folder))
    (folder / ENTRY.name).write_text(ENTRY.read_text())


# The program becomes a function that prepares a run, and does not begin it.
_PREPARE = (
    (
        re.compile(r"int main\(.*?brian_start\(\);", re.S),
        'extern std::vector<std::string> run_arguments;\nextern "C" void prepare()\n{\n'
        "\tconst auto& args = run_arguments;\n\tbrian_start();",
    ),
    (re.compile(r"network\.run\(1\.0, NULL, 10\.0\);"), "return;"),
    (re.compile(r"return 0;\n}\s*$"), "}\n"),
    # Brian2 has them in a set: any order, and the module has to be the same each time.
    (
        re.compile(r"(?: *_array_\w*clock_t(?:imestep)?\[0\] = 0[.0]*;\n)+"),
        lambda found: "".join(sorted(found[0].splitlines(keepends=True))),
    ),
)
# There are no files: arrays are in the module, and arguments are numbers.
_NO_FILES = (
    (re.compile(r"std::cerr << \"Cannot set unknown variable.*"), "std::abort();"),
    (re.compile(r"(void set_variable_from_file\([^)]*\) {).*?\n}", re.S), r"\1}"),
    (
        re.compile(r"void _load_arrays\(\)\n{.*?(?=void _dealloc_arrays)", re.S),
        "void _write_arrays() {}\n",
    ),
)


def _change(file: Path, changes: Iterable[tuple[re.Pattern[str], Any]]) -> None:
    text = file.read_text()
    for pattern, new in changes:
        text, found = pattern.subn(new, text)
        if found != 1:
            raise RuntimeError(f"this version of Brian2 writes {file.name} differently")
    file.write_text(text)


def _written(model: Model, folder: Path) -> str:
    files = sorted((folder / "static_arrays").iterdir())
    arrays = [f"alignas(8) const unsigned char {_bytes(file)};" for file in files]
    each = (("POPULATIONS", list(model.population)), ("ARRAYS", [file.name for file in files]))
    lists = [
        f"#define {name}(each) {' '.join(f'each({x})' for x in found)}" for name, found in each
    ]
    return "\n".join([*arrays, *lists]) + "\n"


def _bytes(file: Path) -> str:
    return f"bytes_of{file.name}[] = {{{','.join(map(str, file.read_bytes()))}}}"


def _compiled(folder: Path) -> bytes:
    (folder / "all.h").write_text(HEADER)
    _run(folder, CLANG, *FLAGS, "-x", "c++-header", "all.h", "-o", "all.pch")
    sources = sorted(str(file.relative_to(folder)) for file in folder.rglob("*.cpp"))
    for source in sources:
        _run(folder, CLANG, *FLAGS, "-include-pch", "all.pch", "-c", source, "-o", f"{source}.o")
    _run(
        folder,
        *(CLANG, "--target=wasm32-wasi", "-mexec-model=reactor"),
        *(f"{source}.o" for source in sources),
        *(f"-Wl,--export={name}" for name in EXPORTED),
        *("-Wl,--strip-all", "-o", "network.wasm"),
    )
    return (folder / "network.wasm").read_bytes()


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
