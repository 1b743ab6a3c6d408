"""The command line. Simulators and plotting are imported only by the commands that need them."""

import errno
import gc
import os
import signal
import sys
import traceback
import warnings
from io import TextIOWrapper

from resetsim.cli.app import app
from resetsim.errors import InputError
from resetsim.terminal import echo

# isort: off
# Help lists the commands in this order.
from resetsim.cli import (  # noqa: F401
    running,
    cohorts,
    tables,
    planning,
    results,
    exploring,
    judging,
    writing,
    keeping,
)
# isort: on


class Stopped(BaseException):
    """Ctrl-C, or a request to end. Typer would answer ``KeyboardInterrupt`` without a word."""


def _stop(*_: object) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise Stopped


def _unraisable(thrown: "sys.UnraisableHookArgs") -> None:
    """Ask again to end where Python throws that away, as in what weak references call."""
    if isinstance(thrown.exc_value, Stopped):
        signal.signal(signal.SIGALRM, _stop)
        signal.setitimer(signal.ITIMER_REAL, 0.01)  # at once, it would be thrown away again
    else:
        sys.__unraisablehook__(thrown)


def main() -> None:
    """Run the command line; the exit status is 0, or 2 for wrong input, or 1 for anything else."""
    warnings.showwarning = _show_warning
    sys.unraisablehook = _unraisable
    # Nothing here is large enough for the threads of OpenBLAS, which take 50 ms of CPU to start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # the search for them takes as long
    # Modules stay: collections while they are loaded find nothing, and take a tenth of the time.
    gc.set_threshold(50_000)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # ASCII has no →, and a name need not be UTF-8
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)  # else the simulations would go on alone
    try:
        app()
    except InputError as error:
        _fail(f"Error: {error}", 2)
    except Stopped:
        _fail(
            "Stopped. What was finished is kept: run it again (run and compare: with --resume).", 1
        )
    except OSError as error:
        _fail(f"Error: {_of_the_system(error)}", 1)
    except Exception as error:
        _fail(f"Error: {type(error).__name__}: {error} (--debug shows where)", 1)


def _of_the_system(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"no space left for {error.filename}; make room and run it again: what was finished "
            "is kept"
        )
    return f"{type(error).__name__}: {error} (--debug shows where)"


def _fail(message: str, status: int) -> None:
    if os.environ.get("RESETSIM_DEBUG"):
        echo(traceback.format_exc(), error=True)  # only called while an error is handled
    echo(message, error=True)
    gc.freeze()  # at its end Python would go through every module again: a sixth of a refusal
    sys.exit(status)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    echo(f"Warning: {message}", error=True)
