"""A short soak: what ``make soak`` tries for an hour."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.thorough
def test_nothing_is_wrong_lost_or_stuck(tmp_path):
    sections = ("store", "results", "foreign")  # test_output_folder.py kills at named moments
    options = ("--short", "--kills", "1", "--mutations", "200", "--seed", "1", "--minutes", "9")
    ended = subprocess.run(
        [sys.executable, "-m", "tests.soak", *options, "--folder", tmp_path, "--only", *sections],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    tried = [line for line in ended.stdout.splitlines() if " tried in " in line]
    assert len(tried) == len(sections)
    assert not any(line.split(": ")[1].startswith("0 ") for line in tried)
