"""Targets: published observations with a tolerance, in ``experiments/evidence/targets.csv``."""

import csv
from pathlib import Path
from typing import Annotated, Self

from pydantic import PlainValidator, model_validator

from resetsim.declare.files import shipped_root
from resetsim.declare.validation import Spec, Text, validated
from resetsim.errors import InputError, nearest


def _bound(value: str) -> float | None:
    return float(value) if value else None


Bound = Annotated[float | None, PlainValidator(_bound)]


class Target(Spec):
    """One published observation.

    Parameters
    ----------
    id
        As it is cited.
    title
        In a few words.
    observed
        What was published.
    quantity, unit
        What is computed for it from the result of its experiment.
    tolerance_low, tolerance_high
        Values that agree with it; None for no bound.
    experiment
        Name of the shipped experiment; empty where none can be made yet.
    source, status
        Publication, and whether it has been checked.
    fitted
        Which parameters were adjusted to it; empty for none. Agreement is then no success.
    by_letter
        Why a value within the tolerance is not yet what was observed; empty where it is. Agreement
        is then no success either.
    not_judged
        Why no verdict is possible yet; empty if one is.
    """

    id: Text
    title: Text
    observed: Text
    quantity: Text
    unit: str
    tolerance_low: Bound
    tolerance_high: Bound
    experiment: str
    source: Text
    status: Text
    fitted: str
    by_letter: str
    not_judged: str

    @model_validator(mode="after")
    def _says_what_is_missing(self) -> Self:
        if not self.experiment and not self.not_judged:
            raise ValueError("has neither an experiment nor a reason why it is not judged")
        return self

    def agrees(self, value: float) -> bool:
        """Say whether a value lies within the tolerance.

        Parameters
        ----------
        value
            Of the quantity.

        Returns
        -------
        bool
            Bounds belong to it.
        """
        low = self.tolerance_low is None or value >= self.tolerance_low
        return low and (self.tolerance_high is None or value <= self.tolerance_high)


def targets_file() -> Path:
    """Return the file of the targets.

    Returns
    -------
    Path
        Shipped with the experiments.
    """
    return shipped_root() / "experiments" / "evidence" / "targets.csv"


def read_targets() -> tuple[Target, ...]:
    """Read the targets.

    Returns
    -------
    tuple of Target
        In the order of the file.
    """
    path = targets_file()
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return tuple(
        validated(Target, row, f"{path}: line {line}") for line, row in enumerate(rows, start=2)
    )


def find_target(name: str) -> Target:
    """Return the target of an id.

    Parameters
    ----------
    name
        Its id.

    Returns
    -------
    Target
        The target.

    Raises
    ------
    InputError
        If there is none; the message names the nearest one.
    """
    targets = {target.id: target for target in read_targets()}
    if name not in targets:
        raise InputError(f"--target: no target is '{name}'; {nearest(name, targets)}")
    return targets[name]
