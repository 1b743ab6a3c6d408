"""What the documentation shows is run: Python as it stands, files as they stand."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from resetsim.cli import app
from resetsim.declare.experiment import read_experiment
from resetsim.declare.hypothesis import read_hypothesis

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)


def pages_with(language):
    return [pytest.param(page, id=page.name) for page in PAGES if blocks(page, language)]


@pytest.fixture(scope="module")
def where_windup_ran(tmp_path_factory):

    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "resetsim.cli", "run", "windup"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("name", ["python.md", "result_file.md"])
def test_python_runs(name, where_windup_ran, monkeypatch, capsys):
    monkeypatch.chdir(where_windup_ran)
    scope = {}
    for block in blocks(ROOT / "docs" / name, "python"):
        exec(compile(block, name, "exec"), scope)
    assert capsys.readouterr().out.count("\n") >= 2


@pytest.mark.parametrize("page", pages_with("toml"))
def test_files_can_be_read(page, tmp_path):
    for number, block in enumerate(blocks(page, "toml")):
        path = tmp_path / f"{number}.toml"
        path.write_text(block, encoding="utf-8")
        if block.startswith("[vary"):
            path.write_text(README_EXPERIMENT + block, encoding="utf-8")
            assert len(read_experiment(path).arms) > 1
        elif "[maintenance]" in block:
            names = block.replace('"power-law"', '"input-dependent"')
            path.write_text(names, encoding="utf-8")
            assert read_hypothesis(path).description
        else:
            assert read_experiment(path).arms


README_EXPERIMENT, _, _ = blocks(ROOT / "README.md", "toml")[0].partition("[vary]")
README_EXPERIMENT += '[follow_up]\nuntil = "150 day"\n'


def commands():
    for page in PAGES:
        for block in re.findall(r"^```(?:sh)?\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S):
            for line in block.replace("\\\n", " ").splitlines():
                if line.startswith("resetsim "):
                    shown = line.partition("#")[0].strip()
                    yield pytest.param(shown, id=f"{page.name}: {shown[:60]}")


@pytest.mark.parametrize("line", list(commands()))
def test_commands_exist_with_their_options(line):
    _, name, *arguments = shlex.split(line)
    command = typer.main.get_command(app).commands[name]
    command.make_context(name, arguments, resilient_parsing=False)
