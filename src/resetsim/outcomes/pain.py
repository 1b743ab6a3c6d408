"""Pain: a monotone reading of the firing of projection neurons.

Pain on 0-10 is ``10 · x² / (x² + half²)``, where ``x`` is the mean firing of NK1R and WDR
projection neurons above that of a healthy dorsal horn without input, at the ongoing input of the
moment. The square makes it grow faster than the firing at first, as felt pain does with noxious
stimuli (exponents above 1 in Stevens 1961 Science 133:80). It is 0 in health, and ``half`` was
chosen once, so that the untreated chronic patient of the shipped experiments has about the baseline
of Sigtermans 2009 Pain 145:304 (NRS 7). It has no part in the dynamics: nothing in a simulation
depends on it.
"""

import numpy as np
from numpy.typing import NDArray

WORST = 10.0


def pain(
    output_hz: NDArray[np.float64],
    healthy_output_hz: float,
    half_output_hz: float | NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return pain from projection-neuron output.

    Parameters
    ----------
    output_hz
        Mean firing of the projection neurons, in Hz; any shape.
    healthy_output_hz
        The same in health, without input.
    half_output_hz
        Output above health that reads as half of the worst pain.

    Returns
    -------
    array
        Pain on 0-10, same shape.
    """
    above = np.maximum(output_hz - healthy_output_hz, 0.0)
    return np.asarray(WORST * above**2 / (above**2 + half_output_hz**2))
