"""Cohorts with known effects, for tests of outcomes and of how they are shown.

No number here comes from the model. Each arm takes away a share of everybody's pain, which comes
back exponentially; how fast depends on what was drawn for the patient.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from resetsim.records.cohort import OUTCOMES, CohortArm, CohortResult
from resetsim.records.setting import Setting

START_DAY = -4.0
DAYS = np.concatenate([np.arange(-11.0, -3.0), np.arange(0.0, 31.0), np.arange(33.5, 95.0, 3.5)])
RELIEF = {"0 mg/h": 0.1, "20 mg/h": 0.7}
FORGETS = 0.75  # relief above which a memory is lost


def toy_cohort(
    patients: int = 400,
    relief: Mapping[str, float] = RELIEF,
    back_d: float = 40.0,
    noise: float = 1.0,
    dropout: float = 0.1,
    seed: int = 1,
) -> CohortResult:
    """Return a cohort in which arms take away shares of pain.

    Parameters
    ----------
    patients
        How many.
    relief
        By dose, the share of pain that is gone at the end of treatment.
    back_d
        Time in which the median patient's pain comes back, in days.
    noise
        Of the diary.
    dropout
        Share of patients that leave.
    seed
        Of all random numbers.
    """
    generator = np.random.default_rng(seed)
    pain = generator.uniform(5, 9, patients)
    strength = generator.uniform(0.6, 1.2, patients)
    residual = generator.lognormal(0, 0.8, patients)
    left = np.where(generator.random(patients) < dropout, generator.uniform(5, 80, patients), 999)
    noises = noise * generator.standard_normal((patients, len(DAYS)))
    drawn = {
        "patient.injury.residual_rate": residual,
        "patient.share_active": generator.beta(2, 3, patients),
        "patient.age_of_trace": generator.lognormal(4, 0.8, patients),
    }
    arms = [
        _arm(dose, gone * strength, pain, back_d / residual, noises, left)
        for dose, gone in relief.items()
    ]
    return CohortResult(
        name="toy_trial",
        question="Does it help?",
        hypothesis="reset",
        texts={"toy_trial.toml": "question = 'Does it help?'"},
        parameters={"late_decay": "3 day (estimated)", "trials": "2 (measured)"},
        provenance={"seed": str(seed)},
        number=np.arange(patients),
        screened=3 * patients,
        drawn=drawn,
        drawn_units={**dict.fromkeys(drawn, ""), "patient.injury.residual_rate": "Hz"},
        control=f"dose={next(iter(relief))}",
        arms=tuple(arms),
    )


def prevention_cohort(hurt: Mapping[str, int], patients: int = 40) -> CohortResult:
    """Return a cohort without pain before treatment, of whom so many feel some months later.

    Parameters
    ----------
    hurt
        By dose, how many have pain of 1, which is enough to be in pain; all others a little less.
    patients
        How many; one of them fails.
    """
    toy = toy_cohort(patients, dict.fromkeys(hurt, 0.0), noise=0)
    kept = np.flatnonzero(~toy.arms[0].failed)
    arms = []
    for arm, count in zip(toy.arms, hurt.values(), strict=True):
        level = np.full(patients, 0.9)
        level[kept[:count]] = 1.0
        pain = np.where(DAYS > 0, level[:, None], 0.0).astype(np.float32)
        pain[arm.failed] = np.nan
        outcome = np.where(arm.failed, OUTCOMES.index("failed"), OUTCOMES.index("no pain before"))
        later = np.where(DAYS > 0, 2 * DAYS, DAYS)  # half a year
        arms.append(
            replace(arm, day=later, pain=pain, reported=pain, outcome=outcome.astype(np.int8))
        )
    return replace(toy, arms=tuple(arms))


def _arm(
    dose: str,
    gone: np.ndarray,
    before: np.ndarray,
    back_d: np.ndarray,
    noises: np.ndarray,
    left: np.ndarray,
) -> CohortArm:
    after = np.exp(-np.maximum(DAYS, 0) / back_d[:, None]) * (DAYS > START_DAY)
    pain = (before[:, None] * (1 - gone[:, None] * after)).astype(np.float32)
    reported = np.clip(pain + noises, 0, 10).astype(np.float32)
    reported[left[:, None] < DAYS] = np.nan
    failed = np.zeros(len(before), dtype=np.bool_)
    failed[3:4] = True  # one of them
    pain[failed] = reported[failed] = np.nan
    relapse = back_d * np.log(np.maximum(2 * gone, 1e-9))
    relapse[(relapse > DAYS[-1]) | (relapse < 0) | failed] = np.nan
    outcome = np.where(gone >= 0.5, OUTCOMES.index("relieved"), OUTCOMES.index("not relieved"))
    outcome[np.isfinite(relapse)] = OUTCOMES.index("relapsed")
    none, weaker = np.zeros(len(gone)), gone / 4
    lost = np.stack([none, weaker, np.where(gone > FORGETS, 0.8, 0.0), none], axis=1)
    outcome[failed] = OUTCOMES.index("failed")
    return CohortArm(
        name=f"dose={dose}",
        settings={"treatment.dose": Setting(dose, float(dose.split()[0]), "mg/h")},
        start_day=START_DAY,
        treated=True,
        day=DAYS,
        pain=pain,
        reported=reported,
        amplified=pain / 10,
        outcome=outcome.astype(np.int8),
        relapse_day=relapse.astype(np.float32),
        treatments=np.ones(len(before), dtype=np.int16),
        treatment_days=np.full(len(before), 4.0, dtype=np.float32),
        failed=failed,
        memory_efficacy=2.5 - 1.5 * lost,
        recall=0.9 - 0.9 * lost,
    )
