"""Published targets: complete, readable, and judged by their tolerance alone."""

import re
from itertools import product

import pytest

from resetsim.declare.experiment import read_experiment
from resetsim.declare.files import shipped_names, shipped_root
from resetsim.declare.hypothesis import read_hypothesis
from resetsim.errors import InputError
from resetsim.evidence.cohort_observables import COHORT_OBSERVABLES
from resetsim.evidence.observables import OBSERVABLES
from resetsim.evidence.observation import Observation
from resetsim.evidence.pinned import pinned_verdicts, read_verdicts, verdicts_file
from resetsim.evidence.said import tally
from resetsim.evidence.targets import Target, find_target, read_targets
from resetsim.evidence.validation import Judgement, judge, validate
from resetsim.progress import Silent
from resetsim.spiking.engine import best_engine
from resetsim.views.validation import successes

TARGETS = read_targets()
REQUIRED = {
    f"V{number:02}"
    for number in (1, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 16, 17, 18, 19, *range(21, 25))
}
HYPOTHESES = {name: read_hypothesis(name) for name in shipped_names("hypothesis")}
RESET = HYPOTHESES["reset"]

# Relief must be gone after 5.3 to 20.5 d. Nothing was fitted to it here, and it can be judged.
BETWEEN = find_target("V05").model_copy(update={"fitted": "", "not_judged": ""})


def test_every_required_target_is_there_once():
    ids = [target.id for target in TARGETS]
    assert set(ids) >= REQUIRED
    assert len(ids) == len(set(ids))


def test_every_target_has_an_observable_and_every_observable_a_target():
    judged = {target.id: target.experiment for target in TARGETS if target.experiment}
    assert set(judged) == {*OBSERVABLES, *COHORT_OBSERVABLES}
    on_cohorts = {target for target, name in judged.items() if read_experiment(name).has_cohort}
    assert on_cohorts == set(COHORT_OBSERVABLES)
    assert all(target.not_judged for target in TARGETS if not target.experiment)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_a_target_has_bounds_and_an_experiment_that_reads(target):
    low, high = target.tolerance_low, target.tolerance_high
    assert low is not None or high is not None
    assert low is None or high is None or low <= high
    if target.experiment:
        assert target.experiment in shipped_names("experiment")
        assert read_experiment(target.experiment).arms


def test_a_target_without_an_experiment_says_why_it_is_not_judged():
    row = BETWEEN.model_dump() | {"experiment": "", "not_judged": ""}
    with pytest.raises(ValueError, match="neither an experiment nor a reason"):
        Target.model_validate({name: "" if cell is None else cell for name, cell in row.items()})
    waiting = BETWEEN.model_copy(update={"experiment": "", "not_judged": "needs a cohort"})
    (found,) = validate([waiting], ["reset"], best_engine(1), Silent())
    assert (found.verdict, found.value, found.reason) == ("not judged", None, "needs a cohort")


@pytest.mark.parametrize("name", HYPOTHESES)
def test_hypotheses_are_made_for_targets_that_exist(name):
    assert set(HYPOTHESES[name].made_for) <= {target.id for target in TARGETS}


def test_an_unknown_target_gets_the_nearest_name():
    with pytest.raises(InputError, match=r"--target: no target is 'V1'; did you mean 'V\d+'"):
        find_target("V1")


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (5.29, "outside"),
        (5.3, "inside"),
        (10.9, "inside"),
        (20.5, "inside"),
        (20.51, "outside"),
        (None, "outside"),
        (float("nan"), "outside"),
    ],
)
def test_bounds_belong_to_a_tolerance(value, verdict):
    judgement = judge(BETWEEN, RESET, Observation(value, "so it was"))
    assert (judgement.verdict, judgement.value is value) == (verdict, True)
    assert judgement.reason == "so it was"
    assert (judgement.said.standing == "inside") == (verdict == "inside")


@pytest.mark.parametrize(
    ("bounds", "value", "inside"),
    [
        ((None, 0.1), -3.0, True),
        ((None, 0.1), 0.1, True),
        ((None, 0.1), 0.11, False),
        ((0.9, None), 0.9, True),
        ((0.9, None), 7.0, True),
        ((0.9, None), 0.89, False),
    ],
)
def test_a_missing_bound_excludes_nothing(bounds, value, inside):
    changed = dict(zip(("tolerance_low", "tolerance_high"), bounds, strict=True))
    assert BETWEEN.model_copy(update=changed).agrees(value) == inside


def test_a_target_that_cannot_be_judged_yet_never_is():
    whole = BETWEEN.model_copy(update={"not_judged": "needs a cohort"})
    for value in (10.9, 100.0, None):
        judgement = judge(whole, RESET, Observation(value, "one patient"))
        assert judgement.verdict == "not judged"
        assert judgement.reason == "needs a cohort (one patient)"
        assert judgement.said.standing == "not judged"


def test_agreement_that_was_fitted_or_made_does_not_count():
    fitted = BETWEEN.model_copy(update={"fitted": "the half-life"})
    made = RESET.model_copy(update={"made_for": (BETWEEN.id,)})
    for target, hypothesis in product((BETWEEN, fitted), (RESET, made)):
        free = target is BETWEEN and hypothesis is RESET
        inside = judge(target, hypothesis, Observation(10.9, "well"))
        outside = judge(target, hypothesis, Observation(99.0, "badly"))
        assert (inside.verdict, outside.verdict) == ("inside", "outside")
        assert inside.said.standing == ("inside" if free else "no success")
        assert ("no success" in inside.reason) == (not free)
        assert outside.said.standing == "outside"
    expected = judge(BETWEEN, RESET, Observation(10.9, "well", not_of_treatment=True))
    assert (expected.verdict, expected.said.standing) == ("inside", "no success")
    assert "what patients expect" in expected.reason
    letter = BETWEEN.model_copy(update={"by_letter": "it is gone"})
    met, failed = (judge(letter, RESET, Observation(each, "so")) for each in (10.9, 99.0))
    assert (met.verdict, met.said.standing) == ("inside", "no success")
    assert met.reason == "so; no success: by the letter, it is gone"
    assert failed.no_success_as == ""
    other = RESET.model_copy(update={"made_for": ("V06",)})
    assert judge(BETWEEN, other, Observation(10.9, "well")).said.standing == "inside"


@pytest.mark.parametrize("page", ["README.md", "docs/course/6_rivals.md"])
def test_pages_count_as_reports_and_the_terminal_do(page):
    counts = {name: tally(each.said for each in pinned_verdicts(name)) for name in HYPOTHESES}
    text = " ".join((shipped_root() / page).read_text(encoding="utf-8").split())
    found = re.search(
        r"(\d+)(?: targets)? that can be judged.*?is inside (\d+) .*?late phase,? (\d+)", text
    )
    assert found is not None
    judged, reset, none = map(int, found.groups())
    assert {sum(each) for each in counts.values()} == {judged}
    assert (counts["reset"].inside, counts["none"].inside) == (reset, none)


def test_the_terminal_counts_what_is_pinned():
    targets = {target.id: target for target in TARGETS}
    pinned = read_verdicts(verdicts_file())
    judgements = [
        Judgement(targets[target], name, said.value, said.verdict, "", said.no_success, None, None)
        for (target, name), said in pinned.items()
    ]
    expected = {name: tally(each.said for each in pinned_verdicts(name)) for name in HYPOTHESES}
    assert successes(judgements) == {name: each.inside for name, each in expected.items()}
