"""What holds for kinetics and blockade whatever the schedule."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resetsim.body.course import blockade_course
from resetsim.body.dosing import Dosing
from resetsim.body.kinetics import Infusion, plasma_and_effect_site
from resetsim.body.receptor_block import block_fraction, concentration_um
from resetsim.declare.drug import Drug, read_drug
from resetsim.declare.quantities import units

KETAMINE = read_drug("ketamine")
TIME_H = np.linspace(0, 100, 201)

unhurried = settings(deadline=None)  # cores are shared

rates = st.floats(0.01, 30)
lengths_h = st.floats(0.01, 60)
starts_h = st.floats(0, 60)


@st.composite
def infusion(draw: st.DrawFn) -> Infusion:
    start = draw(starts_h)
    return Infusion(start, start + draw(lengths_h), draw(rates))


@st.composite
def drug(draw: st.DrawFn) -> Drug:
    """Return a drug unlike ketamine in rate constants, in potency and in steepness."""

    def changed(group: str, name: str, value: float, unit: str) -> tuple[str, object]:
        parameter = getattr(getattr(KETAMINE, group), name)
        return name, parameter.model_copy(update={"value": units.Quantity(value, unit)})

    kinetics = dict(
        changed("kinetics", name, draw(st.floats(0.005, 1)), "1/min")
        for name in ("k10", "k12", "k21", "ke0")
    )
    if draw(st.booleans()):  # a third compartment, which ketamine does without
        kinetics |= dict(
            changed("kinetics", name, draw(st.floats(0.005, 1)), "1/min") for name in ("k13", "k31")
        )
    block = dict(
        [
            changed("receptor_block", "ic50", draw(st.floats(0.5, 20)), "uM"),
            changed("receptor_block", "hill_coefficient", draw(st.floats(0.8, 1.5)), ""),
        ]
    )
    return KETAMINE.model_copy(
        update={
            "kinetics": KETAMINE.kinetics.model_copy(update=kinetics),
            "receptor_block": KETAMINE.receptor_block.model_copy(update=block),
        }
    )


@st.composite
def dosing(draw: st.DrawFn) -> Dosing:
    given_ = draw(infusion())
    start_d, end_d = given_.start_h / 24, given_.end_h / 24
    if draw(st.booleans()):
        return Dosing(start_d, end_d, fixed_effect=draw(st.floats(0, 1)))
    return Dosing(start_d, end_d, drug=KETAMINE, rate_mg_per_kg_h=given_.rate_mg_per_kg_h)


def exact_blockade(of: Drug, infusions: list[Infusion], time_h: np.ndarray) -> np.ndarray:
    _, effect_site = plasma_and_effect_site(of, infusions, time_h)
    return block_fraction(of, concentration_um(of, effect_site))


@unhurried
@given(drug(), st.lists(infusion(), max_size=4), st.lists(infusion(), max_size=4))
def test_schedules_superpose(of: Drug, first: list[Infusion], second: list[Infusion]) -> None:
    both = plasma_and_effect_site(of, first + second, TIME_H)
    apart = [plasma_and_effect_site(of, each, TIME_H) for each in (first, second)]
    for site in (0, 1):
        np.testing.assert_allclose(both[site], apart[0][site] + apart[1][site], atol=1e-8)


@unhurried
@given(drug(), infusion(), st.floats(0.1, 10))
def test_concentration_is_linear_in_rate(of: Drug, one: Infusion, factor: float) -> None:
    scaled = Infusion(one.start_h, one.end_h, factor * one.rate_mg_per_kg_h)
    for slow, fast in zip(
        plasma_and_effect_site(of, [one], TIME_H),
        plasma_and_effect_site(of, [scaled], TIME_H),
        strict=True,
    ):
        np.testing.assert_allclose(fast, factor * slow, rtol=1e-9, atol=1e-12)


@unhurried
@given(drug(), infusion(), st.floats(0.1, 0.9))
def test_an_infusion_is_the_sum_of_its_parts(of: Drug, whole: Infusion, share: float) -> None:
    cut = whole.start_h + share * (whole.end_h - whole.start_h)
    parts = [
        Infusion(whole.start_h, cut, whole.rate_mg_per_kg_h),
        Infusion(cut, whole.end_h, whole.rate_mg_per_kg_h),
    ]
    for once, twice in zip(
        plasma_and_effect_site(of, [whole], TIME_H),
        plasma_and_effect_site(of, parts, TIME_H),
        strict=True,
    ):
        np.testing.assert_allclose(twice, once, rtol=1e-7, atol=1e-9)


@unhurried
@given(infusion())
def test_a_course_knows_no_calendar(one: Infusion) -> None:
    late = Infusion(one.start_h + 1000, one.end_h + 1000, one.rate_mg_per_kg_h)
    np.testing.assert_allclose(
        exact_blockade(KETAMINE, [late], TIME_H + 1000),
        exact_blockade(KETAMINE, [one], TIME_H),
        atol=1e-8,
    )


@unhurried
@given(drug(), st.lists(infusion(), min_size=1, max_size=4))
def test_concentration_stays_below_the_steady_state_of_the_highest_rate(
    of: Drug, infusions: list[Infusion]
) -> None:
    kinetics = of.kinetics
    clearance = kinetics.central_volume.value.m_as("L/kg") * kinetics.k10.value.m_as("1/h")
    limit = sum(each.rate_mg_per_kg_h for each in infusions) / clearance
    for concentration in plasma_and_effect_site(of, infusions, TIME_H):
        assert concentration.min() >= -1e-9
        assert concentration.max() <= limit * (1 + 1e-9)


@unhurried
@given(st.floats(0, 1e4), st.floats(0, 1e4))
def test_block_rises_with_concentration(one: float, other: float) -> None:
    low, high = block_fraction(KETAMINE, sorted((one, other)))
    assert 0 <= low <= high <= 1


@unhurried
@given(drug(), st.lists(infusion(), min_size=1, max_size=4))
def test_the_course_is_exact(of: Drug, infusions: list[Infusion]) -> None:
    course = blockade_course(
        [
            Dosing(one.start_h / 24, one.end_h / 24, drug=of, rate_mg_per_kg_h=one.rate_mg_per_kg_h)
            for one in infusions
        ]
    )
    since_change = np.geomspace(1e-4, 100, 300)
    changes = [time for one in infusions for time in (one.start_h, one.end_h)]
    time_h = np.concatenate([change + since_change for change in changes])
    exact = exact_blockade(of, infusions, time_h)
    # It is left out where it has become negligible.
    assert np.abs(course(time_h / 24) - exact).max() < 1.1e-4
    acts = time_h / 24 < max(course.breakpoints_d)
    np.testing.assert_allclose(course(time_h / 24)[acts], exact[acts], rtol=1e-9, atol=1e-12)


@unhurried
@given(st.lists(dosing(), max_size=4), st.floats(-1, 6), st.floats(0, 3))
def test_the_range_holds_every_value(
    dosings: list[Dosing], start_d: float, length_d: float
) -> None:
    course = blockade_course(dosings)
    low, high = course.range_between(start_d, start_d + length_d)
    values = course(np.linspace(start_d, start_d + length_d, 200, endpoint=False))
    assert 0 <= low <= values.min() + 1e-12
    assert values.max() - 1e-12 <= high <= course.peak + 1e-12 <= 1 + 1e-12


@unhurried
@given(st.lists(dosing(), max_size=4))
def test_one_time_and_many_agree_and_stay_a_fraction(dosings: list[Dosing]) -> None:
    course = blockade_course(dosings)
    time_d = np.array(sorted({-1.0, 20.0, *course.breakpoints_d, *np.linspace(0, 6, 50)}))
    one_by_one = np.array([course(time) for time in time_d.tolist()])
    np.testing.assert_allclose(course(time_d), one_by_one, rtol=1e-12, atol=1e-15)
    assert (one_by_one >= 0).all()
    assert (one_by_one <= 1).all()


@unhurried
@given(st.lists(dosing(), max_size=4))
def test_the_course_jumps_only_at_breakpoints(dosings: list[Dosing]) -> None:
    course = blockade_course(dosings)
    time_d = np.array(sorted({-1.0, 20.0, *course.breakpoints_d, *np.linspace(0, 6, 50)}))
    jumps = time_d[np.abs(course(time_d) - course.before(time_d)) > 1e-9]
    assert set(jumps) <= set(course.breakpoints_d)
    just_before = course.before(time_d) - course(np.nextafter(time_d, -np.inf))
    assert np.abs(just_before).max() < 1e-9
    assert list(course.breakpoints_d) == sorted(set(course.breakpoints_d))
