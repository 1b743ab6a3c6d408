"""JSON schemas of all kinds of files, made from their grammar: what an editor checks and shows."""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, TypeAdapter

from resetsim.declare.distributions import Distribution
from resetsim.declare.drawable import DRAWABLE, IN_LEARNING, MEMORY_PLASTICITY, PLASTICITY
from resetsim.declare.drug import Drug
from resetsim.declare.files import Kind
from resetsim.declare.hypothesis import HypothesisText
from resetsim.declare.model import Model
from resetsim.declare.plan import Plan
from resetsim.declare.plasticity import Plasticity
from resetsim.declare.population import OF_POPULATIONS
from resetsim.declare.quantities import written
from resetsim.declare.ranges import Range
from resetsim.declare.unit_patterns import number_schema, quantity_schema
from resetsim.declare.variations import Variations, same_for_every_arm
from resetsim.protocols.registry import ASSAYS
from resetsim.tissue.plasticity.maintenance import RULES
from resetsim.views.schema_words import SETTINGS, Described, Schema, meanings_of, with_meaning

Path = tuple[str, ...]
"""Keys from the top of a file; an entry of a list is ``[]``."""

_DIALECT = "http://json-schema.org/draft-07/schema#"
_GRAMMARS: Mapping[Kind, type[BaseModel]] = {
    "experiment": Plan,
    "model": Model,
    "drug": Drug,
    "hypothesis": HypothesisText,
    "population": Plan,
}
_TITLES: Mapping[Kind, str] = {
    "experiment": "An experiment of resetsim",
    "model": "A model of resetsim",
    "drug": "A drug of resetsim",
    "hypothesis": "A hypothesis of resetsim",
    "population": "A population of resetsim",
}
_ENTRY = "[]"


def schema_text(kind: Kind) -> str:
    """Return the JSON schema of a kind of file as the text of a file.

    Parameters
    ----------
    kind
        What the files describe.
    """
    return json.dumps(schema_of(kind), indent=1, ensure_ascii=False) + "\n"


def schema_of(kind: Kind) -> Schema:
    """Return the JSON schema of a kind of file.

    Parameters
    ----------
    kind
        What the files describe.

    Returns
    -------
    dict
        Draft 7. It takes every file that the grammar takes, and refuses what can be told without
        arithmetic: unknown keys, missing ones, other types, single units of another dimension.
    """
    schema = _made(_GRAMMARS[kind])
    if kind in ("experiment", "population"):
        _say_names(schema)
        variable = dict(_variable(schema, ()))
        needed = list(_take_required(schema, ()))
        _allow_distributions(schema)
        _allow_everybody(schema)
        if kind == "experiment":
            _add_variations(schema, variable)
            _require_unless_varied(schema, needed)
        else:
            _keep_population(schema)
    if kind == "hypothesis":
        for rule in schema["properties"]["maintenance"]["properties"].values():
            meaning = rule["description"].partition("\n\n")[0]
            rule["enum"] = list(RULES)
            rule["description"] = f"{meaning}\n\nOne of {', '.join(RULES)}."
    order = {"$schema": _DIALECT, "title": _TITLES[kind]}
    return order | {key: schema[key] for key in sorted(schema, key=_rank)}


def _made(grammar: type[BaseModel]) -> Schema:
    """Return the schema of a grammar in one piece: beside a reference no meaning could stand."""
    schema = grammar.model_json_schema(schema_generator=Described)
    made: Schema = _inlined(schema, schema.pop("$defs", {}))
    return made


