"""Finding and reading TOML files: the user's own, and those shipped with resetsim."""

import os
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from resetsim.declare.plain import plain_problems
from resetsim.declare.validation import report
from resetsim.errors import InputError, nearest

Kind = Literal["experiment", "model", "drug", "hypothesis", "population"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SCHEMA_LINE = "#:schema "
"""How the first line of a file names its JSON schema to an editor."""

_FOLDERS: dict[Kind, tuple[str, ...]] = {
    "experiment": ("experiments", "experiments/evidence"),
    "model": ("models",),
    "drug": ("models/drugs",),
    "hypothesis": ("models/hypotheses",),
    "population": ("models/populations",),
}


@cache
def shipped_root() -> Path:
    """Return the folder with the shipped ``models/`` and ``experiments/``.

    Returns
    -------
    Path
        Inside an installed package, or the top of a checkout.

    Raises
    ------
    FileNotFoundError
        If the installation lacks them.
    """
    package = Path(__file__).parents[1]
    for root in (package / "shipped", package.parents[1]):
        if (root / "models").is_dir() and (root / "experiments").is_dir():
            return root
    raise FileNotFoundError(f"{package} was installed without its models and experiments")


def shipped_names(kind: Kind) -> tuple[str, ...]:
    """Return the names of the shipped files of one kind, in order.

    Parameters
    ----------
    kind
        What the files describe.

    Returns
    -------
    tuple of str
        File names without ``.toml``.
    """
    return tuple(
        sorted(path.stem for each in shipped_folders(kind) for path in each.glob("*.toml"))
    )


def shipped_folders(kind: Kind) -> tuple[Path, ...]:
    """Return the folders of the shipped files of one kind."""
    return tuple(shipped_root() / folder for folder in _FOLDERS[kind])


def schema_file(kind: Kind) -> Path:
    """Return the shipped JSON schema of one kind of file."""
    return shipped_root() / "schemas" / f"resetsim-{kind}.json"


def find_file(name_or_path: str | Path, kind: Kind, relative_to: Path | None = None) -> Path:
    """Return the file that a name or path stands for.

    Parameters
    ----------
    name_or_path
        The name of a shipped file, or a path: it ends in ``.toml`` or has a separator.
    kind
        What the file describes.
    relative_to
        The folder to look in before the current one.

    Returns
    -------
    Path
        The file; absolute.

    Raises
    ------
    InputError
        If there is none; the message names the nearest ones.
    """
    text = str(name_or_path)
    if text.endswith(".toml") or "/" in text or os.sep in text:
        return _existing(Path(text), kind, relative_to)
    for folder in shipped_folders(kind):
        path = folder / f"{text}.toml"
        if text and _exists(path):
            return path
    for beside in (relative_to or Path.cwd(), Path.cwd()):
        if text and _exists(beside / f"{text}.toml"):
            raise InputError(f"no {kind} is named {text!r}; did you mean the file '{text}.toml'?")
    raise InputError(f"no {kind} is named {text!r}; {nearest(text, shipped_names(kind))}")


@dataclass(frozen=True)
class FileOf:
    """What finds the file named in another file, as an annotation.

    Attributes
    ----------
    kind
        What the file describes.
    """

    kind: Kind

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._find)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        shipped = {"enum": list(shipped_names(self.kind))}
        path = {"pattern": r"[/\\]|\.toml$"}
        says = f"a shipped {self.kind}, or the path of a .toml file, from this file's folder"
        return {"type": "string", "anyOf": [shipped, path], "description": says}

    def _find(self, value: object, info: ValidationInfo) -> Path:
        if not isinstance(value, str | Path):
            raise ValueError(f"found {value!r}; the name of a {self.kind} or a path is needed")
        folder = info.context["folder"] if info.context else None
        try:
            return find_file(value, self.kind, folder)
        except InputError as error:
            raise ValueError(str(error)) from None


