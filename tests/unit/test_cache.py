import pytest

from resetsim import cache


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path))
    return tmp_path


def of_another_version(root):
    folder = root / "code-0123456789ab"
    (folder / "simulations").mkdir(parents=True)
    (folder / "of-resetsim").touch()
    (folder / "simulations" / "x").write_bytes(b"x" * 1000)
    return folder


def test_what_is_kept_is_shown_with_its_size(root):
    (cache.cache_folder("simulations") / "a").write_bytes(b"a" * 300)
    other = of_another_version(root)
    mine, theirs = cache.kept()
    assert (mine.usable, mine.size_bytes) == (True, 300)
    assert (theirs.folder, theirs.usable, theirs.size_bytes) == (other, False, 1000)


def test_answers_are_kept_apart_and_usable(root):
    (cache.cache_folder("simulations") / "a").write_bytes(b"a" * 300)
    (cache.cache_folder(cache.ANSWERS) / "b").write_bytes(b"b" * 20)
    first, second = cache.kept()
    assert (first.usable, second.usable) == (True, True)
    assert (first.size_bytes, second.size_bytes) == (300, 20)
    assert first.folder.parent == second.folder.parent == root
    of_another_version(root)
    assert cache.clean(everything=False) == 1000


def test_cleaning_removes_what_other_versions_made_and_nothing_else(root):
    kept = cache.cache_folder("simulations") / "a"
    kept.write_bytes(b"a")
    other = of_another_version(root)
    before = root / "simulations" / "ab"
    before.mkdir(parents=True)
    (before / "y.npz").write_bytes(b"y" * 10)
    foreign = [root / "mine.txt", root / "simulations" / "notes", root / "code-000000000000" / "z"]
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_text("not of resetsim")
    assert cache.clean(everything=False) == 1010
    assert not other.exists()
    assert not before.exists()
    assert kept.exists()
    assert all(path.read_text() == "not of resetsim" for path in foreign)


def test_everything_can_be_removed(root):
    cache.cache_folder("builds")
    (cache.cache_folder("simulations") / "a").write_bytes(b"abc")
    assert cache.clean(everything=True) == 3
    assert cache.kept() == []
    assert list(root.iterdir()) == []


@pytest.mark.usefixtures("root")
def test_other_code_has_another_folder(monkeypatch):
    here = cache.cache_path("builds")
    cache._code.cache_clear()
    monkeypatch.setattr(cache, "version", lambda _: "another Brian2")
    assert cache.cache_path("builds") != here
    cache._code.cache_clear()
