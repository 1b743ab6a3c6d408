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
from resetsim.errors import InputError
from resetsim.networks.assemblies import assemblies_of
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
