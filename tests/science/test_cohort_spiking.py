"""A cohort against full spiking: pain as predicted from the table, and as units' spikes give it."""

import numpy as np
import pytest
from cohort_spiking import PATIENTS, WITHIN, compared


@pytest.mark.slow
def test_pain_predicted_is_the_pain_that_spiking_gives(tmp_path):
    predicted, measured = compared(PATIENTS, tmp_path)
    assert np.ptp(predicted) > 4  # patients differ, and so do the moments
    assert np.abs(measured - predicted).max() < WITHIN
