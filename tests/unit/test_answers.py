"""Answers are found again for the same question alone, to the last bit, and damage is noticed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from results_fixture import toy_result

from resetsim.cache import cache_path
from resetsim.records.result import ArmResult, Result
from resetsim.spiking.store import DamagedCacheWarning
from resetsim.store.answers import kept
from resetsim.store.digest import digest
from resetsim.store.kept_arms import kept_on_disk
from resetsim.views import drawing as drawing_code
from resetsim.views.drawing import drawing
from resetsim.views.figures import VIEWS


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path / "cache"))


def not_asked() -> float:
    raise AssertionError("it was kept")


def test_an_answer_is_worked_out_once() -> None:
    assert kept(b"a third", lambda: 1 / 3) == 1 / 3
    assert kept(b"a third", not_asked) == 1 / 3
    assert kept(b"a fifth", lambda: 1 / 5) == 1 / 5


def test_a_damaged_answer_is_worked_out_again() -> None:
    kept(b"a third", lambda: 1 / 3)
    (file,) = cache_path("answers").iterdir()
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)
    with pytest.warns(DamagedCacheWarning):
        assert kept(b"a third", lambda: 0.5) == 0.5
    assert kept(b"a third", not_asked) == 0.5


def test_an_answer_that_cannot_be_kept_is_given(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    assert kept(b"a third", lambda: 1 / 3) == 1 / 3


def changed(arm: ArmResult) -> ArmResult:
    pain = arm.pain.pain.copy()
    pain[-1] = np.nextafter(pain[-1], 11)
    return replace(arm, pain=replace(arm.pain, pain=pain))


def test_a_digest_is_of_the_content_wherever_it_is_kept(tmp_path: Path) -> None:
    result = toy_result()
    first, *others = result.arms
    with kept_on_disk(tmp_path) as keep:
        assert digest(keep(result.arms)) == digest(toy_result().arms)
    assert digest([changed(first), *others]) != digest([first, *others])
    assert digest(["ab", "c"]) != digest(["a", "bc"])
    assert digest([np.zeros(2)]) != digest([np.zeros((2, 1))])


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def drawn(result: Result, folder: Path, jobs: int = 1) -> dict[str, bytes]:
    folder.mkdir()
    with drawing(result, folder, jobs, VIEWS, keep=True):
        pass
    return files(folder)


@pytest.mark.parametrize("jobs", [1, 2])
def test_figures_of_an_equal_result_are_not_drawn_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, jobs: int
) -> None:
    result = toy_result()
    first = drawn(result, tmp_path / "first", jobs)
    assert "courses.png" in first
    monkeypatch.setattr(drawing_code, "save_figure", lambda *_: not_asked())
    later = replace(result, provenance={**result.provenance, "date": "2031-01-01"})
    assert drawn(later, tmp_path / "later", jobs) == first
    with pytest.raises(AssertionError, match="it was kept"):
        drawn(replace(result, arms=tuple(map(changed, result.arms))), tmp_path / "other")
