"""Ctrl-C ends the command, wherever Python is when it comes."""

import subprocess
import sys

# Of what __del__ raises Python only says that it is ignored.
DURING_A_DELETION = """
import signal, time
from resetsim import cli

class Held:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def run():
    held = Held()
    del held
    time.sleep(30)

cli.app = run
cli.main()
"""


def test_ctrl_c_during_a_deletion_is_not_lost():
    command = [sys.executable, "-c", DURING_A_DELETION]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Stopped. What was finished is kept")
    assert ended.stderr.count("\n") == 1
