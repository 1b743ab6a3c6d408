"""Runs of a cohort, whole, in shards or on a cluster, of which a part is killed, then gone on with.

Run it from files that nobody changes meanwhile: shards of two versions are refused.
"""

import random
import subprocess
import sys
import time
from pathlib import Path

from resetsim.cache import cache_folder

from .clusters import Cluster
from .commands import forked
from .counts import Counts
from .kills import kill
from .leftovers import check_leftovers, marked_processes, processes_end
from .place import Ended, Place, check_ended
from .soak import Soak

_TESTS = Path(__file__).parents[1]
_COMMAND = _TESTS / "end_to_end" / "formula_command.py"
sys.path += [str(_TESTS), str(_COMMAND.parent)]

from cohort_files import different_files  # noqa: E402
from formula_command import with_formulas  # noqa: E402
from known_cohort import SMALL, written  # noqa: E402

_SLOWLY = {"SLOWLY": "0.2"}
_SHARDS = 3
_MOST_IN_A_ROW = 3
_EXPERIMENT = "trial.toml"
_KINDS = ("driver", "worker", "shard", "scheduler", "cluster's worker")


class CohortPlace(Place):
    """A place with a cohort whose drift is a formula: patients are followed, nothing simulated."""

    program = (str(_COMMAND),)

    def __init__(self, base: Path) -> None:
        super().__init__(base, None)
        (self.kept / "kernels").symlink_to(cache_folder("kernels"))
        written(self.work, SMALL)
        self.shards = [self.work / f"shard_{number + 1}" for number in range(_SHARDS)]
        self.known = {each.name for each in (*self.work.iterdir(), *self.shards)}

    def whole(self) -> tuple[object, ...]:
        """Return the command that runs the cohort."""
        return ("run", _EXPERIMENT, "--replace", "--out", self.out, "--jobs", "2")

    def shard(self, number: int) -> tuple[object, ...]:
        """Return the command that runs one of the shards."""
        part = ("--jobs", "1", "--shard", f"{number + 1}/{_SHARDS}")
        return ("run", _EXPERIMENT, "--replace", "--out", self.shards[number], *part)

    def chunks(self) -> dict[Path, int]:
        """Return when each kept chunk was written."""
        return {each: each.stat().st_mtime_ns for each in self.cache.glob("*/cohorts/*/*.chunk")}


