"""The slow clock as WebAssembly: each kernel's generated text, compiled into one module.

It needs clang, lld and the C and C++ libraries for WebAssembly (Debian: ``clang lld wasi-libc
libc++-dev-wasm32 libclang-rt-dev-wasm32``).
"""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import resetsim.slow.kernel
from resetsim.slow.equations import SlowEquations
from resetsim.slow.source import kernel_source
from resetsim.tissue.plasticity.maintenance import maintenance_rule

CLANG = "clang++"
_TEMPLATE = Path(resetsim.slow.kernel.__file__).with_name("kernel.cpp")
# As the native kernel has them, less what WebAssembly has not.
_FLAGS = (
    *("--target=wasm32-wasi", "-std=c++17", "-O3", "-msimd128", "-fno-exceptions", "-fno-rtti"),
    *("-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-w"),
)
_EXPORTED = ("malloc", "free")


def kernel_equations(rules: Iterable[str]) -> dict[str, SlowEquations]:
    """Return what every kernel integrates, by rule: the states that pain or recall is read from.

    Heterosynaptic potentiation and loss of inhibition, which the page has not, act on none of them.

    Parameters
    ----------
    rules
        Names of maintenance rules.
    """
    return {name: SlowEquations(maintenance_rule(name)) for name in rules}


def kernel_texts(equations: Mapping[str, SlowEquations]) -> dict[str, str]:
    """Return the text of every kernel.

    Parameters
    ----------
    equations
        From :func:`kernel_equations`.
    """
    template = _TEMPLATE.read_text()
    return {name: kernel_source(each, template) for name, each in equations.items()}


def entry(place: int) -> str:
    """Return the name by which the module exports a kernel."""
    return f"integrate_{place}"


def compiled(texts: Mapping[str, str]) -> bytes:
    """Return one module with all kernels.

    Parameters
    ----------
    texts
        From :func:`kernel_texts`; kernel i is exported as :func:`entry` says.
    """
    with TemporaryDirectory() as folder:
        objects = []
        for place, text in enumerate(texts.values()):
            source = Path(folder) / f"{entry(place)}.cpp"
            source.write_text(text)
            objects.append(source.with_suffix(".o").name)
            renamed = f"-Dintegrate={entry(place)}"
            _run(folder, CLANG, *_FLAGS, renamed, "-c", source.name, "-o", objects[-1])
        exported = [*_EXPORTED, *(entry(place) for place in range(len(texts)))]
        _run(
            folder,
            *(CLANG, "--target=wasm32-wasi", "-mexec-model=reactor", *objects),
            *(f"-Wl,--export={name}" for name in exported),
            *("-Wl,--strip-all", "-o", "kernels.wasm"),
        )
        return (Path(folder) / "kernels.wasm").read_bytes()


def compiler_version() -> str:
    """Return the first line of what the compiler says of itself."""
    command = [CLANG, "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[0]


def _run(folder: str, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True)
