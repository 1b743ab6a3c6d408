"""Builds: whole or built again. What compiles is replaced by a few lines, or by a short sleep."""

import json
import os
import shutil
from hashlib import sha256
from types import SimpleNamespace

import pytest

from resetsim.errors import InputError
from resetsim.spiking import builds
from resetsim.spiking.errors import SimulationError
from resetsim.spiking.sealed import sealed

CIRCUIT = SimpleNamespace(key="circuit")


@pytest.fixture(autouse=True)
def compilations(tmp_path, monkeypatch):
    """How often something was compiled, in a cache of its own."""
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path))
    done = []

    def compile_it(_, folder, flags):
        done.append(flags)
        build = folder / "build"
        (build / "static_arrays").mkdir(parents=True)
        (folder / "source").mkdir()
        (build / "main").write_bytes(os.urandom(5000))
        (build / "main").chmod(0o755)
        (build / "static_arrays" / "one").write_bytes(bytes(80))
        files = {
            name: sha256((build / name).read_bytes()).hexdigest()
            for name in ("main", "static_arrays/one")
        }
        described = {"files": files, "arrays": {"x.y": ["_array_x", "<f8", None, 1]}}
        (build / "manifest").write_bytes(sealed("build", json.dumps(described).encode()))

    monkeypatch.setattr(builds, "_compile", compile_it)
    return done


def test_a_build_is_made_once_and_holds_only_what_a_run_needs(compilations):
    build = builds.compiled(CIRCUIT)
    assert builds.compiled(CIRCUIT) == build
    assert len(compilations) == 1
    assert build.arrays == {"x.y": ("_array_x", "<f8", None, 1)}
    names = {each.name for each in build.folder.iterdir()}
    assert names == {"main", "manifest", "static_arrays"}
    assert {each.suffix for each in build.folder.parent.iterdir()} == {"", ".lock"}


def flipped(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


DAMAGES = {
    "no binary": lambda folder: (folder / "main").unlink(),
    "empty binary": lambda folder: (folder / "main").write_bytes(b""),
    "cut binary": lambda folder: os.truncate(folder / "main", 2000),
    "changed binary": lambda folder: flipped(folder / "main"),
    "not executable": lambda folder: (folder / "main").chmod(0o644),
    "pipe for a binary": lambda folder: ((folder / "main").unlink(), os.mkfifo(folder / "main")),
    "no manifest": lambda folder: (folder / "manifest").unlink(),
    "empty manifest": lambda folder: (folder / "manifest").write_bytes(b""),
    "changed manifest": lambda folder: flipped(folder / "manifest"),
    "no static array": lambda folder: (folder / "static_arrays" / "one").unlink(),
    "short static array": lambda folder: os.truncate(folder / "static_arrays" / "one", 72),
    "empty": lambda folder: (shutil.rmtree(folder), folder.mkdir()),
    "a file": lambda folder: (shutil.rmtree(folder), folder.write_text("")),
    "a link to itself": lambda folder: (shutil.rmtree(folder), folder.symlink_to(folder)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_build_is_built_again(compilations, damage):
    build = builds.compiled(CIRCUIT)
    DAMAGES[damage](build.folder)
    builds.compiled(CIRCUIT)
    builds.compiled(CIRCUIT)
    assert len(compilations) == 2
    assert (build.folder / "main").stat().st_size == 5000


def test_what_a_killed_build_left_is_removed():
    folder = builds.compiled(CIRCUIT).folder
    left = folder.with_name(f"{folder.name}.abc.partial")
    shutil.copytree(folder, left)
    shutil.rmtree(folder)
    builds.compiled(CIRCUIT)
    assert not left.exists()


def test_a_whole_build_needs_no_lock(monkeypatch):
    build = builds.compiled(CIRCUIT)

    def refuse(_):
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr(builds, "FileLock", refuse)
    assert builds.compiled(CIRCUIT) == build
    with pytest.raises(InputError, match=r"Read-only file system.*set RESETSIM_CACHE") as error:
        builds.compiled(SimpleNamespace(key="another"))
    assert "\n" not in str(error.value)


def test_a_failure_is_one_line():
    said = "Traceback\n  x.cpp:3: error: no such type\nmake: *** [x.o] Error 1\n"
    assert str(builds._failure(1, said)).endswith("failed: x.cpp:3: error: no such type")
    full = str(builds._failure(1, "Traceback\nOSError: [Errno 28] No space left on device\n"))
    assert "RESETSIM_CACHE" in full
    assert "\n" not in full
    assert "SIGKILL" in str(builds._failure(-9, ""))
    assert isinstance(builds._failure(1, ""), SimulationError)