def _inlined(value: Any, definitions: Mapping[str, Schema]) -> Any:
    if isinstance(value, list):
        return [_inlined(each, definitions) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _inlined(definitions[value["$ref"].rpartition("/")[2]], definitions)
    if "$ref" in (entry := value.get("items", {})):
        value = value | {"description": _inlined(entry, definitions)["description"]}
    return {key: _inlined(each, definitions) for key, each in value.items()}


def _rank(key: str) -> tuple[bool, bool, str]:
    return key == "definitions", key == "properties", key


def _at(root: Schema, path: Path) -> Schema:
    """Return what stands at a place."""
    here = root
    for step in path:
        here = here["items"] if step == _ENTRY else here["properties"][step]
    return here


def _say_names(root: Schema) -> None:
    """Name the constants of plasticity and the assays, which grammars leave to others."""
    for name in (PLASTICITY, MEMORY_PLASTICITY):
        table = root["properties"][name]
        table["properties"] = {
            key: _of_parameter(each) for key, each in _made(Plasticity)["properties"].items()
        }
        table["additionalProperties"] = False
    table = root["properties"]["assay"]
    table["properties"] = {
        name: {
            "type": "object",
            "description": f"Settings of `{name}` other than the model's `[protocol.{name}]`.",
            "properties": {
                key: _of_range(each, SETTINGS.get(key, "A setting."))
                for key, each in assay.settings.items()
            },
            "additionalProperties": False,
        }
        for name, assay in ASSAYS.items()
    }
    table["additionalProperties"] = False
    assays = _at(root, ("follow_up", "assays", _ENTRY))
    assays["enum"] = list(ASSAYS)


def _of_parameter(schema: Schema) -> Schema:
    meaning = schema["description"].partition("\n\n")[0]
    return with_meaning(schema["properties"]["value"], meaning, None)


def _of_range(allowed: Range, meaning: str) -> Schema:
    unit = f"{allowed.high.units:~C}"
    quantity = quantity_schema((written(allowed.high),)) if unit else number_schema()
    return with_meaning(allowed.narrowed(quantity), meaning, None)


def _variable(schema: Schema, path: Path) -> Iterator[tuple[Path, Schema]]:
    """Yield each place of a value that may differ between arms, with a copy of its schema."""
    if "properties" in schema:
        for key, inner in schema["properties"].items():
            yield from _variable(inner, (*path, key))
    elif schema.get("type") == "array":
        yield from _variable(schema["items"], (*path, _ENTRY))
    elif not same_for_every_arm(_key(path)):
        yield path, deepcopy(schema)


def _key(path: Path) -> str:
    return ".".join(step for step in path if step != _ENTRY)


def _pattern(path: Path) -> str:
    text = re.escape(_key(path[:1]))
    for step in path[1:]:
        text += r"(?:\[[0-9]{1,4}\])?" if step == _ENTRY else rf"\.{re.escape(step)}"
    return f"^{text}$"


def _take_required(schema: Schema, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield which key is required where, and no longer say so: arms, or a population, may say it.

    Entries of lists that neither reaches keep theirs.
    """
    if "properties" in schema:
        for key in schema.pop("required", []):
            yield path, key
        for key, inner in schema["properties"].items():
            yield from _take_required(inner, (*path, key))
    elif schema.get("type") == "array" and path[-1:] != ("correlation",):
        yield from _take_required(schema["items"], (*path, _ENTRY))


def _allow_distributions(root: Schema) -> None:
    made = TypeAdapter(Distribution).json_schema(schema_generator=Described)
    root["definitions"] = {
        "distribution": {
            "description": "How a quantity differs between the patients of a cohort.",
            "oneOf": _inlined(made["anyOf"], made["$defs"]),
        }
    }
    constants = list(root["properties"][PLASTICITY]["properties"])
    of_pain = [f"{PLASTICITY}.{key}" for key in constants]
    of_memory = [f"{MEMORY_PLASTICITY}.{key}" for key in constants if key not in IN_LEARNING]
    for key in (*DRAWABLE, *of_pain, *of_memory):
        path = tuple(re.sub(r"\[\d+\]", f".{_ENTRY}", key).split("."))
        quantity = _at(root, path)
        says = quantity.pop("description")
        default = {"default": quantity.pop("default")} if "default" in quantity else {}
        table = _at(root, path[:-1])["properties"]
        table[path[-1]] = {
            "description": f"{says}\n\nIn a cohort a distribution may stand here.",
            **default,
            "anyOf": [quantity, {"$ref": "#/definitions/distribution"}],
        }


def _allow_everybody(root: Schema) -> None:
    cohort = _at(root, ("cohort",))["properties"]
    table = cohort["include"]
    cohort["include"] = {
        "description": table.pop("description"),
        "anyOf": [{"type": "string", "enum": ["everybody"]}, table],
    }


def _add_variations(root: Schema, variable: Mapping[Path, Schema]) -> None:
    meanings = meanings_of(Variations)
    for name in Variations.model_fields:
        root["properties"][name] = {
            "type": "object",
            "description": meanings[name],
            "properties": {_key(path): _values_of(each) for path, each in variable.items()},
            "patternProperties": {
                _pattern(path): _values_of(each)
                for path, each in variable.items()
                if _ENTRY in path
            },
            "additionalProperties": False,
        }


def _values_of(schema: Schema) -> Schema:
    """Return the schema of the values of a key that varies."""
    one = {key: each for key, each in schema.items() if key not in ("description", "default")}
    says = schema.get("description", "")
    return {"type": "array", "minItems": 1, "items": one, "description": f"Values of: {says}"}


def _require_unless_varied(root: Schema, needed: list[tuple[Path, str]]) -> None:
    """Require keys that neither ``[vary]`` nor a population may say instead."""
    root["allOf"] = []
    for path, key in needed:
        required = _requiring(path, key)
        if elsewhere := list(_said_elsewhere((*path, key))):
            required = {"if": {"anyOf": elsewhere}, "else": required}
        root["allOf"].append(required)


def _requiring(path: Path, key: str) -> Schema:
    required: Schema = {"required": [key]}
    for step in reversed(path):
        required = {"items": required} if step == _ENTRY else {"properties": {step: required}}
    return required


def _said_elsewhere(path: Path) -> Iterator[Schema]:
    if path[0] in OF_POPULATIONS and _ENTRY not in path:
        yield {"required": ["population"]}
    if same_for_every_arm(_key(path)):
        return
    for name in Variations.model_fields:
        varies = {"not": {"propertyNames": {"not": {"pattern": _pattern(path)}}}}
        yield {"required": [name], "properties": {name: varies}}


def _keep_population(root: Schema) -> None:
    """Leave what a file of a population may have, all of which an experiment may complete."""
    kept = {key: root["properties"].get(key) for key in OF_POPULATIONS}
    kept["description"] = {"type": "string", "description": "For the reader.\n\nA text."}
    root["properties"] = kept
    root["description"] = (
        "Who the patients of a cohort are: tables that stand where an experiment has none."
    )
    root["required"] = []
