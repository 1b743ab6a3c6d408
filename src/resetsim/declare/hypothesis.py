"""A hypothesis: what maintains potentiation in which tissue, and what a drug acts on."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from resetsim.declare.axes import NMDA, targets
from resetsim.declare.files import find_file, read_toml
from resetsim.declare.quantities import Quantity, of_dimension, written
from resetsim.declare.ranges import between
from resetsim.declare.validation import Spec, Text, validated
from resetsim.errors import nearest

Duration = Annotated[Quantity, of_dimension("10.9 day"), between("1 s", "100 year")]
PlasmaConcentration = Annotated[
    Quantity, of_dimension("10.5 ng/ml"), between("0.001 ng/ml", "1 g/ml")
]
EventRate = Annotated[Quantity, of_dimension("60 1/h"), between("0.001 1/h", "10000 1/h")]

PAIN = "pain"
"""What a drug acts on that takes pain away downstream of the dorsal horn."""


class Maintenance(Spec):
    """What keeps the late phase of each kind of synapse: the name of a maintenance rule.

    Parameters
    ----------
    dorsal_horn
        Of C-fibre synapses on NK1R neurons.
    memory
        Of recurrent synapses.
    heterosynaptic
        Of A-beta synapses on WDR neurons; as ``dorsal_horn`` where it is left out.
    """

    dorsal_horn: Annotated[Text, Field(examples=["input-dependent"])]
    memory: Annotated[Text, Field(examples=["self-sustaining"])]
    heterosynaptic: Text | None = None


class Reactivation(Spec):
    """Memories are replayed spontaneously.

    Parameters
    ----------
    rate
        How often each one is.
    """

    rate: EventRate


def _is_pain_or_target(name: str) -> str:
    if name == PAIN or name in targets():
        return name
    raise ValueError(f"found '{name}'; {nearest(name, [*targets(), PAIN])}")


class DrugAction(Spec):
    """What blockers of NMDA receptors act on; fixed effects are none of its business.

    Parameters
    ----------
    acts_on
        ``nmda``: they block NMDA receptors. Another target of treatments, such as ``descending``:
        they act on that, as far as they would block receptors. ``pain``: they take pain away
        through an effect compartment.
    half_life, c50
        Of that compartment; the concentration that takes half of the pain away.
    """

    acts_on: Annotated[
        Text,
        AfterValidator(_is_pain_or_target),
        WithJsonSchema({"type": "string", "enum": [*targets(), PAIN]}),
    ] = NMDA
    half_life: Duration | None = None
    c50: PlasmaConcentration | None = None

    @model_validator(mode="after")
    def _compartment_belongs_to_pain(self) -> Self:
        for name in ("half_life", "c50"):
            value = getattr(self, name)
            if self.acts_on == PAIN and value is None:
                raise ValueError(f"{name}: missing; acts_on = 'pain' needs it")
            if self.acts_on != PAIN and value is not None:
                raise ValueError(f"{name}: found '{written(value)}'; only acts_on = 'pain' has it")
        return self


class HypothesisText(Spec):
    """What a hypothesis file says.

    Parameters
    ----------
    description
        The claim, in a sentence or two.
    source
        Where the claim was made.
    made_for
        Targets that the claim was made to explain: agreement with them is no success.
    maintenance
        What keeps the late phase, in each tissue.
    reactivation
        Whether and how often memories are replayed.
    drug
        What drugs act on.
    """

    description: Text
    source: Text
    made_for: tuple[Text, ...] = ()
    maintenance: Maintenance
    reactivation: Reactivation | None = None
    drug: DrugAction = DrugAction()


class Hypothesis(HypothesisText):
    """A hypothesis file with its name, which is the file's without ``.toml``."""

    name: str


def read_hypothesis(name_or_path: str | Path, relative_to: Path | None = None) -> Hypothesis:
    """Read a hypothesis file.

    Parameters
    ----------
    name_or_path
        The name of a shipped hypothesis, or a path.
    relative_to
        The folder that a relative path starts from, before the current one.

    Returns
    -------
    Hypothesis
        The validated file.

    Raises
    ------
    InputError
        If the file cannot be found or read, or breaks the grammar.
    """
    path = find_file(name_or_path, "hypothesis", relative_to)
    content = validated(HypothesisText, read_toml(path), str(path))
    return Hypothesis(name=path.stem, **dict(content))
