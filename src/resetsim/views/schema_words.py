"""What an editor says of a key: its meaning, from a docstring, with unit, range and default."""

import inspect
import json
import re
from typing import Any

import pint
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from resetsim.declare.quantities import written

Schema = dict[str, Any]

SETTINGS = {
    "duration": "How long the stimulus, or what is looked at, lasts.",
    "frequency": "Of the stimuli.",
    "stimuli": "How many volleys at C strength.",
    "weak": "C-fibre discharge under a weak stimulus.",
    "medium": "C-fibre discharge under a medium stimulus.",
    "strong": "C-fibre discharge under a strong stimulus.",
    "rate": "Firing of what is stimulated: A-beta fibres, or neurons of a pattern that are cued.",
    "window": "Time in which the spikes of a single volley are counted.",
    "share": "Share of a pattern that is cued.",
    "pause": "Between two cues.",
    "spikes": "Spikes during a cue that make a neuron one that responds.",
    "repetitions": "How often each pattern is cued, another part of it each time.",
    "tested": "Stored patterns that are cued.",
}
"""What the settings of assays mean."""


class Described(GenerateJsonSchema):
    """The schema that pydantic makes, with meanings from docstrings and defaults as in files."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> Schema:
        """Leave out null, which TOML has not."""
        return self.generate_inner(schema["schema"])

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> Schema:
        """Leave out what only OpenAPI knows."""
        made = super().tagged_union_schema(schema)
        made.pop("discriminator", None)
        return made

    def tuple_schema(self, schema: core_schema.TupleSchema) -> Schema:
        """Say pairs, whose entries are alike, in the older dialect."""
        made = super().tuple_schema(schema)
        if "prefixItems" in made:
            made["items"] = made.pop("prefixItems")[0]
        return made

    def field_title_should_be_set(self, _: object) -> bool:
        """Leave out titles, which repeat the key."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        """Leave defaults to :func:`with_meaning`."""
        return self.generate_inner(schema["schema"])

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        """Explain a table and each of its keys."""
        made = super().model_schema(schema)
        grammar = schema["cls"]
        made.pop("title", None)
        made["description"] = _plain(_sentences(grammar))
        meanings = meanings_of(grammar)
        for name, field in grammar.model_fields.items():
            key = field.alias or name
            own = made["properties"][key]
            if "$ref" not in own:  # a table is explained by its own docstring
                own = with_meaning(own, meanings.get(name, ""), _default(field.default))
            made["properties"][key] = own
        return made


def with_meaning(schema: Schema, meaning: str, default: object) -> Schema:
    """Return the schema of a key whose description says meaning, unit, range and default.

    Parameters
    ----------
    schema
        Of the key, with what may stand there as its description.
    meaning
        From the docstring of its table.
    default
        As a file would write it; None where there is none.
    """
    words = [meaning]
    if value := _values(schema):
        words.append(value)
    if default is not None:
        schema = {**schema, "default": default}
        words.append(f"Where it is left out: {_as_toml(default)}.")
    return {**schema, "description": "\n\n".join(filter(None, words))}


def _values(schema: Schema) -> str:
    """Return in words what a key may be."""
    if value := schema.get("properties", {}).get("value"):  # a parameter
        return f"A parameter: {value['description']}."
    if "$ref" in schema:
        return ""
    if said := schema.get("description"):
        return f"{said[0].upper()}{said[1:]}."
    low, high = (schema.get(key, schema.get(f"exclusive{key.title()}")) for key in _ENDS)
    kind = _KINDS.get(str(schema.get("type")), "")
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        inner = _values(schema["items"])
        return f"A list: {inner[0].lower()}{inner[1:]}" if inner else ""
    if "enum" in schema:
        return f"One of {', '.join(schema['enum'])}."
    if kind and low is not None and high is not None:
        return (
            f"{kind} from {low:.12g} to {high:.12g}."
            if high < 2**60
            else f"{kind} from {low:.12g} on."
        )
    return f"{kind}." if kind else ""


_ENDS = ("minimum", "maximum")
_KINDS = {
    "number": "A number",
    "integer": "A whole number",
    "boolean": "true or false",
    "string": "A text",
}


def _default(value: object) -> object:
    match value:
        case pint.Quantity():
            return written(value)
        case str() | bool() | int() | float():
            return value
        case tuple() if value and all(isinstance(each, float) for each in value):
            return list(value)
    return None


def _as_toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def meanings_of(grammar: type[BaseModel]) -> dict[str, str]:
    """Return what each field of a table means, from its docstring and those it inherits from.

    Parameters
    ----------
    grammar
        Of the table.

    Returns
    -------
    dict
        By name of the field.
    """
    found: dict[str, str] = {}
    for each in reversed(grammar.__mro__):
        if each is not BaseModel and issubclass(each, BaseModel):
            found |= _documented(each)
    return found


def _documented(grammar: type[BaseModel]) -> dict[str, str]:
    section = re.search(
        r"^(?:Parameters|Attributes)\n-+\n(.*?)(?=^\w+\n-+\n|\Z)",
        inspect.cleandoc(grammar.__doc__ or ""),
        re.M | re.S,
    )
    found = {}
    for names, text in re.findall(
        r"^(\w.*)\n((?:    .*\n?|\n)+)", section[1] if section else "", re.M
    ):
        for name in names.split(","):
            found[name.strip()] = _plain(text)
    return found


def _sentences(grammar: type[BaseModel]) -> str:
    return re.split(r"^\w+\n-+$", inspect.getdoc(grammar) or "", maxsplit=1, flags=re.M)[0]


def _plain(text: str) -> str:
    """Return a text of a docstring for a reader who does not read code."""
    text = re.sub(r":\w+:`(?:\w+\.)*(\w+)`", r"\1", text)
    return " ".join(text.replace("``", "`").split())
