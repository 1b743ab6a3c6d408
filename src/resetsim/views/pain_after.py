"""The one number per arm that outcome figures show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resetsim.outcomes.outcome import SOME_PAIN
from resetsim.records.result import ArmResult
from resetsim.views.terminal_tables import outcome_words


@dataclass(frozen=True)
class PainAfter:
    """Pain after treatment, or at the end where not every arm could be treated for pain.

    Attributes
    ----------
    values
        By name of the arm; None where there was no pain before treatment.
    label
        What the values are, with unit.
    highest
        The value of no effect at all: 100 % or 10.
    relative
        Whether values are percentages of the pain before treatment.
    """

    values: Mapping[str, float | None]
    label: str
    highest: float
    relative: bool

    def text(self, arm: ArmResult) -> str:
        """Return an arm's outcome in a few words.

        Parameters
        ----------
        arm
            One of the arms.

        Returns
        -------
        str
            On one or two lines.
        """
        value = self.values[arm.name]
        if value is None:
            return "no pain\nbefore"
        if not self.relative:
            return f"{value:.1f}"
        words = outcome_words(arm.summary).replace("relapsed ", "relapsed\nafter ")
        words = words.replace("after at once", "at once")
        return f"{value:.0f} %\n{words}"


def pain_after(arms: Sequence[ArmResult]) -> PainAfter:
    """Return pain long after treatment relative to before, or pain at the end of follow-up.

    Parameters
    ----------
    arms
        The arms of one result.

    Returns
    -------
    Outcome
        Relative if any arm had pain before a treatment; the same moment for every arm.
    """
    before = {arm.name: _number(arm, "pain_before") for arm in arms}
    on_day_90 = {arm.name: _number(arm, "pain_day_90") for arm in arms}
    at_end: dict[str, float | None] = {arm.name: float(arm.pain.pain[-1]) for arm in arms}
    if not any(pain is not None and pain >= SOME_PAIN for pain in before.values()):
        return PainAfter(at_end, "pain at the end of follow-up (0-10)", 10, relative=False)
    everywhere = all(pain is not None for pain in on_day_90.values())
    after = on_day_90 if everywhere else at_end
    moment = "90 days after treatment" if everywhere else "at the end of follow-up"
    values = {name: _percentage(after[name], before[name]) for name in before}
    return PainAfter(values, f"pain {moment} (% of pain before)", 100, relative=True)


def _number(arm: ArmResult, column: str) -> float | None:
    value = arm.summary.get(column)
    return float(value) if isinstance(value, int | float) else None


def _percentage(after: float | None, before: float | None) -> float | None:
    if after is None or before is None or before < SOME_PAIN:
        return None
    return 100 * after / before
