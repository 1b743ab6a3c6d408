"""The answer of a result in two sentences, made from its numbers: what a report opens with."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from resetsim.outcomes.varied import all_described
from resetsim.records.result import ArmResult, Result
from resetsim.records.setting import Setting
from resetsim.views.grouping import of_treatment
from resetsim.views.terminal_tables import threshold_lines
from resetsim.views.what_changes import SAYS, what_would_change_it

MAIN_VIEWS = ("outcome_map", "dose_response", "memory", "courses", "windup", "averaging")
"""Figures that show an answer, the best first."""

_DAY = "pain_day_30"
_MOST_THRESHOLDS = 3
_MOST_GROUPS = 4


def answer(result: Result) -> Iterator[str]:
    """Yield the answer, how sure it is, and what it depends on.

    Parameters
    ----------
    result
        What an experiment gave.
    """
    treated = [arm for arm in result.arms if arm.summary.get("outcome") in SAYS]
    if not treated:
        yield (
            "No arm is treated, so that nothing can be relieved or relapse: the answer is in the "
            "figures and the readings below."
        )
        return
    hurt = [arm for arm in treated if arm.summary.get(_DAY) is not None and _had_pain(arm)]
    if hurt:
        yield _month_later(hurt)
    yield _became(treated)
    informative_first = sorted(
        threshold_lines(result), key=lambda line: "goes without blockade" in line
    )
    if lines := informative_first[:_MOST_THRESHOLDS]:
        yield f"{_capital('; '.join(lines))}."
    yield what_would_change_it(result, min(hurt, key=_month, default=treated[0]))


def _became(treated: Sequence[ArmResult]) -> str:
    counts = Counter(str(arm.summary["outcome"]) for arm in treated)
    many = len(treated) > 1
    parts = []
    for name, says in SAYS.items():
        if not counts[name]:
            continue
        of = f" in {_named(treated, name)}" if many and len(counts) > 1 else ""
        parts.append(f"{says}{of}")
    shares = (arm.summary.get("outcome_share") for arm in treated)
    unsure = sum(share is not None and float(share) < 1 for share in shares)
    every = "both arms" if len(treated) == 2 else f"all {len(treated)} arms"
    whole = f" in {every}" if many and len(counts) == 1 else ""
    text = f"Pain {'; it '.join(parts)}{whole}"
    if not unsure:
        return f"{text}."
    of = f"of {unsure} of these {len(treated)} arms" if many else "of this"
    return f"{text}; the sampling noise of drift leaves the outcome {of} open."


def _named(treated: Sequence[ArmResult], outcome: str) -> str:
    arms = [arm for arm in treated if arm.summary["outcome"] == outcome]
    return _name(arms[0]) if len(arms) == 1 else f"{len(arms)} of {len(treated)} arms"


def _had_pain(arm: ArmResult) -> bool:
    return arm.summary["outcome"] != "no pain before"


def _month_later(arms: Sequence[ArmResult]) -> str:
    """Say how much pain is left under each hypothesis and in each patient that was run."""
    groups: list[list[ArmResult]] = []
    for arm in arms:
        same = next((each for each in groups if _patient(each[0]) == _patient(arm)), None)
        if same is None:
            groups.append([arm])
        else:
            same.append(arm)
    if len(groups) == 1:
        return f"A month after treatment pain is {_left(groups[0])}."
    said = [f"with {_of_patient(each[0])} it is {_left(each)}" for each in groups[:_MOST_GROUPS]]
    if len(groups) > _MOST_GROUPS:
        said.append(f"{len(groups) - _MOST_GROUPS} more are in the readings below")
    return f"Pain a month after treatment: {'; '.join(said)}."


def _left(arms: Sequence[ArmResult]) -> str:
    """Say how much pain the best and the worst treatment leave in one patient."""
    best, worst = min(arms, key=_month), max(arms, key=_month)
    before = f"before treatment {_level(best, 'pain_before')}"
    if len(arms) == 1:
        return f"{_level(best, _DAY)}, {before}"
    if f"{_month(best):.1f}" == f"{_month(worst):.1f}":
        return f"{_level(best, _DAY)} whichever the treatment, {before}"
    return (
        f"{_level(best, _DAY)} at best ({_of_treatment(best)}) and {_level(worst, _DAY)} at worst "
        f"({_of_treatment(worst)}), {before}"
    )


def _month(arm: ArmResult) -> float:
    return float(arm.summary[_DAY] or 0.0)


def _patient(arm: ArmResult) -> dict[str, Setting]:
    """Return what varies besides treatment: the patient and the hypothesis."""
    return {key: each for key, each in arm.settings.items() if not of_treatment(key)}


def _level(arm: ArmResult, column: str) -> str:
    value = float(arm.summary[column] or 0.0)
    low, high = (arm.summary.get(f"{column}_{end}") for end in ("low", "high"))
    if low is None or high is None:
        return f"{value:.1f}"
    return f"{value:.1f} ({float(low):.1f} to {float(high):.1f})"


def _name(arm: ArmResult) -> str:
    return _words(arm.settings)


def _of_patient(arm: ArmResult) -> str:
    return _words(_patient(arm))


def _of_treatment(arm: ArmResult) -> str:
    return _words({key: each for key, each in arm.settings.items() if of_treatment(key)})


def _words(settings: Mapping[str, Setting]) -> str:
    return all_described(settings) or "the arm"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
