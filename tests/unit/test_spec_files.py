"""Finding and reading files: each way to fail has its message."""

from pathlib import Path

import pytest

from resetsim.declare import files
from resetsim.declare.files import find_file, read_toml, shipped_names, shipped_root
from resetsim.errors import InputError


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shipped"
    for name in ("models/dorsal_horn", "models/drugs/ketamine", "experiments/blockade_duration"):
        path = root / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.setattr(files, "shipped_root", lambda: root)
    return root


def test_the_checkout_is_a_shipped_root() -> None:
    assert (shipped_root() / "pyproject.toml").is_file()
    assert "reset" in shipped_names("hypothesis")


def test_an_installed_package_has_its_own_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "resetsim"
    monkeypatch.setattr(files, "__file__", str(package / "spec" / "files.py"))
    with pytest.raises(FileNotFoundError, match="without its models"):
        shipped_root.__wrapped__()
    (package / "shipped" / "models").mkdir(parents=True)
    (package / "shipped" / "experiments").mkdir()
    assert shipped_root.__wrapped__() == package / "shipped"


def test_names_are_of_one_kind(shipped: Path) -> None:
    assert shipped_names("model") == ("dorsal_horn",)
    assert shipped_names("drug") == ("ketamine",)
    assert shipped_names("hypothesis") == ()
    assert find_file("ketamine", "drug") == shipped / "models" / "drugs" / "ketamine.toml"


@pytest.mark.usefixtures("shipped")
def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(InputError, match="no model is named 'dorsalhorn'; did you mean 'dorsal_h"):
        find_file("dorsalhorn", "model")


@pytest.mark.usefixtures("shipped")
def test_a_path_is_looked_up_beside_the_file_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, here = tmp_path / "beside", tmp_path / "here"
    for folder in (beside, here):
        folder.mkdir()
        (folder / "both.toml").write_text("")
    (here / "one.toml").write_text("")
    monkeypatch.chdir(here)
    assert find_file("both.toml", "model", beside) == beside / "both.toml"
    assert find_file("both.toml", "model") == here / "both.toml"
    assert find_file("one.toml", "model", beside) == here / "one.toml"
    assert find_file(str(beside / "both.toml"), "model") == beside / "both.toml"
    assert find_file("../beside/both.toml", "model") == beside / "both.toml"


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    "name", ["nerve.toml", "sub/nerve", "\0.toml", "x" * 5000 + ".toml", ".toml"]
)
def test_a_missing_path_names_what_is_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        find_file(name, "model", tmp_path)
    assert "no such file" in str(caught.value)
    assert "shipped with resetsim: dorsal_horn" in str(caught.value)


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("name", ["", ".", ".."])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        find_file(name, "model")


def test_reads_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("[patient]\nweight = '70 kg'\n")
    assert read_toml(path) == {"patient": {"weight": "70 kg"}}


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "blockade.toml").write_text("")
    with pytest.raises(
        InputError, match=r"no such file; the nearest beside it is 'blockade\.toml'"
    ):
        read_toml(tmp_path / "blokade.toml")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a folder, but a \.toml file is needed"):
        read_toml(tmp_path)


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        read_toml(tmp_path / "a.toml")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"question = '\xff'", "not UTF-8 text (byte 12): save it as UTF-8"),
        (b"a = 1\nb = = 2\n", "line 2"),
        (b"a = 1\na = 2\n", "not TOML"),
        (b"a = " + b"[" * 100_000, "nested too deeply"),
        (b"a = " + b"9" * 5000, "not TOML"),
    ],
)
def test_what_is_not_toml_is_refused(tmp_path: Path, content: bytes, part: str) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_toml(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert part in str(caught.value)
