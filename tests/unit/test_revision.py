"""Which version and which commit a result says that it is of."""

import subprocess
from importlib.metadata import version

import pytest

import resetsim
from resetsim.revision import UNKNOWN, commit, of_checkout, of_version


@pytest.fixture
def checkout(tmp_path):
    def git(*arguments):
        settings = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        command = ["git", *settings, *arguments]
        return subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout.strip()

    (tmp_path / "code.py").write_text("1")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    git("tag", "v1.0")
    return tmp_path, git("rev-parse", "HEAD")


def test_the_version_is_that_of_the_installed_package():
    assert resetsim.__version__ == version("resetsim")
    with pytest.raises(AttributeError, match="module 'resetsim' has no attribute 'versoin'"):
        resetsim.versoin  # noqa: B018


def test_the_commit_of_a_checkout_says_whether_it_was_changed(checkout):
    folder, head = checkout
    assert of_checkout(folder) == head
    (folder / "code.py").write_text("2")
    assert of_checkout(folder) == f"{head}-dirty"


def test_a_folder_inside_a_checkout_is_none(checkout):
    folder, _ = checkout
    (folder / "inner").mkdir()
    assert of_checkout(folder / "inner") is None


def test_a_checkout_that_git_cannot_read_is_none(tmp_path):
    (tmp_path / ".git").write_text("gitdir: nowhere")
    assert of_checkout(tmp_path) is None


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ("0.1.dev72+g2e99e5d", "2e99e5d"),
        ("0.2.1.dev3+g2e99e5d41.d20261124", "2e99e5d41-dirty"),
        ("0.2.0", UNKNOWN),
        ("0+unknown", UNKNOWN),
    ],
)
def test_the_commit_of_an_installed_version(installed, said):
    assert of_version(installed) == said


def test_this_code_has_a_commit_or_says_that_it_has_none():
    assert commit() == UNKNOWN or set(commit().removesuffix("-dirty")) <= set("0123456789abcdef")
