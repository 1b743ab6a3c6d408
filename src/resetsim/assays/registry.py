"""All assays by name; a new one is added here."""

from collections.abc import Mapping

from resetsim.assays.assay import Assay, Protocol
from resetsim.assays.brush import BRUSH
from resetsim.assays.evoked_pain import EVOKED_PAIN
from resetsim.assays.ongoing import ONGOING
from resetsim.assays.recall import RECALL
from resetsim.assays.windup import WINDUP
from resetsim.errors import InputError, nearest
from resetsim.networks.units import si
from resetsim.spec.model import Model
from resetsim.spec.quantities import Quantity, require_dimension

ASSAYS: Mapping[str, Assay] = {
    assay.name: assay for assay in (WINDUP, EVOKED_PAIN, BRUSH, ONGOING, RECALL)
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
        If a setting is unknown, has another dimension or is not positive.
    """
    declared = model.protocol.get(assay)
    if declared is None:
        raise InputError(f"protocol.{assay}: missing in the model file")
    settings = {name: si(parameter) for name, parameter in declared.items()}
    for name, value in changes.items():
        place = f"assay.{assay}.{name}"
        if name not in declared:
            raise InputError(f"{place}: unknown setting; {nearest(name, declared)}")
        try:
            require_dimension(value, declared[name].value)
        except ValueError as error:
            raise InputError(f"{place}: {error}") from None
        if value.magnitude <= 0:
            raise InputError(f"{place}: found {value:~}; it must be more than 0")
        settings[name] = si(value)
    return settings
