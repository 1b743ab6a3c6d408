"""Output folders: a kill at any moment blocks and loses nothing; other people's files stay."""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from resetsim.errors import InputError
from resetsim.store.file_list import FileList, read_list, write_list
from resetsim.store.folder import Asked, open_folder, open_place, restore
from resetsim.store.own_files import rewriting

# What the operating system is asked to do with a file or folder.
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}
NAMES = ("result.h5", "summary.csv", "figures/courses.png")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pulls the plug here."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def write(place: Path, says: str, names: tuple[str, ...] = NAMES) -> None:
    for name in names:
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(f"{name} {says}")


NEW = Asked("the same experiment", "new")


def run(out: Path, says: str = "new", resume: bool = False) -> None:
    asked = Asked("the same experiment", says)
    with open_folder(out, asked, resume, replace_other=False) as folder:
        with rewriting(folder.partial) as place:
            write(place, says)
        folder.finish()


def report(out: Path, says: str = "new") -> None:
    with open_place(out, ["figures/courses.png"]) as place:
        write(place, says, ("figures/courses.png",))


def killed(at: int, work: Callable[[], None], below: Path) -> bool:
    """Do something in a process that is killed just before, or half-way in, a step; say if it was.

    Odd numbers are half-way: a file that is opened for writing is there, and empty.
    """
    process = os.fork()
    if process == 0:
        steps = 0

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal steps
            if event not in STEPS or str(below) not in str(arguments[0]):
                return
            for half_way in (False, True):
                if steps == at:
                    if half_way and event == "open" and arguments[1] in ("w", "wb"):
                        Path(str(arguments[0])).touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                steps += 1

        try:
            sys.addaudithook(count)
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def kills(work: Callable[[], None], start: Callable[[], Path], moments: range) -> Iterator[Path]:
    """Give the folder that a kill at each of these moments leaves."""
    for at in moments:
        folder = start()
        if not killed(at, work, folder):
            assert at > 40
            return
        yield folder
    raise AssertionError("it never ended")


def content(folder: Path) -> dict[str, str]:
    files = (each for each in folder.rglob("*") if each.is_file() and each.name != "run.json")
    return {each.relative_to(folder).as_posix(): each.read_text() for each in files}


def result(says: str) -> dict[str, str]:
    return {name: f"{name} {says}" for name in NAMES}


def is_clean(folder: Path) -> bool:
    """Say whether there is nothing but a whole result and its list."""
    (found,) = [each.name for each in folder.iterdir() if each.name != ".out.lock"]
    listed = read_list(folder / "out")
    return found == "out" and listed is not None and set(listed.files) == set(NAMES)


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("before", ["nothing", "earlier", "unfinished", "empty"])
@pytest.mark.parametrize("resume", [False, True], ids=["plain", "resumed"])
def test_a_kill_at_any_moment_blocks_and_loses_nothing(
    tmp_path: Path, before: str, resume: bool
) -> None:
    folder = tmp_path / "folder"
    out = folder / "out"

    folder.mkdir()
    if before == "empty":
        out.mkdir()
    elif before != "nothing":
        run(out, "earlier")
    if before == "unfinished":
        killed(60, lambda: run(out), folder)
        assert (folder / "out.partial" / "run.json").exists()
    found = shutil.copytree(folder, tmp_path / "found")

    def start() -> Path:
        shutil.rmtree(folder)
        return shutil.copytree(found, folder)

    # Between them, the plain and the resumed try every moment.
    for _ in kills(lambda: run(out), start, range(int(resume), 1000, 2)):
        restore(out)
        if before in ("earlier", "unfinished"):
            assert content(out) in (result("earlier"), result("new"))
        finished = read_list(out)
        if (folder / "out.partial").exists() or (finished and finished.asked == "new"):
            run(out, resume=resume)
        else:
            with pytest.raises(InputError, match="--resume: "):
                run(out, resume=True)  # it was killed before it had begun anything
            run(out)
        assert content(out) == result("new")
        assert is_clean(folder)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_kill_while_a_report_is_written_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    out = folder / "out"

    def start() -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        run(out, "earlier")
        return folder

    for _ in kills(lambda: report(out), start, range(1000)):
        found = content(out)
        assert {name: found[name] for name in NAMES[:2]} == dict(
            list(result("earlier").items())[:2]
        )
        report(out)
        assert content(out)["figures/courses.png"].endswith("new")
        run(out)
        assert content(out) == result("new")
        assert is_clean(folder)


# Whatever is put somewhere is refused by name, and stays.
PLACES = (
    "out/notes.txt",
    "out/backup.partial",
    "out/figures/mine.png",
    "out/figures/mine/",
    "out/.new/notes.txt",
    "out/.new/figures/my drawing.png",
    "out.partial/notes.txt",
    "out.partial/result.h5",
    "out.partial/figures/",
    ".out.earlier/notes.txt",
    ".out.earlier/result.h5",
    ".out.lock",
)


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("state", ["finished", "unfinished"])
def test_files_of_others_are_refused_by_name(tmp_path: Path, name: str, state: str) -> None:
    out = tmp_path / "out"
    run(out, "earlier")
    if state == "unfinished":
        with suppress(KeyboardInterrupt), open_folder(out, NEW, resume=False, replace_other=False):
            raise KeyboardInterrupt
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith("/"):
        path.mkdir()
    else:
        path.write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match=path.name) as refused:
        run(out)
    assert "move it" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert sorted(tmp_path.rglob("*")) == before
    if path.is_dir():
        path.rmdir()
    else:
        assert path.read_text() == "mine"
        path.unlink()
    if path.parent not in (tmp_path, out, out / "figures", tmp_path / "out.partial"):
        shutil.rmtree(path.parent)
    run(out)
    assert content(out) == result("new")


