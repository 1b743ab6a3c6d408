"""What would steer a terminal is spelled out."""

import unicodedata
from io import StringIO

import pytest
from rich.console import Console

from resetsim.terminal import echo, visible
from resetsim.views.progress import ProgressBar


def test_nothing_that_steers_is_left_and_all_else_stays() -> None:
    everything = "".join(map(chr, range(0x11000)))
    shown = visible(everything)
    steering = ["Cc", "Cf", "Cs", "Zl", "Zp"]
    assert not [one for one in shown if unicodedata.category(one) in steering]
    assert visible("µ → ✓ é 漢 😀 C:\\x1b") == "µ → ✓ é 漢 😀 C:\\x1b"
    assert visible("\x1b\x85\u202e\u2066\n\udcff") == r"\x1b\x85\u202e\u2066\n\udcff"
    assert visible("a\n\tb", lines=True) == "a\n\\tb"


@pytest.mark.parametrize("error", [True, False])
def test_a_message_keeps_its_lines(error: bool, capsys: pytest.CaptureFixture[str]) -> None:
    echo("two problems\n  a\x1b[31m\n  b", error=error)
    captured = capsys.readouterr()
    text = captured.err if error else captured.out
    assert text == "two problems\n  a\\x1b[31m\n  b\n"


def test_progress_spells_out_what_it_is_told() -> None:
    stream = StringIO()
    with ProgressBar(Console(file=stream, force_terminal=True, width=200)) as progress:
        progress.stage("\x1b]0;owned\x07[red]")
        progress.expect(1)
        progress.finished(1)
    assert "\x1b]0" not in stream.getvalue()
    assert "\\x1b]0;owned\\x07[red]" in stream.getvalue()
