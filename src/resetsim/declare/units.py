"""Units of a dorsal horn: patches of the painful area, each with its own C-fibre input.

``[units]`` of a model file says how many there are and how their inputs differ; ``[patient.units]``
of an experiment file sets any of it anew.
"""

from typing import Annotated

from pydantic import Field

from resetsim.declare.parameters import Parameter, parameter_of
from resetsim.declare.quantities import Count, Number, units
from resetsim.declare.ranges import between
from resetsim.declare.validation import Spec

_MOST = 1000
_LEAST_ACTIVE = 0.01
_WIDEST = 3

HowMany = Annotated[Parameter, parameter_of(""), between(1, _MOST, whole=True)]
ShareActive = Annotated[Parameter, parameter_of(""), between(_LEAST_ACTIVE, 1)]
Spread = Annotated[Parameter, parameter_of(""), between(0, _WIDEST)]


class Units(Spec):
    """The units of a model's patients.

    Parameters
    ----------
    count
        Units that get input.
    share_active
        Share of the fibres, thus of the painful area, that they stand for; the rest gets none.
    spread
        Standard deviation of the natural logarithm of a unit's input.
    assayed
        Groups of units by input, each of which is assayed on one of them; at most ``count`` count.
    """

    count: HowMany
    share_active: ShareActive
    spread: Spread
    assayed: HowMany


class OwnUnits(Spec):
    """What a patient's units have other than the model's.

    Parameters
    ----------
    count
        Units that get input.
    share_active
        Share of the fibres, thus of the painful area, that they stand for; the rest gets none.
    spread
        Standard deviation of the natural logarithm of a unit's input.
    assayed
        Groups of units by input, each of which is assayed on one of them.
    """

    count: Annotated[Count, Field(le=_MOST)] | None = None
    share_active: Annotated[Number, Field(ge=_LEAST_ACTIVE, le=1)] | None = None
    spread: Annotated[Number, Field(ge=0, le=_WIDEST)] | None = None
    assayed: Annotated[Count, Field(le=_MOST)] | None = None


def _one(number: float) -> Parameter:
    value = units.Quantity(float(number), "")
    return Parameter(value=value, source="A model file without [units]", status="derived")


ONE_UNIT = Units(count=_one(1), share_active=_one(1), spread=_one(0), assayed=_one(3))
"""Of a model that says nothing: the whole painful area as one."""


def units_of(declared: Units | None, own: OwnUnits) -> Units:
    """Return the units of a patient.

    Parameters
    ----------
    declared
        Of the model; None where it says nothing.
    own
        What the experiment file sets.

    Returns
    -------
    Units
        Each with its source.
    """
    model = declared or ONE_UNIT
    changes = {
        name: getattr(model, name).model_copy(
            update={
                "value": units.Quantity(float(value), ""),
                "source": "set by the experiment file",
            }
        )
        for name, value in own
        if value is not None
    }
    return model.model_copy(update=changes)
