"""Mutants of the shipped files: what each may say to the reader is that it is accepted, or why not.

Values are scaled, negated and swapped for other types, keys dropped, misspelt and duplicated,
tables nested, and hidden characters put into texts.
"""

import copy
import json
import random
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pretending import run_cohort_pretended, run_pretended

from resetsim.declare.experiment import read_experiment
from resetsim.declare.files import find_file, read_toml, shipped_names
from resetsim.declare.quantities import NUMBER
from resetsim.errors import InputError
from resetsim.study.cohort_prepared import prepare_cohort
from resetsim.study.experiment import prepare

LONGEST_S = 20.0  # of reading one mutant, on a busy machine

_OTHERS = (
    *(True, 0, -1, 5, 2**62, 10**30, 0.5, 1e300, float("nan"), float("inf"), date(2020, 1, 1)),
    *("", "x", "5 mV", "1 s", "-1 day", "1 Hz", "2 1/h", "1e300 s", "1e11 day", "5 mg/kg/h"),
    *("\0", "a\x07b", "/", "..", "reset", "none.toml", [], {}, [[]], [{}], {"value": 1}),
)

_POWERS = (-300, -12, -6, -3, -2, -1, 1, 2, 3, 6, 12, 300)

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutant:
    """One changed file among the files of an experiment.

    Attributes
    ----------
    texts
        All files, by name; the first one is the experiment.
    change
        What was done, in words.
    """

    texts: dict[str, str]
    change: str


def mutants(seed: int) -> Iterator[Mutant]:
    """Yield mutants without end; the same ones for the same seed."""
    draw = random.Random(seed)
    shipped = {
        name: read_toml(find_file(name, "experiment")) for name in shipped_names("experiment")
    }
    while True:
        name = draw.choice(sorted(shipped))
        files = _files(copy.deepcopy(shipped[name]))
        victim = draw.choice(sorted(files))
        changes = [_mutated(draw, files[victim]) for _ in range(draw.choice((1, 1, 1, 2)))]
        texts = {file: _text(content) for file, content in files.items()}
        if draw.random() < 0.1:
            texts[victim], change = _garbled(draw, texts[victim])
            changes.append(change)
        yield Mutant(texts, f"{name}, {victim}: {'; '.join(changes)}")


