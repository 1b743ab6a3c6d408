"""What is given: ``[[treatment]]`` of an experiment file."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, PrivateAttr, model_validator

from resetsim.declare.axes import Target
from resetsim.declare.files import DrugFile
from resetsim.declare.quantities import Count, Fraction, Quantity, of_dimension, written
from resetsim.declare.ranges import between
from resetsim.declare.times import Duration, Moment, PositiveDuration
from resetsim.declare.validation import Spec

Dose = Annotated[
    Quantity,
    of_dimension("5 mg/kg/h", "20 mg/h"),
    between("0 mg/kg/h", "100000 mg/kg/h"),
    between("0 mg/h", "10000000 mg/h"),
]


class Treatment(Spec):
    """NMDA blockade, or another effect, for a while; or a drug at a dose; or kinase inhibition.

    Parameters
    ----------
    at
        Start of dosing, on the timeline.
    duration
        From start to end of dosing; 0 means no treatment.
    blockade
        Fraction of NMDA conductance removed at rest.
    drug
        Instead of ``blockade``, with ``dose``: the drug's file.
    dose
        Rate of infusion of the drug, per body weight or for the whole patient; its effect follows
        from kinetics and outlasts dosing.
    kinase_block
        Instead of these: share of the persistent kinases (PKMzeta) of the dorsal horn inhibited, as
        by spinal ZIP.
    effect
        Instead of these, with ``acts_on``: a fixed effect from start to end of dosing.
    acts_on
        What ``effect`` acts on: NMDA conductance removed, or descending fibres engaged.
    times
        How often in all it is given.
    every
        How far apart the starts are.
    steps, rises_from
        A titrated dose: so many rates one after another, equally long and equally far apart, the
        first of them this share of ``dose``, the last all of it.
    """

    at: Moment
    duration: Duration
    blockade: Fraction | None = None
    drug: DrugFile | None = None
    dose: Dose | None = None
    kinase_block: Fraction | None = None
    effect: Fraction | None = None
    acts_on: Target | None = None
    times: Annotated[Count, Field(le=1000)] = 1
    every: PositiveDuration | None = None
    steps: Annotated[Count, Field(le=100)] = 1
    rises_from: Fraction | None = None
    _share: float = PrivateAttr(default=1.0)

    @property
    def share_of_full_dose(self) -> float:
        """Dose of one step over the dose that titration rises to; 1 where it does not rise."""
        return self._share

    def each(self) -> Iterator["Treatment"]:
        """Yield what is given at one rate, once for each time and step."""
        for number in range(self.times):
            at = self.at if self.every is None else self.at + number * self.every
            once = self.model_copy(update={"at": at, "times": 1, "every": None})
            yield from once._each_step()

    def _each_step(self) -> Iterator["Treatment"]:
        if self.rises_from is None or self.dose is None:
            yield self
            return
        lasting = self.duration / self.steps
        for step in range(self.steps):
            share = self.rises_from + (1 - self.rises_from) * step / (self.steps - 1)
            changes = {"at": self.at + step * lasting, "duration": lasting}
            one_rate = self.model_copy(update={**changes, "dose": share * self.dose})
            one_rate._share = share
            yield one_rate

    @model_validator(mode="after")
    def _is_titrated(self) -> Self:
        if (self.steps > 1) != (self.rises_from is not None):
            raise ValueError("steps, 2 or more, and rises_from belong together")
        if self.steps > 1 and self.dose is None:
            raise ValueError(f"found steps {self.steps} without a dose, which is what rises")
        return self

    @model_validator(mode="after")
    def _is_over_before_the_next(self) -> Self:
        if self.times == 1:
            return self
        if self.every is None:
            raise ValueError(f"found times {self.times} without 'every', how far apart they are")
        if self.every < self.duration:
            raise ValueError(
                f"found every '{written(self.every)}'; it must not be shorter than duration "
                f"'{written(self.duration)}'"
            )
        return self

    @model_validator(mode="after")
    def _one_way_only(self) -> Self:
        ways = ("blockade", "drug", "dose", "kinase_block", "effect", "acts_on")
        given = [key for key in ways if getattr(self, key) is not None]
        if given in (["blockade"], ["drug", "dose"], ["kinase_block"], ["effect", "acts_on"]):
            return self
        if given == ["drug"]:
            raise ValueError('found a drug without a dose; add one, such as dose = "5 mg/kg/h"')
        if given == ["dose"]:
            raise ValueError('found a dose without a drug; add one, such as drug = "ketamine"')
        raise ValueError(
            f"found {' and '.join(given) or 'neither'}; either blockade alone or drug with dose "
            "is needed, or kinase_block alone, or effect with acts_on"
        )
