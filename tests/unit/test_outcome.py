import numpy as np
import pytest

from resetsim.outcomes.outcome import outcome_of

TIME = np.arange(0.0, 100.0, 0.25)
TREATED = (20.0, 25.0)


def pain(during: float, after: float, before: float = 8.0):
    return np.select([TIME <= 20, TIME <= 30], [before, during], after)


@pytest.mark.parametrize(
    ("felt", "relapse_day", "expected"),
    [
        (pain(0.2, 0.2), None, "relieved"),
        (pain(0.2, 8.0), 5.0, "relapsed"),
        (pain(4.1, 8.0), None, "not relieved"),
        (pain(4.0, 4.0), None, "relieved"),
        (pain(0.0, 0.0, before=0.4), None, "no pain before"),
    ],
)
def test_each_word_means_one_thing(felt, relapse_day, expected):
    assert outcome_of(TIME, felt, TREATED, relapse_day) == expected


def test_whoever_was_not_treated_has_no_outcome_of_treatment():
    assert outcome_of(TIME, pain(8.0, 8.0), None, None) == "not treated"
