"""Patients of a cohort against the same patients alone, and what nobody else may change."""

from dataclasses import fields, replace
from functools import partial

import numpy as np
import pytest
from known_cohort import SMALL, TRIAL, NoEngine, job_of, with_formula, written

from resetsim.declare.experiment import with_content
from resetsim.errors import InputError
from resetsim.patients.one_of_cohort import one_patient
from resetsim.patients.periphery import days
from resetsim.patients.population import Population
from resetsim.progress import Silent
from resetsim.records.cohort import OUTCOMES, ArmPart
from resetsim.study.cohort import chunks_of, follow, run_cohort
from resetsim.study.cohort_arm import days_of
from resetsim.study.cohort_followed import beginning
from resetsim.study.cohort_prepared import prepare_cohort
from resetsim.study.experiment import prepare, run_arms
from resetsim.study.inclusion import find_patients, require_included
from resetsim.study.treated_again import alone
from resetsim.study.workers import Here, Processes

RESIDUAL = (
    'residual_rate = { distribution = "lognormal", median = "0.8 Hz", sigma = 0.4, '
    'source = "a guess" }'
)
BLOCKADE = "blockade = 0.95"
FOLLOW_UP = "[follow_up]"
VARIES = '"treatment.duration" = ["0 h", "1 day", "5 day"]'
EVERYTHING = """
[[cohort.correlation]]
between = ["patient.weight", "patient.clearance"]
value = 0.5
source = "a guess"

[patient]
weight = { distribution = "normal", mean = "70 kg", sd = "12 kg", source = "a guess" }
clearance = { distribution = "lognormal", median = 1, sigma = 0.3, source = "a guess" }
volume = { distribution = "lognormal", median = 1, sigma = 0.2, source = "a guess" }
tolerated = { distribution = "uniform", low = 0.25, high = 1, source = "a guess" }
sensitivity = { distribution = "lognormal", median = 1, sigma = 0.3, source = "a guess" }

[patient.start]
late_phase = { distribution = "beta", a = 1, b = 3, source = "a guess" }

[patient.units]
share_active = { distribution = "beta", a = 4, b = 6, source = "a guess" }
spread = { distribution = "uniform", low = 0.2, high = 0.6, source = "a guess" }

[patient.injury]"""
CLINIC = '[clinic]\nvisits = "6.5 day"\ntreat = "every visit"\nat_most = 3\n\n'
DRUG = 'drug = "ketamine"\ndose = "20 mg/h"'
HISTORY = """[patient.history]
ended = { distribution = "uniform", low = "1 h", high = "2 day", source = "a guess" }
duration = { distribution = "lognormal", median = "4 day", sigma = 0.5, source = "a guess" }
blockade = { distribution = "beta", a = 9, b = 1, source = "a guess" }
share = 0.6

"""
AVOIDS = (
    '[patient.behaviour]\nreviewed = "5 day"\n'
    'avoidance = { distribution = "uniform", low = 0.3, high = 0.9, source = "a guess" }\n\n'
    "[patient.flare_ups]"
)
LOSES = "[mechanisms]\ndisinhibition = true\n\n"
INHIBITION = """[patient.disinhibition]
half_input = { distribution = "lognormal", median = "1 Hz", sigma = 1.5, source = "a guess" }
onset = { distribution = "lognormal", median = "2 day", sigma = 0.7, source = "a guess" }
recovery = { distribution = "uniform", low = "1 day", high = "20 day", source = "a guess" }

"""
VARIANTS = {
    "blockade": [],
    "drug": [(BLOCKADE, DRUG), ("[patient.injury]", EVERYTHING)],
    "washout": [(BLOCKADE, DRUG), ('"reset"', '"washout"')],
    "descending": [(BLOCKADE, DRUG), ('"reset"', '"descending_only"')],
    "age of the trace": [('"reset"', '"ageing_trace"')],
    "inhibition lost": [(FOLLOW_UP, f"{LOSES}{FOLLOW_UP}")],
    "inhibition that differs": [(FOLLOW_UP, f"{LOSES}{INHIBITION}{FOLLOW_UP}")],
    "kinases": [(BLOCKADE, "kinase_block = 0.9"), ('"reset"', '"self_sustaining_pain"')],
    "onset": [
        (
            'at = "0 day"',
            'at = { distribution = "uniform", low = "-90 day", high = "25 day", source = "-" }',
        )
    ],
    "treated before": [
        ("[patient.flare_ups]", HISTORY + "[patient.flare_ups]"),
        (BLOCKADE, DRUG),
    ],
    "flare-ups that vary": [(VARIES, '"patient.flare_ups.rate" = ["0 1/day", "0.3 1/day"]')],
    "two treatments": [
        (
            f"[vary]\n{VARIES}",
            '[[treatment]]\nat = "40 day"\nduration = "1 day"\nblockade = 0.5\n',
        )
    ],
    "titrated": [
        (BLOCKADE, f"{DRUG}\nrises_from = 0.2\nsteps = 3"),
        ("[patient.injury]", EVERYTHING),
    ],
    "nerve block": [
        (VARIES, '"patient.nerve_block.fraction" = [0, 0.9]'),
        ("[vary]", '[[patient.nerve_block]]\nat = "50 day"\nduration = "9 day"\n\n[vary]'),
    ],
    "a clinic": [
        (f"{VARIES}", '"clinic.duration_factor" = [0.5, 2]\n"trial.expectation" = [0, 1]'),
        (FOLLOW_UP, f"[trial]\n{CLINIC}{FOLLOW_UP}"),
    ],
    "a clinic that gives more": [
        (BLOCKADE, DRUG), ("[patient.injury]", EVERYTHING),
        (f"{VARIES}", '"clinic.dose_factor" = [0.5, 2]'), (FOLLOW_UP, CLINIC + FOLLOW_UP),
    ],
    "activity": [("[patient.flare_ups]", AVOIDS)],
    "activity that varies": [
        ("[patient.flare_ups]", AVOIDS),
        (VARIES, '"patient.behaviour.avoidance" = [0, 0.8]'),
    ],
    "activity, and a clinic": [
        ("[patient.flare_ups]", AVOIDS), (VARIES, '"clinic.duration_factor" = [0.5, 2]'),
        (FOLLOW_UP, f"[trial]\n{CLINIC}{FOLLOW_UP}"),
    ],
}  # fmt: skip


