"""The JSON schemas of files: what they take, what they refuse, and what an editor shows of them."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from resetsim.declare.files import (
    KINDS,
    SCHEMA_LINE,
    find_file,
    read_toml,
    schema_file,
    shipped_folders,
    shipped_names,
)
from resetsim.declare.quantities import parse_quantity, units
from resetsim.declare.unit_patterns import quantity_schema
from resetsim.views.schemas import schema_text

SHIPPED = [
    pytest.param(kind, path, id=path.stem)
    for kind in KINDS
    for folder in shipped_folders(kind)
    for path in sorted(folder.glob("*.toml"))
]


def validator(kind):
    return jsonschema.Draft7Validator(json.loads(schema_file(kind).read_text("utf-8")))


VALIDATORS = {kind: validator(kind) for kind in KINDS}


def problems(kind, content):
    return [error.message for error in VALIDATORS[kind].iter_errors(content)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_schema_is_that_of_the_grammar(kind):
    """If not: resetsim schema --out schemas."""
    assert schema_file(kind).read_text("utf-8") == schema_text(kind)
    jsonschema.Draft7Validator.check_schema(json.loads(schema_text(kind)))


@pytest.mark.parametrize(("kind", "path"), SHIPPED)
def test_shipped_files_fulfil_the_schema_that_they_name(kind, path):
    first = path.read_text("utf-8").partition("\n")[0]
    assert first.startswith(SCHEMA_LINE)
    assert (path.parent / first.removeprefix(SCHEMA_LINE)).resolve() == schema_file(kind).resolve()
    assert problems(kind, read_toml(path)) == []


EXPERIMENT = """
question = "How long?"
model = "dorsal_horn"
[patient.injury]
at = "0 day"
peak_rate = "1.4 Hz"
heals_with = "10 day"
[[treatment]]
at = "60 day"
duration = "5 day"
blockade = 0.95
[vary]
"treatment.blockade" = [0.5, 0.95]
[follow_up]
until = "150 day"
"""
TREATMENT = 'at = "60 day"\nduration'


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        ('question = "How long?"\n', ""),
        ('question = "How long?"', 'question = ""'),
        ('model = "dorsal_horn"\n', ""),
        ('"dorsal_horn"', '"dorsal_hron"'),
        ('model = "dorsal_horn"', 'model = "dorsal_horn"\nhypothesis = "rest"'),
        ('model = "dorsal_horn"', 'model = "dorsal_horn"\nseed = -1'),
        ('model = "dorsal_horn"', 'model = "dorsal_horn"\nseed = 1.5'),
        ('"1.4 Hz"', '"1.4 day"'),
        ('"1.4 Hz"', "1.4"),
        ('"1.4 Hz"', '"1.4"'),
        ('"1.4 Hz"', '"high"'),
        ('heals_with = "10 day"\n', ""),
        ("peak_rate", "peek_rate"),
        ("[patient.injury]", "[[patient.injury]]"),
        ("[[treatment]]", "[treatment]"),
        ("blockade = 0.95", "blockade = 1.5"),
        ("blockade = 0.95", 'blockade = "0.95"'),
        ("blockade = 0.95", "blockade = true"),
        ("blockade = 0.95", "blockade = [0.5, 0.95]"),
        ("blockade = 0.95", 'drug = "ketamin"\ndose = "1 mg/h"'),
        ("blockade = 0.95", 'drug = "ketamine"\ndose = "5 mg/kg"'),
        ("blockade = 0.95", 'effect = 1\nacts_on = "ampa"'),
        (TREATMENT, "duration"),
        ('"treatment.blockade" =', "treatment.blockade ="),
        ('"treatment.blockade" =', '"treatment.blokade" ='),
        ("[0.5, 0.95]", "0.5"),
        ("[0.5, 0.95]", "[]"),
        ("[0.5, 0.95]", '["half"]'),
        ('until = "150 day"', ""),
        ("[follow_up]", "[followup]"),
        ("[follow_up]", "[plasticity]\nlate_deca = '1 day'\n[follow_up]"),
        ("[follow_up]", "[plasticity]\nlate_decay = '1 Hz'\n[follow_up]"),
        ("[follow_up]", "[assay.brush]\nrat = '1 Hz'\n[follow_up]"),
        ('until = "150 day"', 'until = "150 day"\nassays = ["brus"]\nat = ["1 day"]'),
        ("[follow_up]", "[cohort]\nsize = 0\n[follow_up]"),
        ('"1.4 Hz"', '{ distribution = "normal", mean = "1 Hz", sd = "1 Hz" }'),
        ('"1.4 Hz"', '{ distribution = "gamma", a = 1, source = "A guess" }'),
    ],
)
def test_what_a_schema_can_refuse_is_refused(found, instead):
    assert problems("experiment", tomllib.loads(EXPERIMENT)) == []
    assert found in EXPERIMENT
    assert problems("experiment", tomllib.loads(EXPERIMENT.replace(found, instead)))


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        ("blockade = 0.95\n", ""),  # every arm has it
        ('duration = "5 day"', 'duration = "0 h"'),
        ('"5 day"', '"5 1/kHz"'),
        ('"treatment.blockade" =', '"treatment[0].blockade" ='),
        ('model = "dorsal_horn"', 'model = "mine/dorsal_horn.toml"'),
        ('at = "0 day"\n', '[vary_together]\n"patient.injury.at" = ["0 day"]\n'),
        (
            '"1.4 Hz"',
            '{ distribution = "choice", values = ["1 Hz", "2 Hz"], source = "A guess" }',
        ),
    ],
)
def test_what_the_grammar_takes_is_taken(found, instead):
    assert found in EXPERIMENT
    text = EXPERIMENT.replace(found, instead)
    if instead.startswith("[vary_together]"):
        text = EXPERIMENT.replace(found, "") + instead
    assert problems("experiment", tomllib.loads(text)) == []


TIMES = ["s", "ms", "minutes", "hours", "d", "days", "week", "weeks", "µs", "kilosecond", "1/Hz"]
OTHERS = ["Hz", "V", "mV", "kg", "g", "m", "M", "", "H", "pc", "mol", "L"]


@pytest.mark.parametrize("unit", [*TIMES, *OTHERS])
def test_a_pattern_tells_times_from_all_else(unit):
    pattern = quantity_schema(("100 h",))["pattern"]
    matches = not list(
        jsonschema.Draft7Validator({"pattern": pattern}).iter_errors(f"1.5e3 {unit}")
    )
    assert matches == (unit in TIMES)
    if unit in TIMES:
        assert parse_quantity(f"1 {unit}").check("[time]")


@pytest.mark.parametrize("example", ["5 mg/kg/h", "1 pF", "1 L/kg", "1 uM", "1 1/min", "0.5 Hz"])
def test_a_pattern_takes_what_is_written_in_other_units(example):
    pattern = quantity_schema((example,))["pattern"]
    unit = parse_quantity(example).units
    for other in (f"{unit:~C}", f"{unit:C}", f"{unit:C}".replace("/", " / ")):
        text = f"2 {other}"
        assert parse_quantity(text).is_compatible_with(units.Quantity(1, unit))
        assert not list(jsonschema.Draft7Validator({"pattern": pattern}).iter_errors(text)), text


def keys(schema, place=""):
    for key, each in schema.get("properties", {}).items():
        yield f"{place}.{key}", each
        yield from keys(each, f"{place}.{key}")
    if isinstance(schema.get("items"), dict):
        yield from keys(schema["items"], f"{place}[]")
    for each in schema.get("anyOf", ()):
        yield from keys(each, place)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from keys(schema["additionalProperties"], f"{place}.*")


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_has_a_meaning(kind):
    schema = json.loads(schema_file(kind).read_text("utf-8"))
    named = dict(keys(schema))
    assert len(named) > 5
    of_parameters = ("value", "source", "status", "note")
    for place, each in named.items():
        said = each.get("description", "")
        if not place.endswith(of_parameters) and not place.startswith((".assay", ".vary")):
            assert said.partition("\n\n")[0].endswith("."), place
            assert not said.startswith(("A number", "A time", "A text", "A parameter")), place


# A language server for TOML: python -m pip install tombi
TOMBI = shutil.which("tombi", path=str(Path(sys.executable).parent)) or shutil.which("tombi")
needs_tombi = pytest.mark.skipif(TOMBI is None, reason="tombi is not installed")


@needs_tombi
def test_a_language_server_finds_shipped_files_right_and_a_wrong_one_wrong(tmp_path):
    def lint(*paths):
        command = [TOMBI, "lint", "--offline", "--no-cache", *map(str, paths)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    files = [find_file(name, kind) for kind in KINDS for name in shipped_names(kind)]
    right = lint(*files)
    assert right.returncode == 0, right.stdout + right.stderr

    shutil.copy(schema_file("experiment"), tmp_path)
    head = f"{SCHEMA_LINE}{schema_file('experiment').name}\n"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(head + EXPERIMENT.replace("1.4 Hz", "1.4 day").replace("until", "untill"))
    said = lint(wrong)
    assert said.returncode != 0
    assert '"1.4 day" does not match' in said.stdout + said.stderr
    assert '"untill" is not allowed' in said.stdout + said.stderr


class Server:
    """A client of a language server, as far as a hover needs."""

    def __init__(self, folder):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([TOMBI, "lsp", "--offline"], cwd=folder, **pipes)
        self.number = 0
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
        self.tell("initialized", {})

    def tell(self, method, params, **number):
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **number})
        message = f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
        self.process.stdin.write(message.encode())
        self.process.stdin.flush()

    def ask(self, method, params):
        self.number += 1
        self.tell(method, params, id=self.number)
        while True:
            length = 0
            while line := self.process.stdout.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            answer = json.loads(self.process.stdout.read(length))
            if answer.get("id") == self.number and "method" not in answer:
                return answer["result"]

    def close(self):
        self.process.kill()
        self.process.communicate()


@needs_tombi
def test_a_language_server_shows_meaning_unit_and_range(tmp_path):
    shutil.copy(schema_file("experiment"), tmp_path)
    path = tmp_path / "mine.toml"
    text = f"{SCHEMA_LINE}{schema_file('experiment').name}\n{EXPERIMENT}"
    path.write_text(text)
    document = {"uri": path.as_uri(), "languageId": "toml", "version": 1, "text": text}
    server = Server(tmp_path)
    try:
        server.tell("textDocument/didOpen", {"textDocument": document})
        line = text.splitlines().index('peak_rate = "1.4 Hz"')
        where = {
            "textDocument": {"uri": document["uri"]},
            "position": {"line": line, "character": 2},
        }
        shown = None
        while shown is None:  # until the server has read the schema
            shown = server.ask("textDocument/hover", where)
    finally:
        server.close()
    said = json.dumps(shown)
    assert "Ongoing C-fibre rate just after the injury" in said
    assert "from 0 Hz to 20 Hz" in said
