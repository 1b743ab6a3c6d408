"""Changes to the C++ that Brian2 writes, for speed alone.

``docs/explanation/performance.md`` has the gain.
"""

import re
from pathlib import Path

_DECAY = re.compile(r"^    const (double _lio_\d+ = exp\(1\.0f\*\(- dt\)/\w+_decay\);)$", re.M)
_LOOP = "    for(int _idx=0; _idx<_N; _idx++)\n"
_INDEPENDENT = "#pragma GCC ivdep\n"
_MEASURED = "        current = std::clock();\n        elapsed_realtime ="
_GO_ON = "        if (clock->running() && !Network::_globally_stopped) continue;\n"


def make_faster(folder: Path) -> None:
    """Change the C++ of a network that is written but not compiled yet.

    Parameters
    ----------
    folder
        Where Brian2 wrote it.

    Raises
    ------
    RuntimeError
        If this version of Brian2 writes other code than the changes were made for.
    """
    # The elements of a group are independent of each other. The compiler cannot know, and without
    # being told it vectorises few of the loops over them.
    for kind in ("stateupdater", "subexpression_update"):
        files = list((folder / "code_objects").glob(f"*_{kind}_codeobject.cpp"))
        if not files:
            raise _different(f"{kind} code")
        for file in files:
            _insert(_INDEPENDENT, _LOOP, file)
    _compute_decays_once(folder)
    # Brian2 asks the system for the time used after every step, a tenth of the time of so small a
    # network. Asking after the last one is enough.
    _insert(_GO_ON, _MEASURED, folder / "network.cpp")


def _compute_decays_once(folder: Path) -> None:
    """Compute exp(-dt/decay) in the first step: every time constant is set before a run."""
    changes = 0
    for file in (folder / "code_objects").glob("*_stateupdater_codeobject.cpp"):
        text, found = _DECAY.subn(r"    static const \1", file.read_text())
        file.write_text(text)
        changes += found
    if not changes:
        raise _different("decays")


def _insert(added: str, before: str, file: Path) -> None:
    text = file.read_text()
    if text.count(before) != 1:
        raise _different(file.name)
    file.write_text(text.replace(before, added + before))


def _different(what: str) -> RuntimeError:
    return RuntimeError(f"this version of Brian2 writes {what} differently")
