"""A change of verdict shows itself: what ``resetsim validate`` says is pinned in ``verdicts.csv``.

Here are the targets whose experiments cost little beside what other tests simulate, under every
hypothesis; ``make check-evidence`` compares all of them.
"""

from itertools import product

import pytest
from check_evidence import EXPECTED, differences

from resetsim.declare.files import shipped_names
from resetsim.evidence.pinned import read_verdicts
from resetsim.evidence.said import Said
from resetsim.evidence.targets import find_target, read_targets
from resetsim.evidence.validation import validate
from resetsim.progress import Silent

HYPOTHESES = shipped_names("hypothesis")
CHEAP = ("V01", "V24", "V29", "N10", "N11", "N17")
PINNED = read_verdicts(EXPECTED)


def test_every_target_is_pinned_under_every_hypothesis():
    assert list(PINNED) == list(product([target.id for target in read_targets()], HYPOTHESES))


def test_what_is_pinned_is_judged_by_its_tolerance():
    for (target_id, _), said in PINNED.items():
        target = find_target(target_id)
        inside = said.value is not None and target.agrees(said.value)
        verdict = "not judged" if target.not_judged else "inside" if inside else "outside"
        assert said.verdict == verdict


def test_verdicts_are_as_they_were(engine):
    targets = [find_target(name) for name in CHEAP]
    found = {
        (each.target.id, each.hypothesis): each.said
        for each in validate(targets, HYPOTHESES, engine, Silent())
    }
    expected = {key: said for key, said in PINNED.items() if key[0] in CHEAP}
    assert list(differences(found, expected)) == []


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (Said("inside", 1.04), None),
        (Said("inside", 1.06), "inside (1) before, inside (1.06) now"),
        (Said("inside", 1.0, "fitted"), "inside (1) before, no success (1) now"),
        (Said("outside", 1.0), "inside (1) before, outside (1) now"),
        (Said("inside", None), "inside (1) before, inside (no value) now"),
        (None, "inside (1) before, nothing now"),
    ],
)
def test_a_difference_is_named(now, said):
    key = ("V12", "reset")
    found = {key: now} if now else {}
    wanted = [f"V12, reset: {said}"] if said else []
    assert list(differences(found, {key: Said("inside", 1.0)})) == wanted