def cohorts(soak: Soak, counts: Counts) -> None:
    """Kill parts of runs in turn; all end in the files of an undisturbed run."""
    wanted = CohortPlace(soak.base)
    whole_s = _undisturbed(wanted, wanted.whole())
    shard_s = _undisturbed(wanted, wanted.shard(0))
    number = 0
    while counts.tried < max(3, soak.kills // 4) and not soak.over:
        kind = _KINDS[number % len(_KINDS)]
        number += 1
        chance = soak.random("cohort", number)
        place = CohortPlace(soak.base)
        what = f"cohorts {number} ({kind})"
        if kind == "shard":
            _shards(place, chance, shard_s, counts, what)
        elif kind in ("scheduler", "cluster's worker"):
            for _ in range(chance.randint(1, 2)):
                _on_a_cluster(place, kind, chance, whole_s, counts, what)
            _go_on(place, place.whole(), chance, counts, what)
        else:
            for _ in range(chance.randint(1, _MOST_IN_A_ROW)):
                _killed(place, place.whole(), kind, chance, whole_s, counts, what)
            _go_on(place, place.whole(), chance, counts, what)
        if differing := different_files(place.out, wanted.out):
            counts.add("wrong", f"{what}: {', '.join(differing)}")
        if place.chunks():
            counts.add("stuck", f"{what}: chunks are kept after the end")
        check_leftovers(place, counts, what)
        place.remove()
    wanted.remove()


def _undisturbed(place: CohortPlace, words: tuple[object, ...]) -> float:
    ended = place(*words, **_SLOWLY)
    if ended.status != 0:
        raise SystemExit(f"an undisturbed run of a cohort failed: {ended.err}")
    return ended.took_s


def _shards(
    place: CohortPlace, chance: random.Random, longest_s: float, counts: Counts, what: str
) -> None:
    """Run the shards in any order, each killed once, and put them together."""
    for number in chance.sample(range(_SHARDS), _SHARDS):
        words = place.shard(number)
        _killed(place, words, "driver", chance, longest_s, counts, what)
        _go_on(place, words, chance, counts, what)
    _require_done(_formulas(place, "merge", *place.shards, "--out", place.out), counts, what)


def _on_a_cluster(
    place: CohortPlace,
    kind: str,
    chance: random.Random,
    longest_s: float,
    counts: Counts,
    what: str,
) -> None:
    """Kill the scheduler of a cluster, or one of its workers alone, while a run is on it."""
    before = place.chunks()
    with Cluster(place, **_SLOWLY) as cluster:
        process = place.start(*place.whole(), "--scheduler", cluster.address, **_SLOWLY)
        time.sleep(chance.uniform(0, longest_s))
        victim = cluster.scheduler if kind == "scheduler" else chance.choice(cluster.workers)
        hit = process.poll() is None
        victim.kill()
        ended = place.wait(process)
        counts.tried += hit
        # 2 where the scheduler had gone before the run asked for it.
        check_ended(ended, counts, what, (0, 1, 2) if kind == "scheduler" else (0, 1))
    _check_kept(place, before, counts, what)


def _killed(
    place: CohortPlace,
    words: tuple[object, ...],
    kind: str,
    chance: random.Random,
    longest_s: float,
    counts: Counts,
    what: str,
) -> None:
    """Kill a run at a random moment; what it had finished before must be left as it is."""
    before = place.chunks()
    process = place.start(*words, **_SLOWLY)
    time.sleep(chance.uniform(0, longest_s))
    victims = [process.pid] if kind == "driver" else _workers(place, process)
    hit = process.poll() is None and bool(victims) and kill(chance.choice(victims))
    ended = place.wait(process)
    counts.tried += hit
    if kind == "worker":
        check_ended(ended, counts, what, (0, 1))
    _check_kept(place, before, counts, what)


def _check_kept(place: CohortPlace, before: dict[Path, int], counts: Counts, what: str) -> None:
    """Count processes that live on after a kill, and chunks that are not as they were before it."""
    if not processes_end(place.mark):
        counts.add("stuck", f"{what}: processes live on after a kill")
    kept = place.chunks()
    if kept and not before.items() <= kept.items():  # none where the run was over
        counts.add("lost", f"{what}: patients who had been followed were followed again")


def _workers(place: CohortPlace, process: subprocess.Popen[bytes]) -> list[int]:
    """Return the workers of a run as soon as there are any, none if it ends before."""
    while process.poll() is None:
        if found := [each for each in marked_processes(place.mark) if each != process.pid]:
            return found
        time.sleep(0.02)
    return []


def _go_on(
    place: CohortPlace,
    words: tuple[object, ...],
    chance: random.Random,
    counts: Counts,
    what: str,
) -> None:
    """Run to the end, with or without --resume."""
    resume = chance.random() < 0.6
    ended = _formulas(place, *words, *(["--resume"] if resume else []))
    if resume and ended.status == 2 and "no unfinished run" in ended.err:
        ended = _formulas(place, *words)
    _require_done(ended, counts, f"{what}, {'--resume' if resume else 'run'} afterwards")


def _formulas(place: CohortPlace, *words: object) -> Ended:
    return forked(place, *words, before=with_formulas)


def _require_done(ended: Ended, counts: Counts, what: str) -> None:
    if ended.status != 0:
        counts.add("stuck", f"{what}: status {ended.status}: {ended.err[-400:]}")
    else:
        check_ended(ended, counts, what)