def outcome(mutant: Mutant, folder: Path, run: bool) -> str:
    """Return ``accepted``, ``ran``, ``refused``, or what went wrong with a mutant.

    Parameters
    ----------
    mutant
        Of an experiment.
    folder
        Where its files are written.
    run
        Whether an accepted one is run, its spikes made up.
    """
    for name, text in mutant.texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    try:
        with _time_limit(LONGEST_S):
            experiment = read_experiment(folder / next(iter(mutant.texts)))
            prepared = (prepare_cohort if experiment.has_cohort else prepare)(experiment)
        if not run:
            return "accepted"
        with _time_limit(20 * LONGEST_S):
            if experiment.has_cohort:
                run_cohort_pretended(experiment, prepared, folder)
            else:
                run_pretended(experiment, prepared, folder)
        return "ran"
    except InputError as error:
        lines = str(error).splitlines()
        assert lines
        assert max(map(len, lines)) < 600, f"a message of {max(map(len, lines))} characters"
        return "refused"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def outcomes(count: int, seed: int, folder: Path, run_every: int) -> tuple[Counter[str], list[str]]:
    """Return how many mutants ended how, and a line for each that did not end well."""
    ends: Counter[str] = Counter()
    failures = []
    for number, mutant in zip(range(count), mutants(seed), strict=False):
        end = outcome(mutant, folder, run=number % run_every == 0)
        if end in ("accepted", "ran", "refused"):
            ends[end] += 1
        else:
            ends["failed"] += 1
            failures.append(f"{mutant.change}: {end}")
    return ends, failures


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError(f"not finished after {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _files(experiment: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the experiment and the files that it names, each renamed to one beside it."""
    files = {"experiment.toml": experiment}
    experiment.get("vary", {}).pop("hypothesis", None)  # else the file beside it is nobody's
    experiment.setdefault("hypothesis", "reset")
    tables = [experiment, *experiment.get("treatment", [])]
    for key, kind in (
        ("model", "model"),
        ("memory", "model"),
        ("hypothesis", "hypothesis"),
        ("drug", "drug"),
        ("population", "population"),
    ):
        for table in tables:
            if key in table:
                content = read_toml(find_file(table[key], kind))  # type: ignore[arg-type]
                table[key] = f"{key}.toml"
                files[table[key]] = content
    return files


def _mutated(draw: random.Random, content: dict[str, Any]) -> str:
    if draw.random() < 0.5 and (
        numbers := [place for place in _places(content) if _is_number(content, place)]
    ):
        place = draw.choice(numbers)
        table, key = _above(content, place), place[-1]
        table[key] = _scaled(draw, table[key])
        return f"{'.'.join(map(str, place))} = {table[key]!r}"
    place = draw.choice(list(_places(content)))
    return _broken(draw, _above(content, place), place)


def _above(content: Any, place: Place) -> Any:
    for step in place[:-1]:
        content = content[step]
    return content


def _is_number(content: Any, place: Place) -> bool:
    value = _above(content, place)[place[-1]]
    return isinstance(value, int | float) or (
        isinstance(value, str) and re.match(rf"{NUMBER} ?[a-zA-Z1]", value) is not None
    )


def _broken(draw: random.Random, table: Any, place: Place) -> str:
    key, where = place[-1], ".".join(map(str, place))
    value = table[key]
    match draw.randrange(5):
        case 0 if isinstance(key, str):
            del table[key]
            return f"without {where}"
        case 1 if isinstance(key, str):
            slip = draw.randrange(len(key) + 1)
            table[key[:slip] + draw.choice("xé\0 ") + key[slip:]] = table.pop(key)
            return f"misspelt {where}"
        case 2:
            for _ in range(draw.choice((1, 2, 12, 100))):
                value = [value] if draw.random() < 0.5 else {"value": value}
        case 3 if isinstance(value, str):
            at = draw.randrange(len(value) + 1)
            value = value[:at] + draw.choice("\0\x07\x1b\x7f\x85") + value[at:]
        case _:
            value = draw.choice(_OTHERS)
    table[key] = value
    return f"{where} = {str(value)[:60]!r}"


def _places(value: Any, place: Place = ()) -> Iterator[Place]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*place, key)
        if isinstance(item, dict | list):
            yield from _places(item, (*place, key))


def _scaled(draw: random.Random, value: Any) -> Any:
    factor = draw.choice((-1.0, 0.0, 0.5, 2.0, *(10.0**power for power in _POWERS)))
    match value:
        case bool():
            return not value
        case int():
            return round(value * min(factor, 1e12))
        case float():
            return value * factor
    number = re.match(NUMBER, value)
    assert number is not None
    return f"{float(number[0]) * factor!r}{value[number.end() :]}"


def _garbled(draw: random.Random, text: str) -> tuple[str, str]:
    lines = text.splitlines()
    at = draw.randrange(len(lines))
    if draw.random() < 0.5:
        return "\n".join([*lines[: at + 1], *lines[at:]]), f"line {at + 1} twice"
    slip = draw.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:slip] + draw.choice('"[]{}=.,#\\\0\x0b') + lines[at][slip:]
    return "\n".join(lines), f"line {at + 1} garbled"


def _text(content: dict[str, Any]) -> str:
    return "\n".join(f"{_toml(key)} = {_toml(value)}" for key, value in content.items())


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value).replace("\x7f", "\\u007f")
        case dict():
            return (
                "{"
                + ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items())
                + "}"
            )
        case list() | tuple():
            return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value)
