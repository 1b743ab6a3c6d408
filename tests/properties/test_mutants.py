"""Wrong files are refused with a message, the rest can be run: nothing else may happen."""

from pathlib import Path

import pytest
from mutants import mutants, outcome


@pytest.mark.parametrize("seed", range(4))
def test_a_mutant_is_accepted_or_refused(tmp_path: Path, seed: int) -> None:
    for number, mutant in zip(range(50), mutants(seed), strict=False):
        end = outcome(mutant, tmp_path, run=False)
        assert end in ("accepted", "refused"), f"{number}: {mutant.change}: {end}"
