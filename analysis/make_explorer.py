"""Builds the explorer: kernels, what the page is made from, and its script and style.

``make explorer`` runs it. What it makes is committed, so that no user needs Node or a compiler for
WebAssembly. ``--page`` builds script and style alone.
"""

import gzip
import json
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import explorer_kernels
import explorer_network
from explorer_contents import contents, kernels

from resetsim.progress import Silent
from resetsim.spiking.engine import best_engine
from resetsim.views.explorer.page import (
    BUILT,
    LIVE_SCRIPT,
    LIVE_STYLE,
    PARTS,
    SCRIPT,
    SOURCE,
    STYLE,
)

MADE_FROM = BUILT / "made_from.json"
BUNDLED = {
    "main.ts": SCRIPT,
    "solver.ts": PARTS["solver"],
    "player.ts": PARTS["player"],
    "page.css": STYLE,
    "report.ts": LIVE_SCRIPT,
    "report.css": LIVE_STYLE,
}
ESBUILD = SOURCE / "node_modules" / ".bin" / "esbuild"


def build_kernels() -> None:
    """Compile the slow clock to WebAssembly."""
    texts = explorer_kernels.kernel_texts(kernels())
    (BUILT / PARTS["kernels"]).write_bytes(explorer_kernels.compiled(texts))
    note({"kernels": hash_of_kernels(), "compiler": explorer_kernels.compiler_version()})


def build_network() -> None:
    """Compile the spiking network to WebAssembly."""
    (BUILT / PARTS["network"]).write_bytes(explorer_network.compiled())
    note({"network": explorer_network.hash_of_network(), "brian2": version("brian2")})


def build_contents() -> None:
    """Collect what the page is made from; what has not been simulated yet takes a while."""
    found = contents(best_engine(1), Silent())
    text = json.dumps(found.data, separators=(",", ":"), ensure_ascii=False)
    (BUILT / PARTS["data"]).write_text(text, encoding="utf-8")
    (BUILT / PARTS["roots"]).write_bytes(gzip.compress(found.roots.tobytes(), mtime=0))


def build_page(folder: Path = BUILT) -> None:
    """Bundle script and style of the explorer and of reports, after checking their types.

    Parameters
    ----------
    folder
        Where to.
    """
    subprocess.run([str(ESBUILD.with_name("tsc")), "--noEmit"], cwd=SOURCE, check=True)
    for source, target in BUNDLED.items():
        options = ("--bundle", "--minify", "--target=es2022", "--charset=utf8", "--log-level=error")
        command = [str(ESBUILD), source, *options, f"--outfile={folder / target}"]
        subprocess.run(command, cwd=SOURCE, check=True)


def hash_of_kernels() -> str:
    """Return a hash of the text of all kernels."""
    texts = explorer_kernels.kernel_texts(kernels())
    return sha256(json.dumps(texts).encode()).hexdigest()


def hash_of_page() -> str:
    """Return a hash of all that script and style are bundled from."""
    files = [*SOURCE.glob("*.ts"), *SOURCE.glob("*.css"), SOURCE / "package-lock.json"]
    digest = sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def note(changed: dict[str, str]) -> None:
    """Note what something was built from, for the test that asks whether it is of today.

    Parameters
    ----------
    changed
        By what was built.
    """
    known = json.loads(MADE_FROM.read_text()) if MADE_FROM.exists() else {}
    MADE_FROM.write_text(json.dumps(known | changed, indent=1, sort_keys=True) + "\n")


def main() -> None:
    """Build everything, or with ``--page`` the page alone."""
    BUILT.mkdir(exist_ok=True)
    if "--page" not in sys.argv:
        build_kernels()
        build_network()
        build_contents()
    build_page()
    note({"page": hash_of_page()})


if __name__ == "__main__":
    main()
