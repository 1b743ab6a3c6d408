"""A hypothesis: which rule of maintenance holds in which tissue."""

from pathlib import Path

from resetsim.spec.files import find_file, read_toml
from resetsim.spec.quantities import Text
from resetsim.spec.validation import Spec, validated


class Maintenance(Spec):
    """Names of the maintenance rules; the registry of rules checks them."""

    dorsal_horn: Text
    memory: Text


class HypothesisText(Spec):
    """What a hypothesis file says.

    Parameters
    ----------
    description
        The claim, in a sentence or two.
    source
        Where the claim was made.
    maintenance
        What keeps the late phase, in each tissue.
    """

    description: Text
    source: Text
    maintenance: Maintenance


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
