"""Whether two results say the same, apart from when they were made."""

import hashlib
from dataclasses import replace
from pathlib import Path

from resetsim.errors import InputError
from resetsim.records.result import Result
from resetsim.store.hdf5 import read_result
from tests.results_fixture import same

_MOMENTS = ("started", "date")


def differences(found: Path, wanted: Path) -> list[str]:
    """Return the names of the files of one output folder that differ from those of another.

    Parameters
    ----------
    found, wanted
        Output folders. Their dates may differ; all else is compared byte for byte, and
        ``result.h5`` value by value.

    Returns
    -------
    list of str
        Empty if they say the same.
    """
    if not found.is_dir():
        return [f"{found.name} is missing"]
    names = {each.relative_to(wanted) for each in wanted.rglob("*") if each.is_file()}
    held = {each.relative_to(found) for each in found.rglob("*") if each.is_file()}
    differing = [f"{name} is missing or too much" for name in names ^ held]
    try:
        results = [read_result(folder / "result.h5") for folder in (found, wanted)]
    except InputError as error:
        return [str(error)]
    if not same(*map(_undated, results)):
        differing.append("result.h5")
    texts = [_texts(*each) for each in zip((found, wanted), results, strict=True)]
    differing += [str(name) for name in names & held if texts[0][name] != texts[1][name]]
    return sorted(differing)


def _texts(folder: Path, result: Result) -> dict[Path, bytes]:
    """Return the content of each file but ``result.h5``, without dates and checksums."""
    moments = [result.provenance[each].encode() for each in _MOMENTS]
    contents = {
        each.relative_to(folder): each.read_bytes() for each in folder.rglob("*") if each.is_file()
    }
    sums = [hashlib.sha256(content).hexdigest().encode() for content in contents.values()]
    found = {}
    for name, content in contents.items():
        for passing in (*moments, *sums):
            content = content.replace(passing, b"")
        found[name] = b"" if name.name == "result.h5" else content
    return found


def same_result(file: Path, wanted: Result) -> bool:
    """Say whether a file can be read and holds this result, whenever it was made."""
    try:
        return same(_undated(read_result(file)), _undated(wanted))
    except InputError:
        return False


def _undated(result: Result) -> Result:
    return replace(
        result,
        provenance={
            name: value for name, value in result.provenance.items() if name not in _MOMENTS
        },
    )
