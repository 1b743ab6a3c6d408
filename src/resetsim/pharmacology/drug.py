"""What a drug file says: kinetics in the body and block of the NMDA receptor."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from resetsim.spec.files import find_file, read_toml
from resetsim.spec.quantities import Parameter, Text, parameter_of, written
from resetsim.spec.validation import Spec, validated


def _value(accepted: Callable[[float], bool], wanted: str) -> AfterValidator:
    def check(parameter: Parameter) -> Parameter:
        if accepted(parameter.value.magnitude):
            return parameter
        raise ValueError(f"found '{written(parameter.value)}'; it must be {wanted}")

    return AfterValidator(check)


_more_than_zero = _value(lambda value: value > 0, "more than 0")
_zero_or_more = _value(lambda value: value >= 0, "0 or more")
_from_zero_to_one = _value(lambda value: 0 <= value <= 1, "from 0 to 1")

_Leaving = Annotated[Parameter, parameter_of("1/min"), _more_than_zero]
_Exchange = Annotated[Parameter, parameter_of("1/min"), _zero_or_more]
_Fraction = Annotated[Parameter, parameter_of(""), _from_zero_to_one]


class Kinetics(Spec):
    """Three mammillary compartments and an effect site; k13 = k31 = 0 leaves two compartments.

    Attributes
    ----------
    central_volume
        Volume of the compartment that is infused and sampled, per body weight.
    k10
        Rate constant of elimination.
    k12, k21, k13, k31
        Rate constants of exchange with the two peripheral compartments.
    ke0
        Rate constant at which the effect site follows plasma.
    """

    central_volume: Annotated[Parameter, parameter_of("L/kg"), _more_than_zero]
    k10: _Leaving
    k12: _Exchange
    k21: _Exchange
    k13: _Exchange
    k31: _Exchange
    ke0: _Leaving


class ReceptorBlock(Spec):
    """Hill curve of block at rest, with magnesium present, over unbound concentration.

    Attributes
    ----------
    ic50
        Unbound concentration that gives half of the maximum block.
    hill_coefficient
        Steepness.
    unbound_fraction
        Share of the drug that proteins do not bind.
    maximum_block
        Fraction of NMDA conductance that an unlimited concentration removes.
    """

    ic50: Annotated[Parameter, parameter_of("uM"), _more_than_zero]
    hill_coefficient: Annotated[Parameter, parameter_of(""), _more_than_zero]
    unbound_fraction: _Fraction
    maximum_block: _Fraction


class Drug(Spec):
    """A blocker of the NMDA receptor, as its file declares it.

    Attributes
    ----------
    name, description
        For the reader.
    molar_mass
        Molar mass of the substance that doses are stated in.
    kinetics
        How an infusion becomes a concentration.
    receptor_block
        How a concentration becomes a blockade.
    """

    name: Text
    description: Text
    molar_mass: Annotated[Parameter, parameter_of("g/mol"), _more_than_zero]
    kinetics: Kinetics
    receptor_block: ReceptorBlock


def read_drug(name_or_path: str | Path, relative_to: Path | None = None) -> Drug:
    """Read a drug file.

    Parameters
    ----------
    name_or_path
        Name of a shipped drug, such as ``ketamine``, or a path to a drug file.
    relative_to
        Folder that a relative path starts from, before the current one.

    Returns
    -------
    Drug
        The validated drug.

    Raises
    ------
    InputError
        If there is no such file or it breaks the grammar.
    """
    path = find_file(name_or_path, "drug", relative_to)
    return validated(Drug, read_toml(path), str(path))
