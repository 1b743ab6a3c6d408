"""What an arm has forgotten: each pattern graded by its recall, easy and hard, over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from resetsim.outcomes.varied import varied_settings, words, written
from resetsim.records.result import ArmResult

LEARNED = 0.3  # recall that chance does not reach
KEPT, WEAKER = 0.9, 0.5  # shares of the recall that there was
NOT_LEARNED = "not learned"
CUES = {"easy": "recall", "hard": "hard_recall"}


@dataclass(frozen=True)
class Retention:
    """How one pattern fared with one kind of cue.

    Attributes
    ----------
    pattern
        Its number, from 1.
    learned_d
        When it was learned, in days on the timeline.
    first, last
        Recall at the first test after learning and at the last one, 0 to 1.
    grade
        ``kept``, ``weaker``, ``lost``, or ``not learned``.
    """

    pattern: int
    learned_d: float
    first: float
    last: float
    grade: str


def retention(arm: ArmResult, assay: str) -> list[Retention]:
    """Return how every pattern of an arm fared.

    Parameters
    ----------
    arm
        Of a result.
    assay
        ``recall`` or ``hard_recall``.

    Returns
    -------
    list of Retention
        Of the patterns that were taught and tested after it, in the order of learning.
    """
    made = [each for each in arm.assays if each.name == assay]
    found = []
    for number, learned_d in enumerate(arm.learned_d.tolist()):
        tested = [each.readings[number].value for each in made if each.day > learned_d]
        if tested:
            grade = graded(tested[0], tested[-1])
            found.append(Retention(number + 1, learned_d, tested[0], tested[-1], grade))
    return found


def graded(first: float, last: float) -> str:
    """Return what has become of a pattern.

    Parameters
    ----------
    first, last
        Recall at the first and at the last test, 0 to 1.

    Returns
    -------
    str
        ``not learned`` if the first test shows no more than chance.
    """
    if first < LEARNED:
        return NOT_LEARNED
    if last >= KEPT * first:
        return "kept"
    return "weaker" if last >= WEAKER * first else "lost"


def forgetting_columns(arms: Sequence[ArmResult]) -> dict[str, list[str]]:
    """Return what each arm has forgotten, ready to be shown.

    Parameters
    ----------
    arms
        Of one result.

    Returns
    -------
    dict
        By heading, a cell for each arm and pattern; empty where no recall was tested, or all
        patterns were learned at once.
    """
    if not any(len(set(arm.learned_d.tolist())) > 1 for arm in arms):
        return {}
    varied = varied_settings(arm.settings for arm in arms)
    columns: dict[str, list[str]] = {}
    for arm in arms:
        by_cue = {cue: retention(arm, assay) for cue, assay in CUES.items()}
        for number, easy in enumerate(by_cue["easy"]):
            cells = {words(key): written(arm.settings[key]) for key in varied}
            cells |= {
                "pattern": str(easy.pattern),
                "learned on day": f"{round(easy.learned_d, 2):g}",
            }
            for cue, found in by_cue.items():
                if number < len(found):
                    cells[f"{cue} recall"] = _told(found[number])
            for heading, cell in cells.items():
                columns.setdefault(heading, []).append(cell)
    return columns


def _told(found: Retention) -> str:
    if found.grade == NOT_LEARNED:
        return found.grade
    return f"{found.first:.2f}→{found.last:.2f} {found.grade}"