def changed(*changes):
    text = TRIAL
    for found, instead in changes:
        assert text.count(found) == 1, found
        text = text.replace(found, instead)
    return text


def followed(folder, *changes):
    experiment = written(folder, changed(*changes))
    job, numbers, _ = job_of(experiment)
    return experiment, job, follow(job, numbers)


def parts(chunk):
    return [getattr(arm, each.name) for arm in chunk.arms for each in fields(ArmPart)]


def _equal(one, other):
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_patient_of_a_cohort_is_that_patient_alone(tmp_path, variant):
    experiment, job, chunk = followed(tmp_path, *VARIANTS[variant])
    largest = 0.0
    for number in (0, 3):
        patient = with_formula(prepare(alone(experiment, job, number)))
        results = run_arms(patient, NoEngine(), Silent())
        for arm, part, result in zip(job.arms, chunk.arms, results, strict=True):
            day, _ = days_of(arm)
            time_d = day + (arm.treated_d or (0.0, arm.start_d))[1]
            exact = np.interp(time_d, result.pain_system.time_d, result.pain.pain)
            # At a jump a course has two values.
            off_edge = np.abs(np.subtract.outer(time_d, result.pain_system.time_d)).min(axis=1) == 0
            difference = np.abs(part.pain[number] - exact)[off_edge]
            largest = max(largest, difference.max())
    assert largest < 0.01


def test_a_patient_alone_is_as_active_as_pain_left_it_at_each_review(tmp_path):
    experiment, job, _ = followed(tmp_path, ("[patient.flare_ups]", AVOIDS))
    (patient, *_), (arm, *_) = alone(experiment, job, 2).arms, job.arms
    activities = patient.plan.patient.activities
    assert [days(each.at) for each in activities] == [*range(0, 100, 5)]
    patients = arm.patients(np.array([2]))
    hurts = beginning(arm, patients, np.arange(0, 31.0, 5)).pain[0]
    wanted = 1 - patients.avoidance * np.append(0, hurts[1:]) / 10
    assert [each.left for each in activities[:7]] == pytest.approx(wanted, abs=1e-3)
    assert np.ptp(wanted[1:]) > 0.05


