"""Full disks: small file systems in memory, mounted where a run writes."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .comparing import differences
from .counts import Counts
from .kills import go_on, holds_whole
from .leftovers import PRIVATE
from .place import Place, check_ended
from .soak import OTHER_SEED, Soak

_MEMORY = Path("/dev/shm")
_KB = (16, 200, 600, 1000, 1600, 2400, 4000, 64_000)


def disks(soak: Soak, counts: Counts) -> None:
    """Run on disks that are full sooner or later; then once more, with room."""
    if not os.environ.get(PRIVATE):
        counts.skip("the machine allows no mounts")
        return
    cases: list[tuple[Callable[[Soak, int, Counts], None], int]] = [
        (kind, room) for kind in (_memory, _cache, _output, _over_a_result) for room in _KB
    ]
    cases += [(_both, room) for room in _KB[:5]] + [(_build, 8000), (_build, 25_000)]
    if soak.short:
        cases = [(_output, 200)]
    for kind, room in cases:
        if soak.over:
            counts.skip(f"time is over before {kind.__name__.strip('_')} with {room} kB")
            return
        kind(soak, room, counts)
        counts.tried += 1


def _memory(soak: Soak, room: int, counts: Counts) -> None:
    place = soak.place(warm=False)
    with _small(_MEMORY, room):
        _run_twice(soak, place, counts, f"/dev/shm of {room} kB", [_MEMORY])
    place.remove()


def _both(soak: Soak, room: int, counts: Counts) -> None:
    place = soak.place(warm=False)
    with _small(_MEMORY, room), _small(place.temporary, room):
        _run_twice(
            soak,
            place,
            counts,
            f"/dev/shm and temporary folder of {room} kB",
            [_MEMORY, place.temporary],
        )
    place.remove()


def _cache(soak: Soak, room: int, counts: Counts) -> None:
    place = soak.place(warm=False)
    with _small(place.cache, room):
        place.kept.mkdir()
        (place.kept / "builds").symlink_to(soak.builds)
        _run_twice(soak, place, counts, f"cache of {room} kB", [place.cache])
    place.remove()


def _build(soak: Soak, room: int, counts: Counts) -> None:
    place = soak.place(warm=False, built=False)
    with _small(place.cache, room):
        ended = place.run()
        check_ended(ended, counts, f"cache of {room} kB without builds", (0, 1, 2))
        if ended.status == 0:
            _check_result(soak, place, counts, f"cache of {room} kB without builds")
    place.remove()


def _output(soak: Soak, room: int, counts: Counts) -> None:
    place = soak.place()
    with _disk(place, room) as disk:
        _run_twice(soak, place, counts, f"output disk of {room} kB", [disk])
    place.remove()


def _over_a_result(soak: Soak, room: int, counts: Counts) -> None:
    place = soak.place()
    earlier = soak.undisturbed("one.toml", "--seed", OTHER_SEED).out
    what = f"output disk with a result and {room} kB"
    with _disk(place, 100_000) as disk:
        shutil.copytree(earlier, place.out)
        held = (os.statvfs(disk).f_blocks - os.statvfs(disk).f_bfree) * 4
        _mount("-o", f"remount,size={held + room}k", str(disk))
        ended = place.run()
        check_ended(ended, counts, what, (0, 1, 2))
        if not holds_whole(place.work, (earlier, soak.undisturbed().out)):
            counts.add("lost", f"{what}: neither the earlier result nor the new one is whole")
        _make_room([disk])
        go_on(soak, place, soak.random(what), counts, what, "one.toml")
    place.remove()


def _run_twice(soak: Soak, place: Place, counts: Counts, what: str, disks: list[Path]) -> None:
    ended = place.run("--jobs", "2")
    if check_ended(ended, counts, what, (0, 1, 2)) and ended.status == 0:
        _check_result(soak, place, counts, what)
    _make_room(disks)
    go_on(soak, place, soak.random(what), counts, f"{what}, then room", "one.toml")


def _check_result(soak: Soak, place: Place, counts: Counts, what: str) -> None:
    differing = differences(place.out, soak.undisturbed().out)
    if differing:
        counts.add("wrong", f"{what}: {', '.join(differing)}")


@contextmanager
def _disk(place: Place, room: int) -> Iterator[Path]:
    """Move a place's output to a disk of its own."""
    disk = place.work / "disk"
    disk.mkdir()
    place.known.add(disk.name)
    place.out = disk / "out"
    with _small(disk, room):
        yield disk


@contextmanager
def _small(folder: Path, room: int) -> Iterator[None]:
    _mount("-t", "tmpfs", "-o", f"size={room}k", "tmpfs", str(folder))
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _make_room(disks: list[Path]) -> None:
    for disk in disks:
        _mount("-o", "remount,size=500m", str(disk))


def _mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True)
