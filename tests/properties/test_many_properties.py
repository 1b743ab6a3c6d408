"""Many patients as arrays against one patient at a time, on random plans."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from known_cohort import written

from resetsim.declare.hypothesis import DrugAction, read_hypothesis
from resetsim.declare.model import read_model
from resetsim.patients.many import many_patients, planned
from resetsim.patients.many_driven import driven
from resetsim.patients.many_effects import effects_of_many
from resetsim.patients.one_of_cohort import one_patient
from resetsim.patients.patient import patient_of
from resetsim.patients.population import Population
from resetsim.slow.batch import drive_of

FOLDER = Path(tempfile.mkdtemp())
NUMBERS = np.array([0, 3, 4, 11])
ACTIONS = {
    "reset": DrugAction(),
    **{name: read_hypothesis(name).drug for name in ("descending_only", "washout")},
}

FILE = """
question = "The same?"
model = "horn.toml"
seed = {seed}

[cohort]
size = 3

[patient]
weight = {weight}
clearance = {clearance}
volume = {volume}
tolerated = {tolerated}

[patient.injury]
at = "{injury_d} day"
peak_rate = "{peak_hz} Hz"
heals_with = {heals}
residual_rate = {residual}

{flares}
{extras}
{treatments}

[follow_up]
until = "90 day"
"""


def number(low, high):
    return st.floats(low, high).map(lambda value: round(value, 4))


def drawn(median, sigma, unit=""):
    """Something that is the same for all, or differs."""
    middle = f'"{median} {unit}"' if unit else str(median)
    if sigma == 0:
        return middle
    spread = f'{{ distribution = "lognormal", median = {middle}, sigma = {sigma}, source = "-" }}'
    return spread


def quantity(low, high, unit=""):
    sigma = st.sampled_from([0, 0.3, 0.8])
    return st.builds(drawn, number(low, high), sigma, st.just(unit))


flares = st.builds(
    lambda rate, duration, extra, severity: (
        f"[patient.flare_ups]\nrate = {rate}\nduration = {duration}\nextra_rate = {extra}\n"
        f"severity = {severity}"
    ),
    quantity(0.01, 0.3, "1/day"),
    quantity(0.5, 100, "h"),
    quantity(0.1, 1, "Hz"),
    quantity(0.3, 2),
)
extra = st.builds(
    lambda at, hours, hz: (
        f'[[patient.flare_up]]\nat = "{at} day"\nduration = "{hours} h"\nextra_rate = "{hz} Hz"'
    ),
    number(0, 80),
    number(0.1, 200),
    number(0.05, 1),
)
block = st.builds(
    lambda at, hours, share: (
        f'[[patient.nerve_block]]\nat = "{at} day"\nduration = "{hours} h"\nfraction = {share}'
    ),
    number(0, 80),
    number(0.1, 200),
    number(0.05, 1),
)


def _treatments(gaps, each):
    """Treatments of a drug may overlap only one after the other."""
    at, tables = 20.0, []
    for gap, (days, what) in zip(gaps, each, strict=False):
        tables.append(f'[[treatment]]\nat = "{at:.4f} day"\nduration = "{days} day"\n{what}')
        at += days + gap
    return "\n".join(tables)


what = st.one_of(
    number(0.05, 0.99).map(lambda share: f"blockade = {share}"),
    number(0.05, 0.99).map(lambda share: f"kinase_block = {share}"),
    st.builds(
        lambda drug, rate, unit, rises: f'drug = "{drug}"\ndose = "{rate} {unit}"{rises}',
        st.sampled_from(["ketamine", "s_ketamine"]),
        number(0.1, 5),
        st.sampled_from(["mg/kg/h", "mg/h"]),
        st.sampled_from(["", "\nsteps = 3\nrises_from = 0.2"]),
    ),
)
treatments = st.builds(
    _treatments,
    st.lists(number(0.01, 20), min_size=3, max_size=3),
    st.lists(st.tuples(number(0.02, 5), what), max_size=3),
)


@st.composite
def files(draw):
    return FILE.format(
        seed=draw(st.integers(0, 10**6)),
        weight=draw(quantity(40, 110, "kg")),
        clearance=draw(quantity(0.4, 2)),
        volume=draw(quantity(0.4, 2)),
        tolerated=draw(quantity(0.1, 1)),
        injury_d=draw(number(0, 10)),
        peak_hz=draw(number(1, 4)),
        heals=draw(quantity(1, 30, "day")),
        residual=draw(quantity(0.2, 1, "Hz")),
        flares=draw(st.one_of(st.just(""), flares)),
        extras="\n".join([*draw(st.lists(extra, max_size=2)), *draw(st.lists(block, max_size=1))]),
        treatments=draw(treatments),
    )


# Flare-ups of 38 Hz, more than a file may give one patient.
SEVERE = FILE.format(
    seed=479,
    weight='"40 kg"',
    clearance=1,
    volume=1,
    tolerated=1,
    injury_d=0,
    peak_hz=1,
    heals='"1 day"',
    residual='"1 Hz"',
    flares='[patient.flare_ups]\nrate = "0.25 1/day"\nduration = "1 h"\n'
    f"extra_rate = {drawn(1, 0.8, 'Hz')}\nseverity = {drawn(1, 0.8)}",
    extras="",
    treatments="",
)


@settings(max_examples=40, deadline=None)
@given(files(), st.sampled_from(sorted(ACTIONS)))
@example(SEVERE, "reset")
def test_what_acts_on_many_is_what_acts_on_each(text, action):
    experiment = written(FOLDER, text)
    (arm,) = experiment.arms
    model, acts = read_model(arm.plan.model), ACTIONS[action]
    correlations = arm.plan.cohort.correlations
    population = Population(arm.plan.seed, dict(arm.drawn), correlations)
    patients = many_patients(arm.plan, model.units, population, NUMBERS)
    effects = effects_of_many(patients, planned(arm.plan, patients), acts)
    rows = driven(patients, effects)
    for place, number in enumerate(NUMBERS.tolist()):
        plan = one_patient(experiment, number).arms[0].plan
        alone = patient_of(plan, model, acts)
        _the_same_drive(drive_of(rows[place]), alone)
        assert patients.multiplier[place, :-1] == pytest.approx(alone.units.multiplier, rel=1e-9)
        times = np.linspace(0, 90, 97)
        relief = effects.relief_before(np.tile(times, (len(NUMBERS), 1)))[place]
        # Where a drug counts as gone differs by bodies, less than the negligible effect.
        assert relief == pytest.approx(alone.effects.relief.before(times), abs=2e-4)


def _the_same_drive(found, alone):
    wanted = alone.drive
    edges = np.unique(np.concatenate([wanted.edges_d, found.edges_d, np.linspace(-1, 95, 50)]))
    # Edges are rounded to a tenth of a millisecond: looked at a little beside them.
    apart = np.append(np.diff(edges) > 1e-6, True)
    times = edges[apart] + 1e-7
    (point, kinase), (exact, exact_kinase) = found.at(times), wanted.at(times)
    assert point == pytest.approx(exact, abs=2e-4)
    assert point[:, 0] == pytest.approx(exact[:, 0], abs=1e-6)
    assert kinase == pytest.approx(exact_kinase)
