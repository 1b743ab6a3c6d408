"""Files of other people and programs, wherever a run writes or tidies up: they stay."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import h5py

from .commands import forked
from .counts import Counts
from .leftovers import PRIVATE
from .place import Place, check_ended
from .soak import OTHER_SEED, Soak

_MINE = b"somebody's only copy\n"
_DAY_S = 24 * 3600


@dataclass
class Planted:
    """What was there before, and is to be there afterwards.

    Attributes
    ----------
    place
        Where.
    earlier
        An output folder that a run wrote.
    files
        Contents by path.
    """

    place: Place
    earlier: Path
    files: dict[Path, bytes] = field(default_factory=dict)

    def put(self, path: Path, content: bytes = _MINE) -> None:
        """Write a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.files[path] = content

    def result(self) -> Path:
        """Put an earlier result into the output folder."""
        shutil.copytree(self.earlier, self.place.out)
        return self.place.out

    def unfinished(self) -> Path:
        """Leave an unfinished run beside the output folder."""
        partial = self.place.out.with_name("out.partial")
        process = self.place.start("run", "one.toml", "--out", self.place.out)
        while process.poll() is None and not (partial / "run.json").exists():
            time.sleep(0.005)
        process.kill()
        process.wait()
        return partial

    def gone(self) -> list[Path]:
        """Return what is no longer as it was."""
        return [
            path
            for path, content in self.files.items()
            if not path.is_file() or path.read_bytes() != content
        ]


def foreign(soak: Soak, counts: Counts) -> None:
    """Run, resume and draw again among other people's files."""
    earlier = soak.place()
    forked(earlier, "run", "one.toml", "--seed", OTHER_SEED, "--out", earlier.out)
    words = (
        ("run", "one.toml", "--replace"),
        ("run", "one.toml", "--replace", "--resume"),
        ("report",),
    )
    for case in _CASES:
        for command in words[:1] if soak.short else words:
            if soak.over:
                counts.skip(f"time is over before {case.__name__}")
                return
            place = soak.place()
            planted = Planted(place, earlier.out)
            case(planted)
            what = f"{case.__name__.strip('_').replace('_', ' ')}: {' '.join(command)}"
            for _ in range(2):  # the second time it finds what the first time left
                where = (place.out,) if command[0] == "report" else ("--out", place.out)
                ended = forked(place, *command, *where)
                check_ended(ended, counts, what, (0, 2))
            counts.tried += 1
            for path in planted.gone():
                counts.add("lost", f"{what}: {path.relative_to(path.anchor)}")
            _tidy(planted)
    earlier.remove()


def _tidy(planted: Planted) -> None:
    for path in planted.files:
        if Path("/dev/shm") in path.parents:
            shutil.rmtree(path.parent if path.parent.name != "shm" else path, ignore_errors=True)
            path.unlink(missing_ok=True)
    planted.place.remove()


def _figures_of_an_earlier_result(planted: Planted) -> None:
    planted.put(planted.result() / "figures" / "mine.txt")


def _folder_below_figures(planted: Planted) -> None:
    planted.put(planted.result() / "figures" / "more" / "mine.png")


def _figure_drawn_over(planted: Planted) -> None:
    planted.put(min((planted.result() / "figures").glob("*.png")))


def _table_with_notes(planted: Planted) -> None:
    table = planted.result() / "summary.csv"
    planted.put(table, table.read_bytes() + _MINE)


def _partial_names_in_a_result(planted: Planted) -> None:
    out = planted.result()
    for name in ("notes.partial", "notes.partial.txt", ".result.12.partial.h5"):
        planted.put(out / name)


def _partial_names_beside(planted: Planted) -> None:
    for name in ("notes.partial", "out.partial.txt", ".out.12.partial", "out.earlier"):
        planted.put(planted.place.work / name)


def _partial_folder_of_somebody(planted: Planted) -> None:
    planted.put(planted.place.work / "out.partial" / "mine.txt")