def test_neither_others_nor_chunks_nor_arms_change_a_patient(tmp_path):
    _, job, whole = followed(tmp_path)
    for some in ([2], [5, 0], [1, 3, 4]):
        numbers = np.array(some)
        part = follow(job, numbers)
        for one, other in zip(parts(part), parts(whole), strict=True):
            assert _equal(one, other[numbers])
        for key, values in part.drawn.items():
            assert np.array_equal(values, whole.drawn[key][numbers])
    _, _, one_arm = followed(tmp_path, (VARIES, '"treatment.duration" = ["5 day"]'))
    (last,) = one_arm.arms
    for each in fields(ArmPart):
        assert _equal(getattr(last, each.name), getattr(whole.arms[2], each.name))
    _, _, more = followed(tmp_path, ("size = 6", "size = 9"))
    for one, other in zip(parts(more), parts(whole), strict=True):
        assert _equal(one[:6], other)


def test_a_longer_follow_up_changes_nothing_before_its_end(tmp_path):
    _, job, short = followed(tmp_path)
    _, longer_job, long = followed(tmp_path, ('until = "100 day"', 'until = "150 day"'))
    for arm, longer, one, other in zip(
        job.arms, longer_job.arms, short.arms, long.arms, strict=True
    ):
        (day, _), (more, _) = days_of(arm), days_of(longer)
        shared = np.isin(day, more)
        assert shared.sum() > 40
        found, wanted = one.pain[:, shared], other.pain[:, np.isin(more, day)]
        # The end of the timeline ends the last step: readings within it differ by its error.
        assert found == pytest.approx(wanted, abs=1e-5)


def test_flare_ups_change_only_who_has_them(tmp_path):
    text = "[patient.flare_ups]\nrate = "
    rare = 'rate = { distribution = "choice", values = ["0 1/day", "1 1/day"], source = "-" }'
    _, _, none = followed(tmp_path, (f'{text}"0.1 1/day"', f'{text}"0 1/day"'))
    _, _, some = followed(tmp_path, ('rate = "0.1 1/day"', rare))
    has = some.drawn["patient.flare_ups.rate"] > 0
    assert 0 < has.sum() < 6
    for one, other in zip(none.arms, some.arms, strict=True):
        assert np.array_equal(one.pain[~has], other.pain[~has])
        assert (np.abs(one.pain[has] - other.pain[has]).max(axis=1) > 0.1).all()


def test_treatments_without_a_gap_are_one_course(tmp_path):
    halves = f'{BLOCKADE}\ntimes = 2\nevery = "2.5 day"'
    _, _, once = followed(tmp_path, (VARIES, '"treatment.duration" = ["5 day"]'))
    changes = (BLOCKADE, halves), (VARIES, '"treatment.duration" = ["2.5 day"]')
    _, _, twice = followed(tmp_path, *changes)
    (whole,), (split,) = once.arms, twice.arms
    assert (split.treatments == 1).all()
    np.testing.assert_allclose(split.treatment_days, whole.treatment_days, rtol=1e-6)
    np.testing.assert_allclose(split.pain[:, -20:], whole.pain[:, -20:], atol=0.01)
    np.testing.assert_allclose(split.relapse_day, whole.relapse_day, atol=0.02)


def test_processes_and_their_number_change_nothing(tmp_path):
    experiment = written(tmp_path, changed(("size = 6", "size = 403")))
    job, numbers, screened = job_of(experiment)
    assert screened == 403
    chunks = chunks_of(numbers)
    assert [len(each) for each in chunks] == [200, 200, 3]
    assert [[*map(len, chunks_of(numbers, (i, 2)))] for i in (1, 2)] == [[200, 3], [200]]
    last = follow(job, chunks[2])
    few = [each[:4] for each in chunks]
    here, processes = (
        [*map(parts, crew.each(partial(follow, job), few))] for crew in (Here(), Processes(2))
    )
    for one, other in zip(here, processes, strict=True):
        assert all(_equal(*both) for both in zip(one, other, strict=True))
    assert all(_equal(*both) for both in zip(parts(last), here[2], strict=True))