def file_of(kind: Kind) -> FileOf:
    """Return the annotation that finds the file named in another file.

    Parameters
    ----------
    kind
        What the file describes.

    Returns
    -------
    FileOf
        To be used as ``Annotated[Path, file_of("model")]``; paths start from the folder given
        to :func:`resetsim.declare.validation.validated`.
    """
    return FileOf(kind)


ModelFile = Annotated[Path, file_of("model")]
DrugFile = Annotated[Path, file_of("drug")]
HypothesisFile = Annotated[Path, file_of("hypothesis")]
PopulationFile = Annotated[Path, file_of("population")]


def _python_file(value: object, info: ValidationInfo) -> Path | None:
    if value == "none":
        return None
    if not isinstance(value, str | Path) or not str(value).endswith(".py"):
        raise ValueError(
            f"found {value!r}; the path of a Python file, NAME.py, is needed, or 'none'"
        )
    folder = info.context["folder"] if info.context else None
    for start in (folder or Path.cwd(), Path.cwd()):
        if _exists(start / value):
            return _named(start / value)
    raise ValueError(f"found '{value}'; there is no such file")


PolicyFile = Annotated[
    Path | None,
    PlainValidator(_python_file),
    WithJsonSchema(
        {"type": "string", "pattern": r"\.py$|^none$", "description": "a Python file, or none"}
    ),
]
"""A user's own policy of a clinic; ``none`` for an arm without it."""


def read_toml(path: Path) -> dict[str, Any]:
    """Read the tables of a TOML file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        Its tables, as :mod:`tomllib` gives them.

    Raises
    ------
    InputError
        If the file is missing, a folder, unreadable, not UTF-8 or not TOML.
    """
    return parse_toml(read_text(path), path)


def read_text(path: Path) -> str:
    """Read a text file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    InputError
        If the file is missing, a folder, unreadable or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")  # as some editors of Windows save it
    except FileNotFoundError:
        raise InputError(f"{path}: no such file{_neighbour(path)}") from None
    except IsADirectoryError:
        raise InputError(f"{path}: a folder, but a .toml file is needed") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start}): save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Read the tables of a TOML text.

    Parameters
    ----------
    text
        The text of a file.
    path
        The file, for messages.

    Returns
    -------
    dict
        Its tables.

    Raises
    ------
    InputError
        If the text is not TOML (the message has the line), or holds what no file may.
    """
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{path}: not usable TOML: nested too deeply") from None
    except ValueError as error:  # tomllib passes on some of its own, such as for a huge integer
        from resetsim.declare.toml_hints import toml_hint

        raise InputError(f"{path}: not TOML: {error}{toml_hint(text, str(error))}") from None
    if problems := list(plain_problems(content)):
        raise InputError(report(str(path), problems))
    return content


def _existing(path: Path, kind: Kind, relative_to: Path | None) -> Path:
    folders = [Path.cwd()] if relative_to is None else [relative_to, Path.cwd()]
    for folder in folders:
        if _exists(folder / path):
            return _named(folder / path)
    if path.name.removesuffix(".toml") in shipped_names(kind):
        name = path.name.removesuffix(".toml")
        raise InputError(
            f"{path}: no such file; the shipped {kind} is named '{name}', without .toml"
        )
    shipped = ", ".join(shipped_names(kind)) or "none"
    raise InputError(
        f"{path}: no such file{_neighbour(folders[0] / path)}; shipped with resetsim: {shipped}"
    )


def _named(path: Path) -> Path:
    """Return the path of a file whose name a result can keep."""
    try:
        path.name.encode()
    except UnicodeEncodeError:
        raise InputError(f"{path}: the name of the file is not UTF-8; rename it") from None
    return path.resolve()


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, UnicodeError):  # a name no file can have, or a folder not to be searched
        return False


def _neighbour(path: Path) -> str:
    beside = [file.name for file in path.parent.glob("*.toml")]
    close = get_close_matches(path.name, beside, n=1, cutoff=0.5)
    return f"; the nearest beside it is '{close[0]}'" if close else ""
