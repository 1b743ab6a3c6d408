"""What becomes of workers on this machine that fail, or are killed."""

import os
import signal
from multiprocessing import active_children
from threading import Timer

import pytest

from resetsim.study.workers import Processes, WorkerError

LARGE = 30_000_000  # bytes; to hand them over takes some 20 ms


def checked(item):
    """Fail on one of the items."""
    if item == 5:
        raise ValueError("five")
    return item


def killed(after_s):
    """Be killed, with luck while the answer is handed over."""
    Timer(after_s, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return bytes(LARGE)


def test_an_error_in_a_worker_is_raised_with_where_it_happened():
    found = []
    with pytest.raises(ValueError, match="five") as raised:
        found.extend(Processes(2).each(checked, range(9)))
    assert "in checked" in raised.value.__notes__[0]
    assert not active_children()


def test_a_worker_that_is_killed_in_the_middle_of_an_answer_is_not_waited_for():
    for after_ms in range(0, 40, 4):
        with pytest.raises(WorkerError, match="ended from outside"):
            list(Processes(2).each(killed, [after_ms / 1000] * 9))
        assert not active_children()
