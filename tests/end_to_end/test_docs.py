"""What the documentation shows is run: Python as it stands, files as they stand."""

import ast
import json
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from xml.etree import ElementTree

import numpy as np
import pytest
import typer

from resetsim.cli import app
from resetsim.declare.drug import read_drug
from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.declare.files import find_file
from resetsim.declare.hypothesis import read_hypothesis
from resetsim.declare.model import read_model
from resetsim.patients.clinic import Chart
from resetsim.protocols.assay import Condition
from resetsim.spiking.task import Circuit

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LESSONS = sorted((DOCS / "course").glob("[0-9]_*.md"))
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(page for page in sorted(DOCS.rglob("*.md")) if "_build" not in page.parts),
]


FILE_NAME = re.compile(r"# (\S+\.(?:toml|py))\n")


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)


def pages_with(language):
    return [pytest.param(page, id=name_of(page)) for page in PAGES if blocks(page, language)]


def name_of(page):
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="module")
def where_windup_ran(tmp_path_factory):

    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "resetsim.cli", "run", "windup"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


RUN = ("README.md", "docs/how_to/python.md", "docs/reference/result_file.md")


@pytest.mark.parametrize("name", RUN)
def test_python_runs(name, where_windup_ran, monkeypatch, capsys):
    monkeypatch.chdir(where_windup_ran)
    scope = {}
    for block in blocks(ROOT / name, "python"):
        exec(compile(block, name, "exec"), scope)
    assert capsys.readouterr().out.count("\n") >= 2


@pytest.mark.parametrize("page", pages_with("toml"))
def test_files_can_be_read(page, tmp_path):
    for block in blocks(page, "python"):
        if FILE_NAME.match(block):
            written(block, tmp_path)
    for path in [written(block, tmp_path) for block in blocks(page, "toml")]:
        text = path.read_text("utf-8")
        if text.startswith("[vary"):
            path.write_text(README_EXPERIMENT + text, encoding="utf-8")
            assert len(read_experiment(path).arms) > 1
        elif text.startswith("[clinic]"):
            before = blocks(page, "toml")[0]
            others = re.sub(r"^\[clinic\]\n.*?(?=^\[)", "", before, flags=re.M | re.S)
            path.write_text(others + text, encoding="utf-8")
            assert len(read_experiment(path).arms) > 1
        elif "[maintenance]" in text:
            path.write_text(text.replace('"power-law"', '"input-dependent"'), encoding="utf-8")
            assert read_hypothesis(path).description
        elif "[kinetics]" in text:
            assert read_drug(path).description
        else:
            assert read_experiment(path).arms


def written(block, folder):
    """Return the path of a file with the text: of the name in its first line, if that is one."""
    named = FILE_NAME.match(block)
    path = folder / (named[1] if named else f"{len(list(folder.iterdir()))}.toml")
    path.write_text(block, encoding="utf-8")
    return path


def test_the_policy_treats_longer_until_it_is_useless(tmp_path):
    (block,) = blocks(DOCS / "how_to/clinic_policy.md", "python")
    decide = run_path(str(written(block, tmp_path)))["decide"]
    chart = Chart(28.0, 5.0, 7.0, treatments=2, treatment_days=8.0, failures=0)
    assert decide(chart) == {"duration": 2.0}
    assert decide(replace(chart, failures=3)) is None
    assert decide(replace(chart, pain=1.0)) is None


def test_the_assay_makes_a_run_and_reads_it(tmp_path):
    (block,) = blocks(DOCS / "how_to/own_assay.md", "python")
    assay = run_path(str(written(block, tmp_path)))["GATE"]
    circuit = Circuit(read_model(find_file("dorsal_horn", "model")))
    protocol = {"duration": 1.0, "pinch": 10.0, "touch": 30.0}
    condition = Condition(np.zeros(1), np.zeros(1))
    (task,) = assay.tasks(circuit, condition, protocol, 1)
    assert task.arguments["c_fibre.stimulus"] == 10.0
    assert task.arguments["a_beta.stimulus"] == 30.0


