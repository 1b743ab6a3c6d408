"""Stored simulations and results with random damage, read again."""

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from resetsim.declare.experiment import read_experiment
from resetsim.errors import InputError
from resetsim.progress import Silent
from resetsim.spiking import store
from resetsim.spiking.engine import best_engine
from resetsim.spiking.task import Recording
from resetsim.store.hdf5 import read_result, write_result
from resetsim.study.experiment import prepare, run_experiment
from tests.results_fixture import same, toy_result

from .counts import Counts
from .forks import each_in_fork
from .mutations import mutated, put_something_else, remove_whatever
from .place import Place
from .soak import Soak

_LONGEST_S = 10
_ACCEPTED = "accepted with other content"


def store_damage(soak: Soak, counts: Counts) -> None:
    """Damage stored simulations: they are equal or none, without an exception."""
    place = soak.place()
    os.environ["RESETSIM_CACHE"] = str(place.cache)
    asked = _asked_of_the_store(place)
    wanted = {file: store.load(*arguments) for file, arguments in asked.items()}
    contents = {file: file.read_bytes() for file in asked}
    files = sorted(asked)

    def one(case: int) -> str:
        chance = soak.random("store", case)
        file = chance.choice(files)
        if chance.random() < 0.03:
            done = put_something_else(file, chance)
        elif chance.random() < 0.02:
            done = "another stored file"
            file.unlink()
            file.write_bytes(contents[chance.choice(files)])
        else:
            content, done = mutated(contents[file], chance)
            file.unlink()
            file.write_bytes(content)
        try:
            return f"{_loaded(asked[file], wanted[file])} after: {done}"
        finally:
            remove_whatever(file)
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(contents[file])

    _count(soak, counts, one)
    place.remove()


def _asked_of_the_store(place: Place) -> dict[Path, tuple[Any, ...]]:
    """Return with which arguments an experiment asks for each stored simulation, by file."""
    calls: dict[str, tuple[Any, ...]] = {}

    def load(key: str, *others: Any) -> Recording | None:
        calls[key] = (key, *others)
        return kept(key, *others)

    kept, store.load = store.load, load
    try:
        experiment = read_experiment(str(place.work / "one.toml"))
        run_experiment(experiment, prepare(experiment), best_engine(1), Silent())
    finally:
        store.load = kept
    files = {each.stem: each for each in (place.kept / "simulations").rglob("*.*")}
    return {files[key]: arguments for key, arguments in calls.items()}


def _loaded(arguments: tuple[Any, ...], wanted: Recording | None) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = store.load(*arguments)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return "right" if found is None or same(found, wanted) else _ACCEPTED


def result_damage(soak: Soak, counts: Counts) -> None:
    """Damage result files: they are equal or refused with an InputError."""
    place = soak.place()
    toy = place.folder / "toy.h5"
    write_result(toy_result(), toy)
    real = soak.undisturbed().out / "result.h5"
    wanted = [(file.read_bytes(), read_result(file)) for file in (toy, real)]
    victim = place.folder / "victim.h5"

    def one(case: int) -> str:
        chance = soak.random("result", case)
        content, result = chance.choice(wanted)
        remove_whatever(victim)
        if chance.random() < 0.02:
            victim.write_bytes(content)
            done = put_something_else(victim, chance)
        else:
            changed, done = mutated(content, chance)
            victim.write_bytes(changed)
        return f"{_read(victim, result)} after: {done}"

    _count(soak, counts, one)
    place.remove()


def _read(file: Path, wanted: object) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = read_result(file)
        except InputError:
            return "right"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return "right" if same(found, wanted) else _ACCEPTED


def _count(soak: Soak, counts: Counts, one: Callable[[int], str]) -> None:
    """Try the mutations a thousand at a time, as long as there is time."""
    for start in range(0, soak.mutations, 1000):
        if soak.over:
            counts.skip(f"time is over after {start} mutations")
            return
        cases = range(start, min(start + 1000, soak.mutations))
        for case, came_out in each_in_fork(cases, one, _LONGEST_S).items():
            counts.tried += 1
            if came_out.startswith("hang"):
                counts.add("stuck", f"mutation {case}: {came_out}")
            elif not came_out.startswith("right"):
                counts.add("wrong", f"mutation {case}: {came_out[:300]}")
