"""The output folder of an experiment: written beside, then renamed; never half under its name."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from resetsim import __version__
from resetsim.cache import cache_folder
from resetsim.errors import InputError
from resetsim.records.result import Result
from resetsim.store.hdf5 import write_result
from resetsim.store.tables import write_assays, write_summary

RESULT = "result.h5"
_STATE = "run.json"
_OURS = {RESULT, "summary.csv", "assays.csv", "report.html", "figures"}


@dataclass(frozen=True)
class OutputFolder:
    """Where a run writes.

    Attributes
    ----------
    final
        Its name once it is complete.
    partial
        Its name until then.
    lock
        Held so that no other run writes there.
    """

    final: Path
    partial: Path
    lock: FileLock

    def discard(self) -> None:
        """Remove the partial folder: there is nothing in it to continue."""
        shutil.rmtree(self.partial, ignore_errors=True)
        self.lock.release()

    def finish(self) -> None:
        """Give the complete folder its final name, in place of an earlier result."""
        (self.partial / _STATE).unlink()
        earlier = self.final.with_name(f".{self.final.name}.earlier")
        shutil.rmtree(earlier, ignore_errors=True)
        if self.final.exists():
            self.final.rename(earlier)
        self.partial.rename(self.final)
        shutil.rmtree(earlier, ignore_errors=True)
        self.lock.release()


def fingerprint(texts: dict[str, str], content: object) -> str:
    """Return a hash of everything that a run was asked for.

    Parameters
    ----------
    texts
        The files it is made from.
    content
        What the command line made of them.

    Returns
    -------
    str
        Hexadecimal.
    """
    release = __version__.partition("+")[0]  # a run goes on after a commit that is not installed
    words = json.dumps([release, texts, content], sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()


def open_folder(out: Path, asked: str, resume: bool) -> OutputFolder:
    """Prepare the output folder of a run.

    Parameters
    ----------
    out
        Where the result is to be.
    asked
        From :func:`fingerprint`.
    resume
        Whether an unfinished run is to be continued.

    Returns
    -------
    OutputFolder
        Its partial folder is there, with a note of what is run.

    Raises
    ------
    InputError
        If it cannot be written, holds something else, is being written by another run, or there is
        nothing to resume.
    """
    final = _resolved(out)
    lock = _locked(final)
    partial = final.with_name(f"{final.name}.partial")
    try:
        _refuse_foreign(final)
        _refuse_unknown(partial)
        if resume:
            _refuse_other(partial, asked)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        (partial / _STATE).write_text(json.dumps({"asked": asked, "complete": False}))
    except OSError as error:
        raise InputError(
            f"--out: the folder {final} cannot be written ({error.strerror}); name another"
        ) from None
    return OutputFolder(final, partial, lock)


def write_tables(result: Result, folder: Path) -> None:
    """Write the result file and its tables.

    Parameters
    ----------
    result
        What to write.
    folder
        Where; it exists.
    """
    write_result(result, folder / RESULT)
    write_summary(result, folder / "summary.csv")
    write_assays(result, folder / "assays.csv")


def _locked(final: Path) -> FileLock:
    name = hashlib.sha256(str(final).encode()).hexdigest()[:24]
    lock = FileLock(cache_folder("outputs") / f"{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(
            f"--out: another run is writing {final}; wait for it, or name another folder"
        ) from None
    return lock


def _resolved(out: Path) -> Path:
    try:
        final = out.resolve()
    except (OSError, RuntimeError):  # a loop of links
        raise InputError(f"--out: {out} cannot be found; name another folder") from None
    if not final.name:
        raise InputError(f"--out: {out} cannot be replaced; name a folder below it")
    return final


def _refuse_foreign(final: Path) -> None:
    if not final.exists():
        return
    if not final.is_dir():
        raise InputError(f"--out: {final} is a file; name a folder")
    held = {each.name for each in final.iterdir() if ".partial" not in each.suffixes}
    if held and RESULT not in held:
        raise InputError(
            f"--out: {final} holds other files, no earlier result; name another folder"
        )
    if foreign := sorted(held - _OURS):
        raise InputError(
            f"--out: {final} holds '{foreign[0]}' beside an earlier result, which would be "
            "replaced with it; move it, or name another folder"
        )


def _refuse_unknown(partial: Path) -> None:
    if partial.exists() and not (partial / _STATE).exists():
        raise InputError(
            f"--out: {partial} is in the way and not of an unfinished run; move it, or name "
            "another folder"
        )


def _refuse_other(partial: Path, asked: str) -> None:
    try:
        state = json.loads((partial / _STATE).read_text())
    except (OSError, ValueError):
        raise InputError(f"--resume: there is no unfinished run in {partial}") from None
    if state.get("asked") != asked:
        raise InputError(
            f"--resume: the unfinished run in {partial} was of other files, settings or versions; "
            "run without --resume (finished simulations that still apply are reused)"
        )