def test_the_axis_is_one(capsys):
    (block,) = blocks(DOCS / "how_to/own_axis.md", "python")
    exec(compile(block, "own_axis.md", "exec"), {})
    assert capsys.readouterr().out == "opioid\n"


@pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in LESSONS])
def test_lessons_ask_what_can_be_asked(page, tmp_path, monkeypatch):
    """Every run of a lesson, without running it: the build of the documentation does."""
    monkeypatch.chdir(tmp_path)
    asked = 0
    for cell in blocks(page, r"\{code-cell\}"):
        source = re.sub(r"^(:.*|%matplotlib.*)$", "", cell, flags=re.M)
        if source.startswith("%%writefile "):
            first, _, text = source.partition("\n")
            Path(first.split()[1]).write_text(text, encoding="utf-8")
            continue
        for call in ast.walk(ast.parse(source)):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "resetsim.run":
                settings = {word.arg: word.value for word in call.keywords}
                experiment = read_experiment(ast.literal_eval(call.args[0]))
                if "vary" in settings:
                    experiment = with_variations(experiment, literal(settings["vary"]))
                assert experiment.arms
                asked += 1
    assert asked


@pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in LESSONS])
def test_lessons_open_as_notebooks(page):
    """Jupyter refuses a kernel without these two."""
    assert "\nkernelspec:\n  display_name: Python 3\n  name: python3\n" in page.read_text("utf-8")


def literal(node):
    """Return what a lesson varies; a name stands for the rivals of lesson 6."""
    return eval(ast.unparse(node), {"rivals": {"hypothesis": ["reset", "self_sustaining_pain"]}})


def test_the_drawing_has_the_connections_of_the_model():
    drawing = ElementTree.parse(DOCS / "course/circuit.svg")
    drawn = [tuple(path.get("data-connection", "").split()) for path in drawing.iter()]
    model = read_model(find_file("dorsal_horn", "model"))
    assert sorted(filter(None, drawn)) == sorted(
        (connection.source, connection.target) for connection in model.connection
    )


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").split()) <= 900


