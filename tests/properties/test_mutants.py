"""Wrong files are refused with a message, the rest can be run: nothing else may happen."""

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mutants import Mutant, mutants, outcome

from resetsim.declare.files import Kind, schema_file
from resetsim.declare.variations import find_place, with_settings


@pytest.mark.parametrize("seed", range(4))
def test_a_mutant_is_accepted_or_refused(tmp_path: Path, seed: int) -> None:
    for number, mutant in zip(range(50), mutants(seed), strict=False):
        end = outcome(mutant, tmp_path, run=False)
        assert end in ("accepted", "refused"), f"{number}: {mutant.change}: {end}"


def of_schema(kind: Kind) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(schema_file(kind).read_text("utf-8")))


SCHEMAS = {
    "experiment.toml": of_schema("experiment"),
    "model.toml": of_schema("model"),
    "memory.toml": of_schema("model"),
    "hypothesis.toml": of_schema("hypothesis"),
    "drug.toml": of_schema("drug"),
    "population.toml": of_schema("population"),
}


def refused_by_schema(mutant: Mutant) -> bool:
    try:
        contents = {name: tomllib.loads(text) for name, text in mutant.texts.items()}
    except tomllib.TOMLDecodeError:
        return True
    return not all(
        SCHEMAS[name].is_valid(as_first_arm(content)) for name, content in contents.items()
    )


def as_first_arm(content: dict[str, Any]) -> dict[str, Any]:
    """Return tables without values that every arm has otherwise: they do not matter."""
    for table in ("vary", "vary_together"):
        try:
            for key, values in content.get(table, {}).items():
                content = with_settings(content, {find_place(key, content): values[0]})
        except (ValueError, TypeError, AttributeError, LookupError):
            continue  # the schema is to refuse it
    return content


@pytest.mark.parametrize("seed", range(4, 6))
def test_a_schema_takes_what_the_grammar_takes(tmp_path: Path, seed: int) -> None:
    refused = []
    for _, mutant in zip(range(60), mutants(seed), strict=False):
        by_grammar = outcome(mutant, tmp_path, run=False) == "refused"
        by_schema = refused_by_schema(mutant)
        assert by_grammar or not by_schema, mutant.change
        refused += [by_schema] if by_grammar else []
    assert sum(refused) > len(refused) / 2, f"{sum(refused)} of {len(refused)}"
