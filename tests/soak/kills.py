"""Runs that are killed or told to stop at random moments, then run again."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from .commands import forked
from .comparing import differences, same_result
from .counts import Counts
from .leftovers import check_leftovers, marked_processes
from .place import Ended, Place, check_ended
from .soak import OTHER_SEED, Soak

_MOST_IN_A_ROW = 4
_ALL_FIGURES = 99
NO_COMPILER = {"CXX": "no-such-compiler"}
Kill = Callable[[Place, subprocess.Popen[bytes], random.Random], None]


def kills(soak: Soak, counts: Counts) -> None:
    """Kill runs with SIGKILL, with empty, part-filled and full stores."""
    number = 0
    while counts.tried < soak.kills and not soak.over:
        number += 1
        chance = soak.random("kill", number)
        cold = not soak.short and chance.random() < 0.3
        place = soak.place(warm=True)
        if cold:
            _forget(place, chance)
        experiment = "one.toml" if soak.short or chance.random() < 0.6 else "arms.toml"
        earlier = _earlier(soak, place, chance)
        what = f"kills {number} ({experiment}, {'cold' if cold else 'warm'})"
        longest_s = 1.1 * soak.undisturbed(experiment).took_s
        row = min(chance.randint(1, _MOST_IN_A_ROW), soak.kills - counts.tried)
        for _ in range(row):
            _killed(place, chance, longest_s, counts, experiment)
            _check_earlier(place, earlier, soak.undisturbed(experiment).out, counts, what)
        go_on(soak, place, chance, counts, what, experiment)
        place.remove()


def builds(soak: Soak, counts: Counts) -> None:
    """Kill runs while the network is compiled, with an empty cache."""
    if soak.short:
        counts.skip("takes too long for the short version")
        return
    for number in range(max(1, soak.kills // 100)):
        chance = soak.random("build", number)
        place = soak.place(warm=False, built=False)
        what = f"builds {number}"
        for _ in range(4):
            # Some kills are of the compiler alone: one clear line, then.
            process = place.start("run", "one.toml", "--replace", "--out", place.out)
            time.sleep(chance.uniform(2, 25))
            if chance.random() < 0.5:
                _kill_group(place, process)
                place.wait(process)
            elif _kill_one(place, ("cc1plus", "make", "as")):
                check_ended(place.wait(process), counts, f"{what}, compiler killed", (1,))
            else:
                _kill_driver(process)
                place.wait(process)
            counts.tried += 1
        go_on(soak, place, chance, counts, what, "one.toml")
        place.remove()


def signals(soak: Soak, counts: Counts) -> None:
    """Ask runs to stop with SIGINT and SIGTERM."""
    for number in range(max(2, soak.kills // 5)):
        if soak.over:
            break
        chance = soak.random("signal", number)
        place = soak.place(warm=True)
        if not soak.short and chance.random() < 0.5:
            _forget(place, chance)
        which = (signal.SIGINT, signal.SIGTERM)[number % 2]
        what = f"signals {number} ({which.name})"
        process = place.start("run", "one.toml", "--replace", "--out", place.out)
        if not _listens(process):
            counts.skip("no moment at which the command listens was found")
        time.sleep(chance.uniform(0, soak.undisturbed().took_s))
        running = process.poll() is None
        if running:
            os.killpg(process.pid, which)
        ended = place.wait(process, 60)
        counts.tried += 1
        if ended.status == -which and "report.html" in ended.out:
            pass  # the interpreter was ending after all was done, and takes its own way then
        elif check_ended(ended, counts, what, (0, 1)) and ended.status == 1 and running:
            _check_stopped(ended, counts, what)
        go_on(soak, place, chance, counts, what, "one.toml")
        place.remove()


def binaries(soak: Soak, counts: Counts) -> None:
    """Kill a compiled simulation under a run that goes on."""
    if soak.short:
        counts.skip("takes too long for the short version")
        return
    for number in range(max(2, soak.kills // 20)):
        if soak.over:
            break
        chance = soak.random("binary", number)
        place = soak.place(warm=False)
        process = place.start("run", "one.toml", "--replace", "--out", place.out)
        time.sleep(chance.uniform(0, soak.undisturbed().took_s / 3))
        hit = _kill_one(place, ("main",), process)
        ended = place.wait(process)
        counts.tried += 1
        what = f"binaries {number} ({'hit' if hit else 'missed'})"
        check_ended(ended, counts, what, (1,) if hit else (0,))
        go_on(soak, place, chance, counts, what, "one.toml")
        place.remove()


def workers(soak: Soak, counts: Counts) -> None:
    """Without a compiler: kill a worker, or the driver of the workers."""
    if soak.short:
        counts.skip("takes too long for the short version")
        return
    wanted = soak.undisturbed("healthy.toml", "--jobs", "2", **NO_COMPILER)
    for number in range(max(2, soak.kills // 25)):
        chance = soak.random("worker", number)
        place = soak.place(warm=False)
        options = ("run", "healthy.toml", "--replace", "--out", place.out, "--jobs", "2")
        process = place.start(*options, **NO_COMPILER)
        what = f"workers {number} ({'driver' if number % 2 else 'worker'} killed)"
        if not _has_workers(place, process):
            counts.skip(f"{what}: there were no workers to kill")
        time.sleep(chance.uniform(0, wanted.took_s / 2))
        counts.tried += 1
        if number % 2:
            _kill_driver(process)
            place.wait(process)
        else:
            others = [each for each in marked_processes(place.mark) if each != process.pid]
            if others:
                os.kill(chance.choice(others), signal.SIGKILL)
            check_ended(place.wait(process), counts, what, (0, 1))
        go_on(soak, place, chance, counts, what, "healthy.toml", wanted.out, **NO_COMPILER)
        place.remove()


def go_on(
    soak: Soak,
    place: Place,
    chance: random.Random,
    counts: Counts,
    what: str,
    experiment: str,
    wanted: Path | None = None,
    **changes: str,
) -> None:
    """Run again, with or without --resume, until the end; compare with an undisturbed run."""
    resume = chance.random() < 0.6
    unfinished = place.out.with_name("out.partial").exists()
    words = ("run", experiment, "--replace", "--out", place.out)
    options = ("--resume",) if resume else ()
    ended = forked(place, *words, *options, figures=_ALL_FIGURES, **changes)
    if resume and ended.status == 2 and not unfinished:  # there was nothing to resume
        ended = forked(place, *words, figures=_ALL_FIGURES, **changes)
    what = f"{what}, {'--resume' if resume else 'run'} afterwards"
    if ended.status != 0:
        counts.add("stuck", f"{what}: status {ended.status}: {ended.err[-400:]}")
    elif check_ended(ended, counts, what):
        if wanted is None:
            soak.undisturbed(experiment).took_s = ended.took_s  # as the machine is now
        differing = differences(place.out, wanted or soak.undisturbed(experiment).out)
        if differing:
            counts.add("wrong", f"{what}: {', '.join(differing)}")
    check_leftovers(place, counts, what)


def _earlier(soak: Soak, place: Place, chance: random.Random) -> Path | None:
    """Put an earlier result of another seed into the output folder, sometimes."""
    if soak.short or chance.random() < 0.5:
        return None
    earlier = soak.undisturbed("one.toml", "--seed", OTHER_SEED).out
    shutil.copytree(earlier, place.out)
    return earlier


def _check_earlier(
    place: Place, earlier: Path | None, new: Path, counts: Counts, what: str
) -> None:
    if earlier is not None and not holds_whole(place.work, (earlier, new)):
        counts.add("lost", f"{what}: neither the earlier result nor the new one is whole")


def holds_whole(folder: Path, wanted: tuple[Path, ...]) -> bool:
    """Say whether one of these results lies whole in a folder, under whatever name."""
    from resetsim.store.hdf5 import read_result

    results = [read_result(each / "result.h5") for each in wanted]
    held = [each for each in folder.rglob("result.h5") if each.is_file()]
    return any(same_result(file, result) for file in held for result in results)


def _forget(place: Place, chance: random.Random) -> None:
    """Remove a random share of the stored simulations."""
    share = chance.choice((0.3, 0.7, 1.0))
    for file in sorted((place.kept / "simulations").rglob("*.*")):
        if chance.random() < share:
            file.unlink()


def _killed(
    place: Place, chance: random.Random, longest_s: float, counts: Counts, experiment: str
) -> None:
    """Kill a run at a random moment: the driver alone, or all its processes."""
    process = place.start("run", experiment, "--replace", "--out", place.out, "--jobs", "2")
    time.sleep(chance.uniform(0, longest_s))
    if chance.random() < 0.7:
        _kill_driver(process)
    else:
        _kill_group(place, process)
    place.wait(process)
    counts.tried += 1


def _kill_driver(process: subprocess.Popen[bytes]) -> None:
    process.kill()


def _kill_group(place: Place, process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for each in marked_processes(place.mark):
        if each != process.pid:
            kill(each)


def kill(process: int) -> bool:
    """Kill a process; say whether it was still there."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _kill_one(
    place: Place, names: tuple[str, ...], process: subprocess.Popen[bytes] | None = None
) -> bool:
    """Kill a process of one of these names as soon as there is one; say whether there was."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (process is None or process.poll() is None):
        for each in marked_processes(place.mark):
            try:
                name = Path(f"/proc/{each}/comm").read_text().strip()
            except OSError:
                continue
            if name in names and kill(each):
                return True
        time.sleep(0.01)
        if process is None:
            break
    return False


def _has_workers(place: Place, process: subprocess.Popen[bytes]) -> bool:
    while process.poll() is None:
        if len(marked_processes(place.mark)) > 2:
            return True
        time.sleep(0.05)
    return False


def _listens(process: subprocess.Popen[bytes]) -> bool:
    """Wait until the command has taken signals over from the interpreter."""
    status = Path(f"/proc/{process.pid}/status")
    terminates = 1 << (signal.SIGTERM - 1)  # the interpreter itself never catches it
    while process.poll() is None:
        try:
            text = status.read_text()
        except OSError:
            break
        caught = int(text.split("SigCgt:")[1].split()[0], 16)
        if caught & terminates:
            return True
        time.sleep(0.01)
    return False


def _check_stopped(ended: Ended, counts: Counts, what: str) -> None:
    if not ended.told[0].startswith("Stopped"):
        counts.add("wrong", f"{what}: it does not say that it was stopped: {ended.err[-300:]}")
