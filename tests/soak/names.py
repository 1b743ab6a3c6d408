"""Names and texts that try to get out: into the terminal, or out of the output folder."""

import json
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from resetsim.errors import InputError
from resetsim.records.setting import Setting
from resetsim.store.hdf5 import write_result
from tests.results_fixture import toy_result

from .commands import forked
from .counts import Counts
from .experiments import ARMS, ONE
from .place import Ended, Place, check_ended
from .soak import Soak

_TEXTS = (
    "\x1b[31mred\x1b]0;title\x07",
    "back\b\b\b\rover\x7f",
    "\x9b31m\x85\x90",
    "NUL \x00 in it",
    "two\nlines\ttab\vvertical\f",
    "quote \" ' ` $(touch pwned) ; & | <script>alert(1)</script>",
    "../../../outside",
    "/outside",
    "right to left \u202e\u2066 and \ufeff",
    "[bold]markup[/bold] [link=file:///etc]x[/link] [/]",
    "{{ template }} {% raw %} %s %d {0}",
    "long " * 4000,
    "",
)
_FILES = (
    b"\x1b[31m.toml",
    b"new\nline.toml",
    b"quote'\".toml",
    b"\xff\xfe.toml",
    b"\xc3\xa9.toml",
    b"n" * 240 + b".toml",
    b"n" * 250 + b".toml",
    b"..toml",
    b" .toml",
    b".hidden.toml",
    b"[red]x[bold].toml",
    b"$(touch pwned).toml",
)
_OUTPUTS = (
    b"\xff\xfe",
    b"new\nline",
    b"\x1b[31m",
    b"o" * 245,
    b"o" * 300,
    b"",
    b"a/../b",
    b"...",
    b"[red]",
)
_ASCII = {
    "PYTHONIOENCODING": "ascii",
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
}


def names(soak: Soak, counts: Counts) -> None:
    """Run and show what has hostile names and texts in it."""
    trials = (_question, _arms, _populations, _other_files, _file_names, _outputs, _results, _ascii)
    for trial in trials:
        for done, (what, place, before, ended) in enumerate(trial(soak), start=1):
            counts.tried += 1
            check_ended(ended, counts, what, (0, 2))
            _check_terminal(ended, counts, what)
            _check_tree(place, before, counts, what)
            if soak.over or (soak.short and done == 3):
                break
        if soak.over:
            counts.skip(f"time is over in {trial.__name__.strip('_').replace('_', ' ')}")
            return


Trial = Iterator[tuple[str, Place, set[Path], Ended]]


def _question(soak: Soak) -> Trial:
    for number, text in enumerate(_TEXTS):
        place = soak.place()
        asked = ONE.splitlines()[1]
        (place.work / "x.toml").write_text(ONE.replace(asked, f"question = {_toml(text)}"))
        before = _tree(place)
        yield f"question {text[:20]!r}", place, before, _run(place, "x.toml")
        if number == 0:
            yield "show it", place, before, forked(place, "show", place.out)
        place.remove()


def _arms(soak: Soak) -> Trial:
    place = soak.place()
    base = ARMS[: ARMS.index("[vary]")]
    for text in _TEXTS:
        for key in ("treatment.duration", "hypothesis", "model", text):
            (place.work / "x.toml").write_text(f"{base}[vary]\n{_toml(key)} = [{_toml(text)}]\n")
            before = _tree(place)
            yield f"vary {key[:20]!r} = {text[:20]!r}", place, before, _run(place, "x.toml")
    for value in ("coarse.toml,./coarse.toml", "../work/coarse.toml,coarse.toml"):
        before = _tree(place)
        words = ("compare", "one.toml", "--out", place.out, "--vary", f"model={value}")
        yield f"arms of {value}", place, before, forked(place, *words)
    place.remove()


def _populations(soak: Soak) -> Trial:
    place = soak.place()
    model = (place.work / "coarse.toml").read_text()
    for text in (*_TEXTS, "w" * 300, "class", "é", "wdr;abort()", "1wdr", "w dr", "w.dr"):
        named = model.replace("[population.wdr", f"[population.{_toml(text)}")
        (place.work / "coarse.toml").write_text(named.replace('"wdr"', _toml(text)))
        before = _tree(place)
        yield f"population {text[:20]!r}", place, before, _run(place, "one.toml")
    place.remove()


