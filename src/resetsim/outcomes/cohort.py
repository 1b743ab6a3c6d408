"""What became of a cohort: all that tables, figures and report say of it, arm after arm.

Some patients of an arm are in memory at a time; of all stay estimates, and pain at a few visits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from resetsim.outcomes.cohort_memory import ArmMemory, arm_memories
from resetsim.outcomes.controls import controls_of
from resetsim.outcomes.crossover import CrossoverTrial, crossover_trials
from resetsim.outcomes.diary import Diary, mean_of_present
from resetsim.outcomes.estimate import Estimate, mean_of, share_of
from resetsim.outcomes.read import read_arm, read_diary
from resetsim.outcomes.relapse_free import RelapseFree, followed_of, relapse_free
from resetsim.outcomes.responders import (
    RESPONSES,
    more_responders,
    responder_share,
)
from resetsim.outcomes.shown import Course, ShownPatients, course_of, first_patients
from resetsim.records.cohort import FAILED, OUTCOMES, Array, CohortArm, CohortResult
from resetsim.records.parts import NOBODY, part_of
from resetsim.records.setting import Setting

VISITS = (1, 2, 4, 8, 12)
"""Weeks after treatment that tables show."""
MAIN_VISIT = 4
TREATED_OUTCOMES = tuple(each for each in OUTCOMES if each not in ("not treated", FAILED))
_SAME_DAYS = 1e-3  # days are sums of floats
_Key = TypeVar("_Key")


@dataclass(frozen=True, eq=False)
class Week:
    """One week after treatment.

    Attributes
    ----------
    week
        Its number, from 1.
    pain, change
        Reported pain, on 0-10, and how much more it is than before treatment: means of those who
        have not left.
    difference
        How much more pain the same patients have than in the control arm; None for a control
        arm itself, and without one.
    responders
        Share with so many per cent less pain than before.
    more_responders
        How much larger it is than in the control arm; empty where ``difference`` is None.
    """

    week: int
    pain: Estimate
    change: Estimate | None
    difference: Estimate | None
    responders: Mapping[int, Estimate]
    more_responders: Mapping[int, Estimate]


@dataclass(frozen=True, eq=False)
class ArmOutcomes:
    """What became of the patients of one arm.

    Attributes
    ----------
    name, settings, treated, start_day
        Of the arm.
    control
        Name of the arm that it is compared with, its own for a control arm; None without one.
    n, failed
        Patients, and those of them whose course failed, who are in nothing else.
    before, end_of_treatment
        Reported pain.
    weeks
        After treatment; empty where none is planned.
    all_weeks, difference_all_weeks
        Reported pain over all of these, and how much more it is than in the control arm: means of
        what each patient reports until he leaves. None where ``weeks`` are empty; the latter as in
        :class:`Week`, and where the control arm has other weeks.
    visits
        The diary of each patient in ``VISITS``; None where no treatment is planned.
    felt
        The same of the pain that they have, reported or not.
    felt_at_end
        The pain that each has when treatment ends; None where none is planned.
    felt_later
        The same in months 3 to 6 after it; not a number where follow-up is shorter.
    relapse_free
        None where nobody was relieved.
    shares
        Of patients with each outcome; empty where no treatment is planned.
    treatment_days
        Mean for which treatment was given.
    memories
        What was learned in each session; none for patients without a memory.
    course, shown
        For figures.
    expecting
        Whether its patients expect relief.
    """

    name: str
    settings: Mapping[str, Setting]
    treated: bool
    start_day: float
    control: str | None
    n: int
    failed: int
    before: Estimate | None
    end_of_treatment: Estimate | None
    weeks: tuple[Week, ...]
    all_weeks: Estimate | None
    difference_all_weeks: Estimate | None
    visits: Diary | None
    felt: Diary | None
    felt_at_end: Array | None
    felt_later: Array | None
    relapse_free: RelapseFree | None
    shares: Mapping[str, Estimate]
    treatment_days: Estimate | None
    memories: tuple[ArmMemory, ...]
    course: Course
    shown: ShownPatients
    expecting: bool

    @property
    def is_control(self) -> bool:
        """Whether others are compared with it."""
        return self.control == self.name

    @property
    def followed(self) -> str:
        """How many patients numbers are of, and of how many if courses failed, in words."""
        return f"{self.n - self.failed} of {self.n}" if self.failed else str(self.n)

    def week(self, number: int | None) -> Week | None:
        """Return a week, if there is such a one.

        Parameters
        ----------
        number
            From 1.
        """
        return next((each for each in self.weeks if each.week == number), None)


@dataclass(frozen=True, eq=False)
class CohortOutcomes:
    """What became of a cohort.

    Attributes
    ----------
    result
        What it was made from. Its arms may have to be read from disk again.
    main_week
        The fourth, of a clinic's patients the twelfth, or the last visit before it that is inside
        the follow-up of every treated arm; None where there is none.
    arms
        In the order of the file.
    crossovers
        Crossover trials whose sequences are among them.
    """

    result: CohortResult
    main_week: int | None
    arms: tuple[ArmOutcomes, ...]
    crossovers: tuple[CrossoverTrial, ...] = ()

    def control_of(self, arm: ArmOutcomes) -> ArmOutcomes | None:
        """Return the arm that another is compared with.

        Parameters
        ----------
        arm
            One of the arms.
        """
        return next((each for each in self.arms if each.name == arm.control), None)

    def expects_more(self, arm: ArmOutcomes) -> bool:
        """Return whether its patients expect relief and those of its control arm do not.

        Parameters
        ----------
        arm
            One of the arms.
        """
        control = self.control_of(arm)
        return control is not None and arm.expecting and not control.expecting

    def felt_difference(self, arm: ArmOutcomes, week: int) -> Estimate | None:
        """Return how much more pain the same patients feel than in the control arm.

        Parameters
        ----------
        arm
            One of the arms.
        week
            One of ``VISITS``.
        """
        control = self.control_of(arm)
        pair = [each.felt for each in (arm, control) if each and each.felt]
        if len(pair) < 2 or any(week not in each.week for each in pair):
            return None
        return mean_of(pair[0].in_week(week) - pair[1].in_week(week))

    @property
    def compared(self) -> tuple[ArmOutcomes, ...]:
        """The treated arms other than control arms."""
        return tuple(arm for arm in self.arms if arm.treated and not arm.is_control)

    @property
    def treated_again(self) -> bool:
        """Whether patients of one arm are treated for different times, as by a clinic."""
        return _treated_again(self.arms)

    @property
    def prevents(self) -> bool:
        """Whether most patients have no pain before treatment, which is to keep it so."""
        shares = [arm.shares.get("no pain before") for arm in self.arms if arm.treated]
        return bool(shares) and all(each is not None and each.value > 1 / 2 for each in shares)

    @property
    def included(self) -> Estimate | None:
        """Share of the injured whom the rule of inclusion takes.

        None where it takes everybody, and of a shard, whose patients are not all who were found.
        """
        n, screened = len(self.result.number), self.result.screened
        whole = "shard" not in self.result.provenance
        return share_of(n, screened) if whole and n < screened else None

    @property
    def best(self) -> ArmOutcomes | None:
        """The arm with least pain beside control arms: at the main visit, by clinics in all."""
        pain = {
            number: arm.all_weeks.value if arm.all_weeks and self.treated_again else week.pain.value
            for number, arm in enumerate(self.compared)
            if (week := arm.week(self.main_week))
        }
        return self.compared[min(pain, key=lambda number: pain[number])] if pain else None

    @property
    def seed(self) -> int:
        """Of the experiment; 0 where its provenance has none."""
        return int(self.result.provenance.get("seed", 0))


def cohort_outcomes(result: CohortResult) -> CohortOutcomes:
    """Return what became of a cohort.

    Parameters
    ----------
    result
        What its experiment gave.
    """
    places = range(len(result.arms))
    controls = controls_of([part_of(result.arms, each, NOBODY) for each in places], result.control)
    diaries = {
        name: read_diary(result, place)
        for place, name in enumerate(controls)
        if name in controls.values()
    }
    arms = tuple(_arm_outcomes(result, place, controls, diaries) for place in places)
    return CohortOutcomes(result, _main_week(arms), arms, crossover_trials(result))


def _main_week(arms: Sequence[ArmOutcomes]) -> int | None:
    weeks = [set(arm.visits.week.tolist()) for arm in arms if arm.visits]
    common = set.intersection(*weeks) if weeks else set()
    most = max(VISITS) if _treated_again(arms) else MAIN_VISIT
    return max((week for week in common if week <= most), default=None)


def _treated_again(arms: Sequence[ArmOutcomes]) -> bool:
    days = [arm.treatment_days for arm in arms if arm.treatment_days]
    return any(each.high - each.low > _SAME_DAYS for each in days)


def _arm_outcomes(
    result: CohortResult,
    place: int,
    controls: Mapping[str, str | None],
    diaries: Mapping[str, Diary | None],
) -> ArmOutcomes:
    read = read_arm(result, place, VISITS)
    arm, diary = read.arm, read.diary
    control, followed = controls[arm.name], followed_of(arm)
    compared = diaries.get(control) if control and control != arm.name else None
    return ArmOutcomes(
        name=arm.name,
        settings=arm.settings,
        treated=arm.treated,
        start_day=arm.start_day,
        control=control,
        n=len(arm.failed),
        failed=int(arm.failed.sum()),
        before=mean_of(diary.baseline) if diary else None,
        end_of_treatment=None if read.at_end is None else mean_of(read.at_end),
        weeks=tuple(_weeks(diary, compared)) if diary else (),
        all_weeks=mean_of(mean_of_present(diary.pain)) if diary else None,
        difference_all_weeks=_difference_all_weeks(diary, compared),
        visits=diary.at(VISITS) if diary else None,
        felt=read.felt,
        felt_at_end=read.felt_at_end,
        felt_later=read.felt_later,
        relapse_free=relapse_free(followed) if followed else None,
        shares=_shares(arm) if arm.treated else {},
        treatment_days=mean_of(np.where(arm.failed, np.nan, arm.treatment_days)),
        memories=arm_memories(arm),
        course=course_of(result, place, ~arm.failed),
        shown=first_patients(result, place),
        expecting=arm.expecting,
    )


def _weeks(diary: Diary, control: Diary | None) -> Iterator[Week]:
    in_control = set(control.week.tolist()) if control else set()
    for week in diary.week.tolist():
        now = diary.in_week(week)
        pain = mean_of(now)
        if pain is None:  # all have left
            continue
        compared = control if week in in_control else None
        yield Week(
            week,
            pain,
            change=mean_of(now - diary.baseline),
            difference=mean_of(now - compared.in_week(week)) if compared else None,
            responders=_known(
                (percent, responder_share(diary, percent, week)) for percent in RESPONSES
            ),
            more_responders=_known(
                (percent, more_responders(diary, compared, percent, week))
                for percent in RESPONSES
                if compared
            ),
        )


def _difference_all_weeks(diary: Diary | None, control: Diary | None) -> Estimate | None:
    if diary is None or control is None or not np.array_equal(diary.week, control.week):
        return None
    return mean_of(mean_of_present(diary.pain) - mean_of_present(control.pain))


def _known(found: Iterable[tuple[_Key, Estimate | None]]) -> dict[_Key, Estimate]:
    return {key: estimate for key, estimate in found if estimate}


def _shares(arm: CohortArm) -> dict[str, Estimate]:
    followed = arm.outcome[~arm.failed]
    return _known(
        (outcome, share_of(int((followed == OUTCOMES.index(outcome)).sum()), len(followed)))
        for outcome in TREATED_OUTCOMES
    )
