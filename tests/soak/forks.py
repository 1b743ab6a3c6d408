"""Work in a forked process, which may crash, hang or be killed."""

import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

_MEMORY_BYTES = 8 << 30


def status_of(work: Callable[[], None], seconds: int, *said: Path) -> int:
    """Run a function in a forked process.

    Parameters
    ----------
    work
        What is run. If it raises anything, the status is 99.
    seconds
        After so long the process is killed by SIGALRM.
    *said
        Where its standard output and error go, if elsewhere.

    Returns
    -------
    int
        Exit status; the negative number of the signal if one killed it.
    """
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _work_alone(work, seconds, said)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _work_alone(work: Callable[[], None], seconds: int, said: Sequence[Path] = ()) -> None:
    status = 99
    try:
        for descriptor, path in enumerate(said, start=1):
            to = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(to, descriptor)
        signal.alarm(seconds)
        work()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def each_in_fork(
    cases: Sequence[int],
    work: Callable[[int], str],
    seconds: int,
    together_at_most: int = 500,
) -> dict[int, str]:
    """Run a function on many cases in forked processes, a batch in each.

    Parameters
    ----------
    cases
        What it is run on, each in its turn.
    work
        Returns in a few words what came out.
    seconds
        How long a case may take.
    together_at_most
        How many cases share a process, as long as none of them ends it.

    Returns
    -------
    dict of str
        What came out by case: what ``work`` returned, ``hang``, or ``crash (signal)``.
    """
    found: dict[int, str] = {}
    waiting = list(cases)
    while waiting:
        batch = waiting[:together_at_most]
        lines, status = _batch(batch, work, seconds)
        found |= dict(zip(batch, lines, strict=False))
        if len(lines) < len(batch):
            ended = "hang" if status == -signal.SIGALRM else f"crash ({status})"
            found[batch[len(lines)]] = ended
        waiting = [case for case in waiting if case not in found]
    return found


def _batch(batch: Sequence[int], work: Callable[[int], str], seconds: int) -> tuple[list[str], int]:
    from_child, to_parent = os.pipe()

    def all_of_them() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        for case in batch:
            signal.alarm(seconds)
            line = work(case).replace("\n", " ")
            os.write(to_parent, f"{line}\n".encode(errors="replace"))

    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(from_child)
        _work_alone(all_of_them, seconds)
    os.close(to_parent)
    with os.fdopen(from_child, "rb") as stream:
        lines = stream.read().decode().splitlines()
    return lines, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
