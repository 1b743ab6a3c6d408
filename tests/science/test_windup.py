"""Wind-up of WDR neurons against the published observations of ``windup_facts``.

A response is the C response and after-discharge together, 100-1000 ms after a stimulus.
"""

from itertools import pairwise

import numpy as np
import pytest
from assaying import read, state

from resetsim.spec.blocked import Blocked, with_blocked

LEFT = (1.0, 0.75, 0.5, 0.25, 0.05)  # of the NMDA conductance


def trains(model, engine, condition, frequency, stimuli, seeds, quantities):
    """Mean spikes of a WDR neuron after each stimulus, for each seed."""
    readings = read(
        "windup", model, engine, condition, seeds, frequency=f"{frequency} Hz", stimuli=stimuli
    )
    total = np.zeros((len(readings), stimuli))
    for row, seed in zip(total, readings, strict=True):
        for each in seed:
            if each.population == "wdr" and each.quantity.removesuffix("_spikes") in quantities:
                row[int(each.x) - 1] += each.value
    return total


def train(model, engine, condition, frequency, stimuli, quantities=("c", "after_discharge")):
    """The same, mean over two seeds."""
    return trains(model, engine, condition, frequency, stimuli, range(2), quantities).mean(axis=0)


def absolute(response):
    """Absolute wind-up: the sum over the train without the first response."""
    return response.sum() - len(response) * response[0]


@pytest.fixture(scope="module")
def graded(dorsal_horn, engine):
    return {
        left: train(dorsal_horn.model, engine, state(blockade=1 - left), 1, 20) for left in LEFT
    }


def test_its_size_at_one_hertz(graded):
    # Br J Anaesth 2005 (Antognini, Carstens): first 14 (3) to 18 (2), absolute 429 (62) - 618 (84).
    assert 10 <= graded[1.0][0] <= 22
    assert 260 <= absolute(graded[1.0]) <= 790


def test_it_levels_off_within_the_train(graded):
    response = graded[1.0]
    assert response[-5:].mean() < 1.1 * response[-10:-5].mean()
    assert response[9] > 0.8 * response[-1]


def test_nmda_block_lowers_it_step_by_step_and_spares_the_first_response(graded):
    windup = [absolute(graded[left]) for left in LEFT]
    assert windup == sorted(windup, reverse=True)
    assert all(less < 0.95 * more for more, less in pairwise(windup))
    for left in LEFT:
        assert graded[left][0] == pytest.approx(graded[1.0][0], rel=0.2)


@pytest.mark.parametrize(
    ("frequency", "stimuli", "lowest", "highest"),
    [
        (0.1, 4, 0.8, 1.2),  # the control train of PMC4615536
        (0.17, 8, 0.8, 1.3),  # no temporal summation in people: Vierck 1997
        (0.33, 12, 1.4, 4.0),  # robust in people: Vierck 1997
        (0.5, 16, 2.0, 5.0),  # Dickenson & Sullivan 1987, V18
    ],
)
def test_it_begins_at_a_third_of_a_hertz(dorsal_horn, engine, frequency, stimuli, lowest, highest):
    response = train(dorsal_horn.model, engine, state(), frequency, stimuli)
    assert lowest <= response[-3:].mean() / response[0] <= highest


def test_it_grows_with_frequency(dorsal_horn, engine, graded):
    slower = train(dorsal_horn.model, engine, state(), 0.5, 16)
    assert absolute(graded[1.0][:16]) > absolute(slower)


def test_ap5_abolishes_it_at_half_a_hertz(dorsal_horn, engine):
    # V18: last over first at most 1.3 under AP5.
    blocked = train(dorsal_horn.model, engine, state(blockade=0.95), 0.5, 16)
    assert blocked[-3:].mean() / blocked[0] <= 1.3


@pytest.mark.parametrize("mechanism", ["nk1", "can", "voltage_gated_calcium"])
def test_blocking_one_mechanism_reduces_it(dorsal_horn, engine, graded, mechanism):
    model = with_blocked(dorsal_horn.model, Blocked(**{mechanism: 1.0}))
    response = train(model, engine, state(), 1, 20)
    assert absolute(response) < 0.97 * absolute(graded[1.0])
    assert response[0] == pytest.approx(graded[1.0][0], rel=0.2)


def test_only_the_c_response_winds_up(dorsal_horn, engine):
    a_response = train(dorsal_horn.model, engine, state(), 0.5, 16, ("a",))
    assert a_response[0] >= 1
    assert a_response[-5:].mean() == pytest.approx(a_response[0], abs=1.0)


def test_it_is_stronger_in_the_sensitised_state(dorsal_horn, engine, graded):
    sensitised = train(dorsal_horn.model, engine, state(late=1.0), 1, 20)
    assert sensitised.sum() > 1.05 * graded[1.0].sum()


def test_it_does_not_depend_on_the_time_step(dorsal_horn, engine):
    def measured(divisor):
        model = dorsal_horn.model
        steps = {
            name: getattr(model, name).model_copy(
                update={"value": getattr(model, name).value / divisor}
            )
            for name in ("time_step", "calcium_time_step")
        }
        quantities = ("c", "after_discharge")
        found = trains(model.model_copy(update=steps), engine, state(), 1, 12, range(3), quantities)
        return found.mean(axis=0), found.var(axis=0, ddof=1) / len(found)

    coarse, coarse_variance = measured(1)
    for divisor in (2, 4):
        fine, fine_variance = measured(divisor)
        allowed = np.maximum(1.0, 0.05 * fine) + 2 * np.sqrt(coarse_variance + fine_variance)
        assert np.all(np.abs(fine - coarse) <= allowed), fine - coarse
