"""From a drug's concentration to the fraction of NMDA conductance it removes at rest."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resetsim.declare.drug import Drug


def concentration_um(drug: Drug, concentration_mg_per_l: ArrayLike) -> NDArray[np.float64]:
    """Return a mass concentration as a molar one.

    Parameters
    ----------
    drug
        The drug, for its molar mass.
    concentration_mg_per_l
        Concentration, in mg/L (the same number in ug/mL).

    Returns
    -------
    numpy.ndarray
        Concentration, in umol/L.
    """
    return np.asarray(concentration_mg_per_l) * 1000 / drug.molar_mass.value.m_as("g/mol")


def block_fraction(drug: Drug, concentration_um: ArrayLike) -> NDArray[np.float64]:
    """Return the fraction of NMDA conductance removed at rest with magnesium present.

    A Hill curve of the unbound concentration. It is the drug file's stated choice: for ketamine
    even coma doses leave a fifth to a third of the conductance.

    Parameters
    ----------
    drug
        The drug.
    concentration_um
        Total (bound and unbound) concentration at the effect site, in umol/L.

    Returns
    -------
    numpy.ndarray
        Fraction, 0 to 1.
    """
    curve = drug.receptor_block
    # Rounding can leave -1e-20 long after an infusion, and a power of that is not a number.
    total_um = np.maximum(concentration_um, 0.0)
    relative = total_um * curve.unbound_fraction.value.magnitude / curve.ic50.value.m_as("uM")
    odds = relative**curve.hill_coefficient.value.magnitude
    return np.asarray(curve.maximum_block.value.magnitude * odds / (1 + odds))
