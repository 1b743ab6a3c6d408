"""What CONTRIBUTING.md names is there."""

import re

from resetsim.declare.files import read_text, shipped_root

ROOT = shipped_root()


def test_every_file_and_folder_that_is_named_exists():
    text = read_text(ROOT / "CONTRIBUTING.md")
    tops = "src|tests|docs|models|experiments|analysis"
    named = set(re.findall(rf"\b(?:{tops})/[\w/.]*[\w/]", text))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
