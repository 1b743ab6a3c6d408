"""All assays by name; a new one is added here."""

from collections.abc import Mapping

from resetsim.declare.model import Model
from resetsim.declare.protocol import protocol_settings
from resetsim.declare.quantities import Quantity
from resetsim.errors import InputError
from resetsim.protocols.assay import Assay, Protocol
from resetsim.protocols.brush import BRUSH
from resetsim.protocols.capacity import CAPACITY
from resetsim.protocols.evoked_pain import EVOKED_PAIN
from resetsim.protocols.ltp import LTP
from resetsim.protocols.ongoing import ONGOING
from resetsim.protocols.recall import HARD_RECALL, RECALL
from resetsim.protocols.windup import WINDUP
from resetsim.tissue.assemblies import assemblies_of
from resetsim.tissue.units import si

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
        If a setting is missing, unknown, of another dimension or outside its range, or no pattern
        could be completed with it.
    """
    settings = protocol_settings(model, assay, ASSAYS[assay].settings, changes)
    protocol = {name: si(value) for name, value in settings.items()}
    if "share" in protocol:
        _check_cue(assay, protocol["share"], assemblies_of(model).size)
    return protocol


def _check_cue(assay: str, share: float, size: int) -> None:
    if not 0 < round(share * size) < size:
        raise InputError(
            f"assay.{assay}.share: found {share:g}; "
            f"1 to {size - 1} of the {size} neurons of a pattern must be cued"
        )
