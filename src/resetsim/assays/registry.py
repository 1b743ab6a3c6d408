"""All assays by name; a new one is added here."""

from collections.abc import Mapping

from resetsim.assays.assay import Assay, Protocol
from resetsim.assays.brush import BRUSH
from resetsim.assays.capacity import CAPACITY
from resetsim.assays.evoked_pain import EVOKED_PAIN
from resetsim.assays.ltp import LTP
from resetsim.assays.ongoing import ONGOING
from resetsim.assays.recall import HARD_RECALL, RECALL
from resetsim.assays.windup import WINDUP
from resetsim.networks.units import si
from resetsim.spec.model import Model
from resetsim.spec.protocol import protocol_settings
from resetsim.spec.quantities import Quantity

ASSAYS: Mapping[str, Assay] = {
    assay.name: assay
    for assay in (WINDUP, EVOKED_PAIN, BRUSH, ONGOING, LTP, RECALL, HARD_RECALL, CAPACITY)
}


def protocol_of(assay: str, model: Model, changes: Mapping[str, Quantity]) -> Protocol:
    """Return the settings of an assay: the model's, with an experiment's changes.

    Parameters
    ----------
    assay
        Its name.
    model
        The network it is made on.
    changes
        ``[assay.NAME]`` of the experiment.

    Returns
    -------
    Protocol
        In SI units.

    Raises
    ------
    InputError
        If a setting is missing, unknown, of another dimension or not positive.
    """
    settings = protocol_settings(model, assay, ASSAYS[assay].settings, changes)
    return {name: si(value) for name, value in settings.items()}