def test_whom_a_clinic_sees_is_found_among_the_injured(tmp_path):
    rule = 'include = { pain_at_least = 7.3, lasting = "14 day" }'
    experiment = written(tmp_path, changed(("size = 6", f"size = 6\n{rule}")))
    job, numbers, screened = job_of(experiment)
    assert len(numbers) == 6
    assert screened == numbers[-1] + 1
    everybody = follow(job, np.arange(screened)).arms[0]
    day, start = days_of(job.arms[0])
    bad = np.flatnonzero(everybody.pain[:, day <= start].mean(axis=1) >= 7.3)
    assert set(numbers) <= set(bad)
    assert 6 < len(bad) < screened  # some have not been so bad for so long
    for number in numbers.tolist():
        require_included(job, number, Silent())
    for number in sorted({*range(screened + 9)} - set(numbers.tolist())):
        why = "pain was down to" if number in bad and number < screened else ""
        with pytest.raises(InputError, match=f"patient {number} is not included: {why}"):
            require_included(job, number, Silent())
    shorter = changed(("size = 6", "size = 6\ninclude.pain_at_least = 7.3"))
    _, lax, _ = job_of(written(tmp_path, shorter))
    assert lax.tolist() == bad[:6].tolist()


def test_an_inclusion_that_nobody_meets_is_refused(tmp_path):
    rule = "include.pain_at_least = 10\nscreen_at_most = 3"
    experiment = written(tmp_path, changed(("size = 6", f"size = 6\n{rule}")))
    with pytest.raises(InputError, match=r"^cohort\.include: 0 of the first 18 who were injured"):
        job_of(experiment)


def test_the_whole_run_in_memory_is_its_chunks(tmp_path):
    experiment, _, chunk = followed(tmp_path)
    prepared = with_formula(prepare_cohort(experiment))
    result = run_cohort(experiment, prepared, NoEngine(), Here(), Silent())
    assert result.number.tolist() == list(range(6))
    for arm, part in zip(result.arms, chunk.arms, strict=True):
        for each in fields(ArmPart):
            assert _equal(getattr(arm, each.name), getattr(part, each.name))
    assert result.drawn_units["plasticity.late_decay"] == "s"


def test_who_cannot_be_followed_is_counted(tmp_path):
    _, job, whole = followed(tmp_path)
    known = job.arms[2].population
    broken = replace(
        job.arms[2], population=Stuck(known.seed, known.distributions, known.correlations)
    )
    part = follow(replace(job, arms=(*job.arms[:2], broken)), np.arange(6)).arms[2]
    assert part.failed.tolist() == [False, False, False, True, False, False]
    assert OUTCOMES[part.outcome[3]] == "failed"
    assert OUTCOMES.index("failed") not in np.delete(part.outcome, 3)
    assert np.isnan(part.pain[3]).all()
    assert np.isnan(part.reported[3]).all()
    others = np.array([0, 1, 2, 4, 5])
    assert np.array_equal(part.pain[others], whole.arms[2].pain[others])


def test_who_cannot_be_looked_at_is_included_and_counted(tmp_path):
    job, numbers, _ = job_of(written(tmp_path, SMALL))
    known = job.arms[0].population
    assert 3 not in numbers  # pain is not as bad
    stuck = Stuck(known.seed, known.distributions, known.correlations)
    broken = replace(job, arms=tuple(replace(arm, population=stuck) for arm in job.arms))
    found, _ = find_patients(broken, Here(), Silent())
    assert found.tolist() == sorted([3, *numbers.tolist()[:-1]])
    assert [part.failed[found == 3].tolist() for part in follow(broken, found).arms] == [[True]] * 2


class Stuck(Population):
    """Patient 3 has no time constant."""

    def drawn(self, numbers):
        found = super().drawn(numbers)
        decay = np.where(numbers == 3, np.nan, found["plasticity.late_decay"])
        return found | {"plasticity.late_decay": decay}


def test_behaviour_takes_input_from_who_hurts(tmp_path):
    avoids = "[patient.behaviour]\navoidance = 0.5\n\n[patient.flare_ups]"
    _, _, alike = followed(tmp_path)
    _, _, avoiding = followed(tmp_path, ("[patient.flare_ups]", avoids))
    _, _, daily = followed(
        tmp_path,
        ("[patient.flare_ups]", avoids.replace("= 0.5", '= 0.5\nreviewed = "1 day"')),
    )
    never = avoids.replace("0.5", "0")
    _, _, free = followed(tmp_path, ("[patient.flare_ups]", never))
    for one, less, often, none in zip(
        alike.arms, avoiding.arms, daily.arms, free.arms, strict=True
    ):
        assert none.pain == pytest.approx(one.pain, abs=0.02)
        assert (less.pain[:, 0] < one.pain[:, 0] - 0.05).all()
        assert not np.array_equal(less.pain, often.pain)


