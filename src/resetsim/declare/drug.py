"""What a drug file says: kinetics in the body, and what the drug does to which axis."""

from pathlib import Path
from typing import Annotated

from resetsim.declare.axes import NMDA, Target
from resetsim.declare.files import find_file, read_toml
from resetsim.declare.parameters import Parameter, parameter_of
from resetsim.declare.ranges import between
from resetsim.declare.validation import Spec, Text, validated

_Leaving = Annotated[Parameter, parameter_of("1/min"), between("0.000001 1/min", "60 1/min")]
_Exchange = Annotated[
    Parameter, parameter_of("1/min"), between("0.000001 1/min", "60 1/min", or_zero=True)
]
_Volume = Annotated[Parameter, parameter_of("L/kg"), between("0.001 L/kg", "10000 L/kg")]
_Potency = Annotated[Parameter, parameter_of("uM"), between("0.00001 uM", "1000000 uM")]
_Steepness = Annotated[Parameter, parameter_of(""), between(0.2, 10)]
_Fraction = Annotated[Parameter, parameter_of(""), between(0, 1)]
_MolarMass = Annotated[Parameter, parameter_of("g/mol"), between("1 g/mol", "1000000 g/mol")]


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

    central_volume: _Volume
    k10: _Leaving
    k12: _Exchange
    k21: _Exchange
    k13: _Exchange
    k31: _Exchange
    ke0: _Leaving


class ReceptorBlock(Spec):
    """Hill curve over unbound concentration; for NMDA receptors of block at rest, with magnesium.

    Attributes
    ----------
    ic50
        Unbound concentration that gives half of the maximum.
    hill_coefficient
        Steepness.
    unbound_fraction
        Share of the drug that proteins do not bind.
    maximum_block
        Effect of an unlimited concentration, 0 to 1: for a blocker of NMDA receptors the fraction
        of their conductance that it removes.
    """

    ic50: _Potency
    hill_coefficient: _Steepness
    unbound_fraction: _Fraction
    maximum_block: _Fraction


class Drug(Spec):
    """A drug, as its file declares it.

    Attributes
    ----------
    name, description
        For the reader.
    molar_mass
        Molar mass of the substance that doses are stated in.
    kinetics
        How an infusion becomes a concentration.
    receptor_block
        How a concentration becomes an effect.
    acts_on
        What it acts on. What a blocker of NMDA receptors does is for a hypothesis to say.
    """

    name: Text
    description: Text
    molar_mass: _MolarMass
    kinetics: Kinetics
    receptor_block: ReceptorBlock
    acts_on: Target = NMDA


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