def _partial_file_of_somebody(planted: Planted) -> None:
    planted.put(planted.place.work / "out.partial")


def _file_in_an_unfinished_run(planted: Planted) -> None:
    planted.put(planted.unfinished() / "mine.txt")


def _figure_in_an_unfinished_run(planted: Planted) -> None:
    planted.put(planted.unfinished() / "figures" / "mine.png")


def _list_of_another_program(planted: Planted) -> None:
    planted.put(planted.place.work / "out.partial" / "run.json", b"[]")
    planted.put(planted.place.work / "out.partial" / "mine.txt")


def _earlier_folder_of_somebody(planted: Planted) -> None:
    planted.put(planted.place.work / ".out.earlier" / "mine.txt")


def _earlier_folder_beside_a_result(planted: Planted) -> None:
    planted.result()
    planted.put(planted.place.work / ".out.earlier" / "mine.txt")


def _result_of_another_program(planted: Planted) -> None:
    planted.place.out.mkdir()
    with h5py.File(planted.place.out / "result.h5", "w") as file:
        file["x"] = 1.0
    planted.put(planted.place.out / "result.h5", (planted.place.out / "result.h5").read_bytes())


def _text_named_result(planted: Planted) -> None:
    planted.put(planted.place.out / "result.h5")


def _folder_of_somebody(planted: Planted) -> None:
    planted.put(planted.place.out / "summary.csv")
    planted.put(planted.place.out / "figures" / "mine.png")


def _link_to_a_folder_of_somebody(planted: Planted) -> None:
    elsewhere = planted.place.work / "elsewhere"
    planted.put(elsewhere / "mine.txt")
    planted.place.out.symlink_to(elsewhere)


def _link_in_place_of_figures(planted: Planted) -> None:
    elsewhere = planted.place.work / "elsewhere"
    figures = planted.result() / "figures"
    for name in ("mine.txt", *(each.name for each in figures.iterdir())):
        planted.put(elsewhere / name)
    shutil.rmtree(figures)
    figures.symlink_to(elsewhere)


def _link_in_place_of_a_table(planted: Planted) -> None:
    planted.put(planted.place.work / "mine.csv")
    table = planted.result() / "summary.csv"
    table.unlink()
    table.symlink_to(planted.place.work / "mine.csv")


def _cache(planted: Planted) -> None:
    for name in ("mine.txt", "simulations/mine.txt", "simulations/00/mine.partial", "outputs/mine"):
        planted.put(planted.place.cache / name)
        planted.put(planted.place.kept / name)


def _temporary_folder(planted: Planted) -> None:
    _old_folders(planted, planted.place.temporary)


def _shared_memory(planted: Planted) -> None:
    if os.environ.get(PRIVATE):
        _old_folders(planted, Path("/dev/shm"))


def _old_folders(planted: Planted, root: Path) -> None:
    planted.put(root / "resetsim-photos" / "mine.txt")
    planted.put(root / "resetsim-notes")
    for path in (root / "resetsim-photos", root / "resetsim-notes"):
        os.utime(path, (time.time() - 3 * _DAY_S,) * 2)


_CASES: tuple[Callable[[Planted], None], ...] = (
    _figures_of_an_earlier_result,
    _folder_below_figures,
    _figure_drawn_over,
    _table_with_notes,
    _partial_names_in_a_result,
    _partial_names_beside,
    _partial_folder_of_somebody,
    _partial_file_of_somebody,
    _file_in_an_unfinished_run,
    _figure_in_an_unfinished_run,
    _list_of_another_program,
    _earlier_folder_of_somebody,
    _earlier_folder_beside_a_result,
    _result_of_another_program,
    _text_named_result,
    _folder_of_somebody,
    _link_to_a_folder_of_somebody,
    _link_in_place_of_figures,
    _link_in_place_of_a_table,
    _cache,
    _temporary_folder,
    _shared_memory,
)