def test_who_was_treated_before_has_less_pain_when_treatment_begins(tmp_path):
    strong = HISTORY.replace("a = 9, b = 1", "a = 99, b = 1")
    _, _, none = followed(tmp_path)
    _, job, some = followed(tmp_path, ("[patient.flare_ups]", f"{strong}[patient.flare_ups]"))
    (course,) = job.arms[0].patients(np.arange(6)).earlier
    had = np.isfinite(course.end_d)
    assert 0 < had.sum() < 6
    for arm, one, other in zip(job.arms, none.arms, some.arms, strict=True):
        assert np.array_equal(one.pain[~had], other.pain[~had])
        day, start = days_of(arm)
        until = day <= start
        lowest = (each.pain[had][:, until].min(axis=1) for each in (one, other))
        assert (np.diff([*lowest], axis=0) < -1).all()


COURSE = '[patient.history]\nended = "3 day"\nduration = "5 day"\nblockade = 0.7\nshare = 0.6\n\n'
EARLY = 'at = { distribution = "uniform", low = "-20 day", high = "5 day", source = "-" }'
LASTING = 'size = 6\ninclude = { pain_at_least = 5, lasting = "60 day" }'
NOT_HISTORIES = {
    r"patient\.history: found without a \[\[treatment\]\]": (
        TRIAL[TRIAL.index("[[treatment]]") : TRIAL.index("[follow_up]")],
        "",
    ),
    r"patient\.history\.blockade: found 1\.7": ("blockade = 0.7", "blockade = 1.7"),
    r"patient\.history\.endet: unknown key.*ended": ("ended =", "endet ="),
    r"cohort\.include\.lasting: found '60 day', but the timeline has 50 days": (
        'size = 6\n\n[patient.injury]\nat = "0 day"',
        f"{LASTING}\n\n[patient.injury]\n{EARLY}",
    ),
}


@pytest.mark.parametrize("message", NOT_HISTORIES)
def test_what_is_no_history_is_refused(tmp_path, message):
    found, instead = NOT_HISTORIES[message]
    text = changed(("[patient.flare_ups]", f"{COURSE}[patient.flare_ups]"))
    assert text.count(found) == 1
    with pytest.raises(InputError, match=message):
        prepare_cohort(written(tmp_path, text.replace(found, instead)))


def test_one_patient_has_had_a_course_or_has_not(tmp_path):
    text = changed(("[patient.flare_ups]", f"{COURSE}[patient.flare_ups]"))
    alone = one_patient(written(tmp_path, text), 0)
    patient = {**alone.content["patient"], "history": {"ended": "3 day", "duration": "5 day",
               "blockade": 0.7, "share": 0.6}}  # fmt: skip
    with pytest.raises(InputError, match=r"patient\.history\.share: found 0\.6; one patient"):
        with_content(alone, {**alone.content, "patient": patient})


def test_only_who_is_given_a_drug_expects_relief_where_the_trial_is_not_blinded(tmp_path):
    drug = '[[treatment]]\nat = "30 day"\ndrug = "ketamine"\ndose = "1 mg/kg/h"'
    text = SMALL.replace('[[treatment]]\nat = "30 day"\nblockade = 0.95', drug)
    text = text.replace('"treatment.duration" = ["0 h", "5 day"]',
                        '"treatment.dose" = ["0 mg/kg/h", "1 mg/kg/h"]')  # fmt: skip
    for blinded, wanted in (("true", [True, True]), ("false", [False, True])):
        told = text.replace("[trial]", f"[trial]\nblinded = {blinded}")
        experiment = written(tmp_path, told.replace("size = 40", "size = 1"))
        prepared = with_formula(prepare_cohort(experiment))
        result = run_cohort(experiment, prepared, NoEngine(), Here(), Silent())
        assert [arm.expecting for arm in result.arms] == wanted
