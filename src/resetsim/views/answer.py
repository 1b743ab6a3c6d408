"""The answer of a result in two sentences, made from its numbers: what a report opens with."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from resetsim.outcomes.varied import all_described
from resetsim.records.result import ArmResult, Result
from resetsim.records.setting import Setting
from resetsim.views.grouping import of_treatment
from resetsim.views.what_changes import SAYS, what_would_change_it

MAIN_VIEWS = ("outcome_map", "dose_response", "memory", "courses", "windup", "averaging")
"""Figures that show an answer, the best first."""

_DAY, _BEFORE = "pain_day_30", "pain_before"
_MOST_GROUPS = 4


def answer(result: Result) -> Iterator[str]:
    """Yield two paragraphs: the answer in two sentences, and what would change it.

    The first sentence says how much pain is left, the second what became of it and how sure it is.

    Parameters
    ----------
    result
        What an experiment gave.
    """
    treated = [arm for arm in result.arms if arm.summary.get("outcome") in SAYS]
    if not treated:
        yield (
            "No arm is treated, so that nothing can be relieved or relapse. The answer is in the "
            "figures and the readings below."
        )
        return
    hurt = [arm for arm in treated if arm.summary.get(_DAY) is not None and _had_pain(arm)]
    much = _month_later(hurt) if hurt else _before(treated)
    yield f"{much}. {_became(treated)}."
    yield what_would_change_it(result, min(hurt, key=_month, default=treated[0]))


def _became(treated: Sequence[ArmResult]) -> str:
    counts = Counter(str(arm.summary["outcome"]) for arm in treated)
    many = len(treated) > 1
    every = "both arms" if len(treated) == 2 else f"all {len(treated)} arms"
    parts = [
        f"{says}{f' in {_named(treated, name) if len(counts) > 1 else every}' if many else ''}"
        for name, says in SAYS.items()
        if counts[name]
    ]
    *others, last = parts
    text = f"Pain {', '.join(others)} and {last}" if others else f"Pain {last}"
    shares = (arm.summary.get("outcome_share") for arm in treated)
    unsure = sum(share is not None and float(share) < 1 for share in shares)
    if not unsure:
        return text
    of = f"of {unsure} of these {len(treated)} arms" if many else "of this"
    return f"{text}; the sampling noise of drift leaves the outcome {of} open"


def _named(treated: Sequence[ArmResult], outcome: str) -> str:
    arms = [arm for arm in treated if arm.summary["outcome"] == outcome]
    return _name(arms[0]) if len(arms) == 1 else f"{len(arms)} of {len(treated)} arms"


def _had_pain(arm: ArmResult) -> bool:
    return arm.summary["outcome"] != "no pain before"


def _before(arms: Sequence[ArmResult]) -> str:
    least, most = (choose(arms, key=_before_treatment) for choose in (min, max))
    levels = list(dict.fromkeys(_level(arm, _BEFORE) for arm in (least, most)))
    return f"Before treatment pain is {' to '.join(levels)}"


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
        return f"A month after treatment pain is {_left(groups[0])}"
    alike: dict[str, list[str]] = {}
    for each in groups:
        alike.setdefault(_left(each), []).append(_of_patient(each[0]))
    named = list(alike.items())[:_MOST_GROUPS]
    said = [f"with {' or '.join(names)} it is {left}" for left, names in named]
    more = len(groups) - sum(len(names) for _, names in named)
    if more:
        said.append(f"{more} more are in the readings below")
    return f"Pain a month after treatment: {'; '.join(said)}"


def _left(arms: Sequence[ArmResult]) -> str:
    """Say how much pain the best and the worst treatment leave in one patient."""
    best, worst = min(arms, key=_month), max(arms, key=_month)
    alike = f"{_month(best):.1f}" == f"{_month(worst):.1f}"
    whichever = " whichever the treatment" if len(arms) > 1 and alike else ""
    if alike and f"{_month(best):.1f}" == f"{_before_treatment(best):.1f}":
        return f"unchanged at {_level(best, _DAY)}{whichever}"
    before = f"from {_level(best, _BEFORE)} before treatment"
    if alike:
        return f"{_level(best, _DAY)}{whichever}, {before}"
    return (
        f"{_level(best, _DAY)} at best ({_of_treatment(best)}) and {_level(worst, _DAY)} at worst "
        f"({_of_treatment(worst)}), {before}"
    )


def _before_treatment(arm: ArmResult) -> float:
    return float(arm.summary[_BEFORE] or 0.0)


def _month(arm: ArmResult) -> float:
    return float(arm.summary[_DAY] or 0.0)


def _patient(arm: ArmResult) -> dict[str, Setting]:
    """Return what varies besides treatment: the patient and the hypothesis."""
    return {key: each for key, each in arm.settings.items() if not of_treatment(key)}


def _level(arm: ArmResult, column: str) -> str:
    """Write a level of pain, with its band where that is wider than what is written."""
    value = f"{float(arm.summary[column] or 0.0):.1f}"
    ends = [arm.summary.get(f"{column}_{end}") for end in ("low", "high")]
    low, high = (value if end is None else f"{float(end):.1f}" for end in ends)
    return value if low == value == high else f"{value} ({low} to {high})"


def _name(arm: ArmResult) -> str:
    return _words(arm.settings)


def _of_patient(arm: ArmResult) -> str:
    return _words(_patient(arm))


def _of_treatment(arm: ArmResult) -> str:
    return _words({key: each for key, each in arm.settings.items() if of_treatment(key)})


def _words(settings: Mapping[str, Setting]) -> str:
    return all_described(settings) or "the arm"
