"""The output folder of an experiment: written beside, then renamed; never half under its name.

Every file of it is made in ``NAME.partial``. When that is complete, an earlier result is renamed to
``.NAME.earlier``, the complete folder to ``NAME``, and the earlier one removed. A kill at any
moment leaves what :func:`open_folder` and :func:`restore` bring to an end.
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from resetsim import __version__
from resetsim.errors import InputError
from resetsim.store.file_list import FileList, read_list, write_list
from resetsim.store.folder_lock import PARTIAL, held, refused_as, resolved
from resetsim.store.own_files import clear, remove, require_own, rewriting

RESULT = "result.h5"


@dataclass(frozen=True)
class OutputFolder:
    """Where a run writes.

    Attributes
    ----------
    final
        Its name once it is complete.
    """

    final: Path

    @property
    def partial(self) -> Path:
        """Its name until then."""
        return self.final.with_name(f"{self.final.name}{PARTIAL}")

    @property
    def earlier(self) -> Path:
        """The name of an earlier result while it is being replaced."""
        return self.final.with_name(f".{self.final.name}.earlier")

    def finish(self) -> None:
        """Give the complete folder its final name, in place of an earlier result.

        Raises
        ------
        InputError
            If somebody has put other files into either since; the result stays in the partial one.
        """
        if (listed := require_own(self.partial)) is not None:
            write_list(self.partial, replace(listed, complete=True))
        self._replace()

    def recover(self) -> None:
        """Bring to an end what a killed run left half-way; the lock is held."""
        unfinished, earlier = read_list(self.partial), require_own(self.earlier)
        if unfinished is not None and unfinished.complete:
            self._replace()
        elif earlier is not None and self._is_lost(earlier):
            self.earlier.rename(self.final)
        else:
            remove(self.earlier)

    def discard(self) -> None:
        """Remove what there is of an unfinished run, unless somebody has put other files there."""
        with suppress(InputError):
            if (listed := require_own(self.partial)) is None or not listed.complete:
                remove(self.partial)

    def _replace(self) -> None:
        require_own(self.partial)
        require_own(self.final)
        if self.final.exists():
            remove(self.earlier)
            self.final.rename(self.earlier)
        self.partial.rename(self.final)
        remove(self.earlier)

    def _is_lost(self, earlier: FileList) -> bool:
        """Return whether the earlier result is all that is left, and not half removed."""
        whole = all((self.earlier / name).exists() for name in earlier.files)
        return whole and not self.final.exists()


@dataclass(frozen=True)
class Asked:
    """What a run was asked for, as hashes.

    Attributes
    ----------
    experiment
        Of the experiment, whatever version runs it.
    everything
        Of all files that it is made from, and of the version.
    """

    experiment: str
    everything: str


def fingerprint(texts: dict[str, str], content: object) -> Asked:
    """Return hashes of what a run was asked for.

    Parameters
    ----------
    texts
        The files it is made from.
    content
        The tables of the experiment, with what the command line made of them.

    Returns
    -------
    Asked
        Hexadecimal.
    """
    release = __version__.partition("+")[0]  # a run goes on after a commit that is not installed
    return Asked(_hash(content), _hash([release, texts, content]))


def _hash(content: object) -> str:
    words = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()


def require_unfinished(out: Path) -> None:
    """Refuse to resume where nothing was begun, before anything else is read.

    Parameters
    ----------
    out
        Where the result is to be.

    Raises
    ------
    InputError
        If there is nothing to resume.
    """
    folder = OutputFolder(resolved(out))
    finished = (read_list(each) for each in (folder.final, folder.earlier))
    if not folder.partial.exists() and not any(finished):
        raise _nothing_to_resume(folder)


@contextmanager
def open_folder(
    out: Path, asked: Asked, resume: bool, replace_other: bool
) -> Iterator[OutputFolder]:
    """Prepare the output folder of a run, and hold it so that no other run writes there.

    Parameters
    ----------
    out
        Where the result is to be.
    asked
        From :func:`fingerprint`.
    resume
        Whether an unfinished run is to be continued.
    replace_other
        Whether the result of another experiment may be replaced.

    Yields
    ------
    OutputFolder
        Its partial folder is there, with nothing but a list of its files. It is removed if the
        block ends with an InputError, and kept to be continued if it ends otherwise.

    Raises
    ------
    InputError
        If it cannot be written, holds something else, is being written by another run, or there is
        nothing to resume.
    """
    folder = OutputFolder(resolved(out))
    if folder.final.is_mount():
        raise InputError(f"--out: {out} cannot be replaced; name a folder below it")
    with held(folder.final):
        with refused_as("--out"):
            folder.recover()
            earlier = require_own(folder.final)
            unfinished = require_own(folder.partial)
        if resume:
            _require_resumable(folder, unfinished, asked.everything)
        if earlier is not None and earlier.experiment != asked.experiment and not replace_other:
            raise InputError(
                f"--out: {folder.final} holds the result of another experiment, or of this one "
                "with other content; name another folder, or add --replace"
            )
        try:
            with refused_as("--out"):
                folder.partial.mkdir(exist_ok=True)
                clear(folder.partial)
                write_list(
                    folder.partial, FileList(asked.everything, asked.experiment, complete=False)
                )
            yield folder
        except InputError:
            folder.discard()
            raise


@contextmanager
def open_place(folder: Path, names: Collection[str]) -> Iterator[Path]:
    """Hold a folder that stays, and give an empty one for what is written there at the end.

    Parameters
    ----------
    folder
        It exists.
    names
        As in :func:`resetsim.store.own_files.rewriting`.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    InputError
        If it cannot be written, is being written by another process, or the files of that name are
        not those that resetsim wrote.
    """
    with held(resolved(folder)), rewriting(folder, names) as place:
        yield place


def restore(result: Path) -> None:
    """Bring back a result that a killed run left under another name.

    Parameters
    ----------
    result
        Its folder, or its result file.

    Raises
    ------
    InputError
        If somebody else's files are in the way.
    """
    folder = OutputFolder((result.parent if result.name == RESULT else result).absolute())
    if not folder.final.name or os.path.lexists(folder.final):
        return
    unfinished = read_list(folder.partial)
    if (unfinished and unfinished.complete) or read_list(folder.earlier):
        with held(folder.final), refused_as(str(folder.final)):
            folder.recover()


def _require_resumable(folder: OutputFolder, unfinished: FileList | None, asked: str) -> None:
    if unfinished is None and not folder.partial.exists():
        # It may have been killed when all but the new name was done.
        unfinished = read_list(folder.final)
        if unfinished is None:
            raise _nothing_to_resume(folder)
    if unfinished is not None and unfinished.asked != asked:
        raise InputError(
            f"--resume: the unfinished run in {folder.partial} was of other files, settings or "
            "versions; run without --resume (finished simulations that still apply are reused)"
        )


def _nothing_to_resume(folder: OutputFolder) -> InputError:
    return InputError(f"--resume: there is no unfinished run in {folder.partial}")