@pytest.mark.parametrize("name", ["out", "out.partial"])
def test_files_put_there_during_a_run_are_refused_and_stay(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    run(out, "earlier")

    def work() -> None:
        with open_folder(out, NEW, resume=False, replace_other=False) as folder:
            with rewriting(folder.partial) as place:
                write(place, "new")
            (tmp_path / name / "notes.txt").write_text("mine")
            folder.finish()

    with pytest.raises(InputError, match=r"notes\.txt"):
        work()
    assert (tmp_path / name / "notes.txt").read_text() == "mine"
    assert result("earlier").items() <= content(out).items()
    (tmp_path / name / "notes.txt").unlink()
    run(out)
    assert content(out) == result("new")


def test_a_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, "earlier")
    (out / "summary.csv").write_text("mine")
    with pytest.raises(InputError, match=r"'summary\.csv', which was changed"):
        run(out)
    assert (out / "summary.csv").read_text() == "mine"


def test_links_are_not_followed(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    run(out, "earlier")
    (out / "figures").rename(elsewhere)
    (out / "figures").symlink_to(elsewhere)
    with pytest.raises(InputError, match="'figures'"):
        run(out)
    with pytest.raises(InputError, match="'figures'"):
        report(out)
    assert (elsewhere / "courses.png").read_text() == "figures/courses.png earlier"


def test_a_result_without_a_list_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, "earlier")
    (out / "run.json").unlink()
    with pytest.raises(InputError, match=r"no list.*older version; move it"):
        run(out)
    assert content(out) == result("earlier")


def test_a_report_replaces_only_its_own_figures(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, "earlier")
    (out / "figures" / "mine.png").write_text("mine")
    with open_place(out, []) as place:
        write(place, "again", ("figures/windup.png",))
    assert content(out / "figures") == {
        "mine.png": "mine",
        "windup.png": "figures/windup.png again",
    }
    (out / "figures" / "courses.png").write_text("mine")
    with pytest.raises(InputError, match=r"'figures/courses\.png', which is not on the list"):
        report(out)
    assert (out / "figures" / "courses.png").read_text() == "mine"
    assert (out / "figures" / "windup.png").exists()


def test_a_report_beside_a_copied_result_leaves_it_alone(tmp_path: Path) -> None:
    (tmp_path / "result.h5").write_text("copied")
    for says in ("once", "twice"):
        report(tmp_path, says)
    assert content(tmp_path)["figures/courses.png"].endswith("twice")
    with pytest.raises(InputError, match=r"'result\.h5', which is not on the list"):
        run(tmp_path)
    assert (tmp_path / "result.h5").read_text() == "copied"


def test_what_fails_leaves_nothing_in_a_folder_that_stays(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_place(tmp_path, []):
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with open_folder(out, NEW, resume=False, replace_other=False):
        with pytest.raises(InputError, match="another run is writing"):
            run(out)
        assert list((tmp_path / "out.partial").iterdir()) == [tmp_path / "out.partial" / "run.json"]


GOOD = {
    "format": "resetsim list of files 1",
    "asked": "",
    "experiment": "",
    "complete": False,
    "files": {},
}
LISTS = (
    "[]",
    "",
    "null",
    "junk",
    "[" * 100_000,
    " " * 2_000_000,
    json.dumps(GOOD | {"files": {"../out/result.h5": ["0"]}}),
    json.dumps(GOOD | {"files": {"result.h5": 1}}),
    json.dumps(GOOD | {"format": "another"}),
    None,
)


@pytest.mark.parametrize("text", LISTS, ids=range(len(LISTS)))
@pytest.mark.parametrize("name", ["out", "out.partial"])
def test_a_list_that_is_none_is_refused(tmp_path: Path, name: str, text: str | None) -> None:
    path = tmp_path / name / "run.json"
    path.parent.mkdir()
    if text is None:
        path.mkdir()
    else:
        path.write_text(text)
    for resume in (False, True):
        with pytest.raises(InputError, match=r"'run\.json'"):
            run(tmp_path / "out", resume=resume)
    assert path.exists()


def test_a_pipe_in_place_of_the_list_does_not_hang(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    os.mkfifo(tmp_path / "out" / "run.json")
    with pytest.raises(InputError, match=r"'run\.json'"):
        run(tmp_path / "out")


def test_a_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    listed = FileList("asked", "experiment", False, {"figures/é.png": ("0", "1")})
    write_list(tmp_path, listed)
    assert read_list(tmp_path) == listed


def test_the_result_of_another_experiment_is_replaced_only_if_that_is_said(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, "earlier")
    other = Asked("another experiment", "new")
    with (
        pytest.raises(InputError, match=r"another experiment.*add --replace"),
        open_folder(out, other, resume=False, replace_other=False),
    ):
        pass
    assert content(out) == result("earlier")
    with open_folder(out, other, resume=False, replace_other=True) as folder:
        with rewriting(folder.partial) as place:
            write(place, "new")
        folder.finish()
    assert content(out) == result("new")