@pytest.mark.slow
@pytest.mark.skipif(find_spec("myst_nb") is None, reason="needs pip install 'resetsim[docs]'")
def test_documentation_is_built_without_a_warning(tmp_path):
    """With every lesson executed: its hidden cells compare what runs with what the text says."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*command, str(DOCS), str(tmp_path / "html")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "html/course/7_trial.html").exists()


README_EXPERIMENT, _, _ = blocks(ROOT / "README.md", "toml")[0].partition("[vary]")
README_EXPERIMENT += '[follow_up]\nuntil = "150 day"\n'


LANGUAGES = {"sh", "toml", "python", "text"}


@pytest.mark.parametrize("page", [pytest.param(page, id=name_of(page)) for page in PAGES])
def test_every_snippet_is_of_a_kind_that_is_tried(page):
    """A ``text`` is what came out; the tests above and below run, read or parse all others."""
    openings = re.findall(r"^```([^`\n]*)\n.*?^```$", page.read_text("utf-8"), re.M | re.S)
    assert {kind for kind in openings if not kind.startswith("{")} <= LANGUAGES


def test_python_of_every_page_is_run():
    """Also :mod:`tests.unit.test_parsing` runs what ``docs/how_to/maintenance_rules.md`` shows."""
    own_tests = (
        "docs/how_to/clinic_policy.md",
        "docs/how_to/own_assay.md",
        "docs/how_to/own_axis.md",
        "docs/how_to/maintenance_rules.md",
    )
    shown = {name_of(page) for page in PAGES if blocks(page, "python")}
    assert shown == {*RUN, *own_tests}


def commands():
    for page in PAGES:
        for block in blocks(page, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                if shlex.split(line, comments=True):
                    yield pytest.param(line.strip(), id=f"{name_of(page)}: {line.strip()[:60]}")


EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)


@pytest.mark.parametrize("line", list(commands()))
def test_commands_exist_with_their_options(line):
    """Each is parsed, not run: what resetsim, the Makefile or the project has not, fails."""
    program, *arguments = shlex.split(re.sub(r"^([A-Z_]+=\S+ )+", "", line), comments=True)
    match Path(program).name, arguments:
        case "resetsim", [name, *options]:
            command = typer.main.get_command(app).commands[name]
            command.make_context(name, options, resilient_parsing=False)
        case "make", targets:
            assert set(targets) <= set(TARGETS)
        case "pip", ["install", *packages]:
            extras = [re.fullmatch(r"resetsim\[(\w+)\]", package) for package in packages]
            assert all(extra[1] in EXTRAS for extra in extras if extra)
        case "apt-get", ["install", *packages]:
            known = re.search('PACKAGES="(.*)"', (ROOT / ".ci/run").read_text("utf-8"))[1]
            assert set(packages) <= set(known.split())
        case "python", [script, *_]:
            assert (ROOT / script).exists()
        case "rocrate-validator", ["validate", "-p", profile, _]:
            assert profile == "process-run-crate"
        case "jupyter", ["lab", folder]:
            assert (ROOT / folder).is_dir()
        case _:
            assert (program, arguments) == (".", [".venv/bin/activate"])


KEY_PAGES = sorted((DOCS / "reference/keys").glob("*.md"))


@pytest.mark.parametrize("page", KEY_PAGES, ids=lambda page: page.stem)
def test_every_key_is_on_its_page_with_unit_range_and_default(page):
    schema = json.loads((ROOT / f"schemas/resetsim-{page.stem}.json").read_text("utf-8"))
    rows = rows_of(run_path(str(DOCS / "key_tables.py"))["key_tables"](schema))
    found = list(keys_of(schema))
    assert len(found) > 5
    for place, part in found:
        shown = [row for row in rows.get(place[:-1], ()) if row[0] == f"`{place[-1]}`"]
        assert any(row[1] and says(part) <= words(row[2]) for row in shown), place
        if "default" in part:
            assert any(row[3] == f"`{json.dumps(part['default'])}`" for row in shown)


def test_each_kind_of_file_has_a_page_of_keys():
    kinds = {file.stem.removeprefix("resetsim-") for file in (ROOT / "schemas").glob("*.json")}
    assert {page.stem for page in KEY_PAGES} == kinds


def test_what_is_required_is_said_to_be():
    schema = json.loads((ROOT / "schemas/resetsim-experiment.json").read_text("utf-8"))
    rows = rows_of(run_path(str(DOCS / "key_tables.py"))["key_tables"](schema))
    required = {row[0] for row in rows["patient", "injury"] if row[3] == "required"}
    assert required == {"`at`", "`peak_rate`", "`heals_with`"}


def rows_of(text):
    """Return the cells of each key by the table that it stands in."""
    rows = {}
    for section in text.split("\n## ")[1:]:
        table = re.match(r"`\[+([^\]]+)\]+`", section)
        place = tuple(table[1].split(".")) if table else ()
        found = [line.strip("| ").split(" | ") for line in section.splitlines() if "| `" in line]
        rows.setdefault(place, []).extend(found)
    return rows


def keys_of(part, place=()):
    """Yield the place and schema of every key that holds a value."""
    if place[-1:] in (("vary",), ("vary_together",)):
        return
    free = part.get("additionalProperties") or {}
    entries = [part.get("items") or {}, *part.get("anyOf", ())]
    if {"value", "status"} <= part.get("properties", {}).keys():
        yield place, part["properties"]["value"]
    elif tables := [each for each in [part, *entries] if "properties" in each]:
        for key, inner in tables[0]["properties"].items():
            yield from keys_of(inner, (*place, key))
    elif "oneOf" in free or "properties" in free:
        for each in free.get("oneOf", [free]):
            yield from keys_of(each, (*place, "NAME"))
    elif part.get("type") != "object":
        yield place, part


def says(part):
    """Return the words that unit and range of a key consist of."""
    part = next((each for each in part.get("anyOf", ()) if "enum" not in each), part)
    units = [
        example.split(" ", 1)[1] for example in part.get("examples", ()) if part.get("pattern")
    ]
    ends = [f"{part[key]:.12g}" for key in ("minimum", "maximum") if key in part]
    return words(" ".join([*units, *ends]))


def words(text):
    return {word.strip('."`,') for word in text.split()}