def _other_files(soak: Soak) -> Trial:
    place = soak.place()
    for key in ("model", "hypothesis", "memory"):
        for text in _TEXTS:
            lines = [line for line in ONE.splitlines() if not line.startswith(f"{key} =")]
            content = "\n".join([lines[0], f"{key} = {_toml(text)}", *lines[1:]])
            (place.work / "x.toml").write_text(content)
            before = _tree(place)
            yield f"{key} {text[:20]!r}", place, before, _run(place, "x.toml")
    (place.work / "x.toml").write_bytes(ONE.encode() + b"# \xff\xfe\n")
    yield "an experiment that is not UTF-8", place, _tree(place), _run(place, "x.toml")
    place.remove()


def _file_names(soak: Soak) -> Trial:
    for name in _FILES:
        place = soak.place()
        (place.work / os.fsdecode(name)).write_text(ONE)
        before = _tree(place)
        ended = forked(place, "run", os.fsdecode(name))
        yield f"experiment file {name[:20]!r}", place, before, ended
        before = _tree(place)
        shown = forked(place, "show", os.fsdecode(b"results/" + name.removesuffix(b".toml")))
        yield f"show the result of {name[:20]!r}", place, before, shown
        place.remove()
    for name in (b"work \xff", b"work\nline"):
        place = soak.place()
        place.work = place.work.rename(place.folder / os.fsdecode(name))
        place.out = place.work / "out"
        before = _tree(place)
        ended = _run(place, "one.toml")
        yield f"in the folder {name!r}", place, before, ended
        place.remove()


def _outputs(soak: Soak) -> Trial:
    for name in _OUTPUTS:
        place = soak.place()
        before = _tree(place)
        ended = forked(place, "run", "one.toml", "--out", os.fsdecode(name))
        yield f"--out {name[:20]!r}", place, before, ended
        place.remove()


def _results(soak: Soak) -> Trial:
    """Results of other people, shown and drawn."""
    place = soak.place()
    place.out.mkdir()
    for text in _TEXTS:
        toy = toy_result()
        arm = replace(
            toy.arms[0],
            name=text or toy.arms[0].name,
            settings={text: Setting(text)},
            assays=tuple(replace(each, name=text) for each in toy.arms[0].assays),
        )
        texts = {"name": text, "question": text, "hypothesis": text, "texts": {text: text}}
        hostile = replace(
            toy, **texts, parameters={text: text}, provenance={text: text}, arms=(arm,)
        )
        try:
            write_result(hostile, place.out / "result.h5")
        except (InputError, ValueError):
            continue  # such a file does not exist
        before = _tree(place)
        for command in ("show", "report"):
            what = f"{command} a result with {text[:20]!r}"
            yield what, place, before, forked(place, command, place.out)
    place.remove()


def _ascii(soak: Soak) -> Trial:
    place = soak.place()
    (place.work / "é.toml").write_text(ONE.replace("Does", "Döes → 痛"))
    for words in (
        ("list",),
        ("run", "é.toml", "--out", place.out),
        ("show", place.out),
        ("run", "nö.toml"),
        ("run", b"\xff.toml"),
        ("show", b"\xff"),
        ("--help",),
    ):
        before = _tree(place)
        yield f"ASCII terminal: {words[0]} {words[1:2]}", place, before, place(*words, **_ASCII)
    place.remove()


def _run(place: Place, experiment: str) -> Ended:
    return forked(place, "run", experiment, "--out", place.out)


def _toml(text: str) -> str:
    """Write a text as a string of a TOML file, whatever is in it."""
    return json.dumps(text).replace("\x7f", "\\u007f")


def _check_terminal(ended: Ended, counts: Counts, what: str) -> None:
    found = {
        letter
        for letter in ended.out + ended.err
        if unicodedata.category(letter) == "Cc" and letter != "\n"
    }
    if found:
        counts.add("wrong", f"{what}: control characters reach the terminal: {sorted(found)}")


def _tree(place: Place) -> set[Path]:
    return set(place.folder.rglob("*"))


def _check_tree(place: Place, before: set[Path], counts: Counts, what: str) -> None:
    """Count new files that are in no output folder and not in the cache."""
    ours = [place.cache, place.folder / "stdout", place.folder / "stderr", place.out]
    found = {
        path
        for path in _tree(place) - before
        if not any(each == path or each in path.parents for each in ours)
    }
    tops = {path for path in found if path.parent not in found}
    # A result may be in a folder of any name, but below the working folder.
    strange = {path for path in tops if not path.is_dir() or place.work not in path.parents}
    if strange or any("pwned" in path.name for path in found):
        counts.add("lost", f"{what}: files outside the output folder: {sorted(strange)[:3]}")
