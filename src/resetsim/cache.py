"""Where compiled networks, finished simulations and answers are kept between runs.

Each version of the code that makes them has a folder of its own below the cache, so that what the
present one cannot use is known and can be removed. Networks and simulations depend on a part of the
code, answers on all of it.
"""

import os
import re
import shutil
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_cache_path

from resetsim.errors import InputError

ANSWERS = "answers"
"""What is worked out from simulations."""

_MARK = "of-resetsim"
_VERSION = re.compile(r"code-[0-9a-f]{12}")
# What versions before 0.2 kept side by side, by the names that they gave.
_BEFORE = {
    "builds": re.compile(r"[0-9a-f]{24}-[0-9a-f]{8}(\.lock)?"),
    "simulations": re.compile(r"[0-9a-f]{2}"),
    "outputs": re.compile(r"[0-9a-f]{24}\.lock"),
}


class Kept(NamedTuple):
    """What the cache keeps of one version of the code.

    Attributes
    ----------
    folder
        That holds it.
    files, size_bytes
        How many files, and their length in all.
    usable
        Whether the present version reads it.
    """

    folder: Path
    files: int
    size_bytes: int
    usable: bool


def cache_root() -> Path:
    """Return the folder of everything that is kept: ``RESETSIM_CACHE``, or the user's."""
    chosen = os.environ.get("RESETSIM_CACHE")
    return (Path(chosen) if chosen else user_cache_path("resetsim")).absolute()


def cache_path(name: str) -> Path:
    """Return where a folder of the cache is, whether it is there or not.

    Parameters
    ----------
    name
        What is kept there.

    Returns
    -------
    Path
        Of the present version of the code.
    """
    return cache_root() / _version_folder(name == ANSWERS) / name


def cache_folder(name: str) -> Path:
    """Return a folder of the cache; it is made if need be.

    Parameters
    ----------
    name
        What is kept there.

    Returns
    -------
    Path
        As :func:`cache_path` says, without symbolic links.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    folder = cache_path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder.parent / _MARK).touch()
    except OSError as error:
        raise InputError(
            f"the cache folder {folder} cannot be made ({error.strerror}); "
            "set RESETSIM_CACHE to a folder that can be written"
        ) from None
    return folder.resolve()


def kept() -> list[Kept]:
    """Return what the cache keeps, that of the present version first."""
    return sorted(_kept(), key=lambda each: (not each.usable, -each.size_bytes))


def clean(everything: bool) -> int:
    """Remove what the present version of the code cannot use.

    Parameters
    ----------
    everything
        Whether to remove what it can use, too.

    Returns
    -------
    int
        Bytes freed. What resetsim did not make stays.

    Raises
    ------
    InputError
        If something cannot be removed.
    """
    removed = [each for each in _kept() if everything or not each.usable]
    try:
        for each in removed:
            if each.folder.name in _BEFORE:
                _remove_before(each.folder)
            else:
                shutil.rmtree(each.folder)
    except OSError as error:
        raise InputError(f"{error.filename} cannot be removed ({error.strerror})") from None
    return sum(each.size_bytes for each in removed)


def _kept() -> Iterator[Kept]:
    root = cache_root()
    usable = {_version_folder(answers) for answers in (False, True)}
    folders = sorted(root.iterdir()) if root.is_dir() else []
    for folder in folders:
        marked = _VERSION.fullmatch(folder.name) and (folder / _MARK).is_file()
        if folder.is_symlink() or not (marked or folder.name in _BEFORE):
            continue
        tops = [folder] if marked else list(_of_before(folder))
        sizes = [path.lstat().st_size for top in tops for path in _files(top)]
        yield Kept(folder, len(sizes), sum(sizes), folder.name in usable)


def _files(top: Path) -> Iterator[Path]:
    if top.is_file():
        yield top
    for parent, _, names in os.walk(top):
        yield from (Path(parent) / name for name in names)


def _of_before(folder: Path) -> Iterator[Path]:
    return (each for each in folder.iterdir() if _BEFORE[folder.name].fullmatch(each.name))


def _remove_before(folder: Path) -> None:
    for each in list(_of_before(folder)):
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def _version_folder(answers: bool) -> str:
    return f"code-{_code_of_answers() if answers else _code()}"


@lru_cache
def _code() -> str:
    """Hash of the code and the version of Brian2 that make networks and simulations."""
    here = Path(__file__).parent
    digest = sha256(version("brian2").encode())
    for module in sorted([*here.glob("tissue/*.py"), *here.glob("spiking/*.py")]):
        digest.update(module.name.encode() + module.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache
def _code_of_answers() -> str:
    """Hash of all code, and of the libraries that compute and draw."""
    here = Path(__file__).parent
    libraries = ("brian2", "numpy", "scipy", "matplotlib", "pillow")
    digest = sha256(repr([version(library) for library in libraries]).encode())
    for module in sorted(here.glob("**/*.*")):
        if module.suffix in (".py", ".cpp", ".txt"):
            digest.update(module.name.encode() + module.read_bytes())
    return digest.hexdigest()[:12]
