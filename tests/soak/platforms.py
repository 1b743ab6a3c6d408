"""Machines that lack something, and two runs at a time."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .comparing import differences
from .counts import Counts
from .kills import NO_COMPILER
from .leftovers import PRIVATE, check_leftovers
from .place import Place, check_ended
from .soak import Soak

_NUMBER = re.compile(r"\d[\d.]*\d|\d")


def platforms(soak: Soak, counts: Counts) -> None:
    """Run where something is missing; every result is right or refused in one line."""
    trials = [_narrow, _read_only_cache, _no_cache, _no_temporary_folder]
    if not soak.short:
        trials += [_no_compiler, _two_caches, _one_cache, _two_caches, _one_cache]
    for trial in trials:
        if soak.over:
            counts.skip(f"time is over before {trial.__name__.strip('_')}")
            return
        trial(soak, counts)


def _no_compiler(soak: Soak, counts: Counts) -> None:
    wanted = soak.undisturbed("healthy.toml", "--jobs", "2", **NO_COMPILER).out
    place = soak.place(warm=False)
    empty = place.folder / "no programs"
    empty.mkdir()
    ended = place.run(experiment="healthy.toml", PATH=str(empty))
    counts.tried += 1
    if check_ended(ended, counts, "no compiler on the path"):
        _compare(place, wanted, counts, "no compiler on the path")
    if ended.err.count("Warning: ") != 1 or len(ended.err.splitlines()) != 1:
        counts.add("wrong", f"no compiler: not one warning: {ended.err[-300:]}")
    place.remove()


def _read_only_cache(soak: Soak, counts: Counts) -> None:
    place = soak.place()
    check_ended(place.run(), counts, "a run before its cache is read-only")
    for options in ((), ("--resume",), ()):
        with _read_only(place.cache) as possible:
            if not possible:
                counts.skip("a read-only cache: the machine allows no mounts")
                return
            ended = place.run(*options)
        counts.tried += 1
        # --resume of a run that only lacked its last step is a run like any other.
        if check_ended(ended, counts, "read-only cache"):
            _compare(place, soak.undisturbed().out, counts, "read-only cache")
    place.remove()


@contextmanager
def _read_only(folder: Path) -> Iterator[bool]:
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield True
        folder.chmod(0o700)
    elif os.environ.get(PRIVATE):
        subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield True
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
    else:
        yield False


def _no_cache(soak: Soak, counts: Counts) -> None:
    place = soak.place()
    ended = place.run(RESETSIM_CACHE="/proc/nowhere")
    counts.tried += 1
    check_ended(ended, counts, "a cache that cannot be made", (2,))
    place.remove()


def _no_temporary_folder(soak: Soak, counts: Counts) -> None:
    place = soak.place()
    ended = place.run(TMPDIR="/proc/nowhere")
    counts.tried += 1
    what = "a temporary folder that is not there"
    if check_ended(ended, counts, what, (0, 2)) and ended.status == 0:
        _compare(place, soak.undisturbed().out, counts, what)
    place.remove()


def _two_caches(soak: Soak, counts: Counts) -> None:
    place, other = soak.place(), soak.place(warm=False)
    _both(soak, counts, "two caches, one output folder", place, other)


def _one_cache(soak: Soak, counts: Counts) -> None:
    place, other = soak.place(warm=False), soak.place(warm=False)
    other.cache = place.cache
    _both(soak, counts, "one cache, one output folder", place, other)


def _both(soak: Soak, counts: Counts, what: str, place: Place, other: Place) -> None:
    """Run twice at the same time into one folder: both are right, or one is refused."""
    words = ("run", "one.toml", "--out", place.out, "--jobs", "1")
    processes = [(each, each.start(*words)) for each in (place, other)]
    ends = [each.wait(process) for each, process in processes]
    counts.tried += 1
    for ended in ends:
        check_ended(ended, counts, what, (0, 2))
    if all(ended.status for ended in ends):
        counts.add("wrong", f"{what}: both were refused")
    _compare(place, soak.undisturbed().out, counts, what)
    for each in (place, other):
        each.remove()


def _narrow(soak: Soak, counts: Counts) -> None:
    """Show a result with arms at several widths: no digit is cut, every arm is named."""
    result = soak.undisturbed("one.toml" if soak.short else "arms.toml")
    wide = result("show", result.out, COLUMNS="300").out
    numbers = set(_NUMBER.findall(wide))
    for columns in (20, 40, 60, 80):
        ended = result("show", result.out, COLUMNS=str(columns))
        counts.tried += 1
        what = f"{columns} columns"
        check_ended(ended, counts, what)
        found = re.findall(r"…?\d[\d.]*…?", ended.out)
        cut = [each for each in found if "…" not in each and each.rstrip(".") not in numbers]
        if cut:
            counts.add("wrong", f"{what}: cut numbers: {cut[:4]}")
        if not soak.short and columns > 20 and not {"6 h", "4 day"} <= _cells(ended.out):
            counts.add("wrong", f"{what}: the arms are not named:\n{ended.out}")
        if max(map(len, ended.out.splitlines())) > columns:
            counts.add("wrong", f"{what}: lines are longer than the terminal is wide")


def _cells(text: str) -> set[str]:
    return {cell for line in text.splitlines() for cell in re.split(r"\s{2,}|│", line.strip())}


def _compare(place: Place, wanted: Path, counts: Counts, what: str) -> None:
    differing = differences(place.out, wanted)
    if differing:
        counts.add("wrong", f"{what}: {', '.join(differing)}")
    check_leftovers(place, counts, what)
