"""A kill at each step that creates, fills, finishes or replaces an output folder, one by one."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .commands import forked
from .comparing import differences
from .counts import Counts
from .kills import holds_whole
from .leftovers import check_leftovers
from .place import Ended, Place, check_ended
from .soak import OTHER_SEED, Soak

# What the interpreter tells its audit hooks before it does it.
_STEPS = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate")


def moments(soak: Soak, counts: Counts) -> None:
    """Kill before each step; then --resume and a plain run must both end with the new result."""
    wanted = _alone(soak, ())
    earlier = _alone(soak, ("--seed", OTHER_SEED))
    for case, prepare in _cases(earlier.out).items():
        steps = _steps(soak, prepare)
        chosen = _chosen(soak, case, steps)
        print(f"  moments, {case}: {len(steps)} steps, {len(chosen)} of them tried", flush=True)
        for number in chosen:
            if soak.over:
                counts.skip(f"{case}: time is over before step {number} of {len(steps)}")
                break
            options = [(), ("--resume",)]
            if soak.short:
                options = [options[number % 2]]
            for afterwards in options:
                what = f"{case}: killed before step {number}, {steps[number - 1]}"
                _try(soak, prepare, number, afterwards, wanted, earlier, counts, what)
    for place in (wanted, earlier):
        place.remove()


def _chosen(soak: Soak, case: str, steps: list[str]) -> list[int]:
    numbers = list(range(1, len(steps) + 1))
    if not soak.short:
        return numbers
    folders = [each for each in numbers if not steps[each - 1].startswith("open")]
    return sorted(soak.random("moments", case).sample(folders, 1))


def _cases(earlier: Path) -> dict[str, Callable[[Place], None]]:
    def nothing(_: Place) -> None:
        """No output folder is there yet."""

    def result(place: Place) -> None:
        shutil.copytree(earlier, place.out)

    def both(place: Place) -> None:
        result(place)
        _run(place, ("--seed", OTHER_SEED), kill_at=12)

    return {"new": nothing, "beside an earlier result": result, "beside an unfinished run": both}


def _try(
    soak: Soak,
    prepare: Callable[[Place], None],
    number: int,
    afterwards: tuple[str, ...],
    wanted: Place,
    earlier: Place,
    counts: Counts,
    what: str,
) -> None:
    place = soak.place()
    prepare(place)
    had_earlier = place.out.exists()
    killed = _run(place, (), kill_at=number)
    counts.tried += 1
    # How many steps there are depends on which process is faster: it may have ended before.
    if killed.status not in (0, -signal.SIGKILL):
        counts.add("wrong", f"{what}: the run was to be killed, but ended with {killed.status}")
    whole = (earlier.out, wanted.out)
    if had_earlier and not holds_whole(place.work, whole):
        counts.add("lost", f"{what}: neither the earlier result nor the new one is whole")
    unfinished = place.out.with_name("out.partial").exists()
    ended = _run(place, afterwards)
    if ended.status == 2 and afterwards and not (unfinished and "was of other" not in ended.err):
        ended = _run(place, ())  # there was nothing to resume, or something else
    what = f"{what}, then run {' '.join(afterwards)}"
    if ended.status != 0:
        counts.add("stuck", f"{what}: status {ended.status}: {ended.err[-300:]}")
        if had_earlier and not holds_whole(place.work, whole):
            counts.add("lost", f"{what}: neither the earlier result nor the new one is whole")
    elif check_ended(ended, counts, what):
        differing = differences(place.out, wanted.out)
        if differing:
            counts.add("wrong", f"{what}: {', '.join(differing)}")
        check_leftovers(place, counts, what)
    place.remove()


def _alone(soak: Soak, options: tuple[str, ...]) -> Place:
    place = soak.place()
    ended = _run(place, options)
    if ended.status != 0:
        raise SystemExit(f"an undisturbed run failed: {ended.err}")
    return place


def _steps(soak: Soak, prepare: Callable[[Place], None]) -> list[str]:
    place = soak.place()
    prepare(place)
    log = place.folder / "steps"
    _run(place, (), log=log)
    steps = log.read_text().splitlines()
    place.remove()
    return steps


def _run(
    place: Place, options: tuple[str, ...], kill_at: int | None = None, log: Path | None = None
) -> Ended:
    def watch() -> None:
        _watch(place.work, kill_at, log)

    # With one job all files are written by this process.
    words = ("run", "one.toml", "--replace", "--out", place.out, "--jobs", "1", *options)
    return forked(place, *words, before=watch if kill_at or log else None)


def _watch(folder: Path, kill_at: int | None, log: Path | None) -> None:
    """Count the steps in a folder; kill this process before one of them, or write them down."""
    inside = str(folder.resolve())
    record = None if log is None else os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    steps = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal steps
        if event == "open":
            flags = arguments[2] or 0
            if not flags & (os.O_WRONLY | os.O_RDWR):
                return
        elif event not in _STEPS:
            return
        path = _path(event, arguments)
        if path is None or not path.startswith(inside):
            return
        steps += 1
        if record is not None:
            os.write(record, f"{event} {path.removeprefix(inside)}\n".encode())
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _path(event: str, arguments: tuple[Any, ...]) -> str | None:
    """Return the path of a step; it may be given below an open folder."""
    if not isinstance(arguments[0], str | bytes | os.PathLike):
        return None
    path = os.fsdecode(arguments[0])
    folder = {"os.remove": 1, "os.rmdir": 1, "os.mkdir": 2, "os.rename": 2}.get(event)
    if folder is not None and isinstance(arguments[folder], int) and arguments[folder] >= 0:
        return str(Path(f"/proc/self/fd/{arguments[folder]}").readlink() / path)
    return str(Path.cwd() / path)
