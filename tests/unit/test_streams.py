from pathlib import Path

import numpy as np
from scipy.stats import kstest

import resetsim
from resetsim.streams import generator_for, seed_for, uniforms


def test_each_purpose_has_its_own_stream():
    seeds = {seed_for("assay", 1, name, day) for name in ("windup", "brush") for day in range(50)}
    assert len(seeds) == 100
    assert all(1 <= seed < 2**31 for seed in seeds)


def test_a_stream_is_the_same_every_time():
    assert seed_for("drift", "dorsal_horn", 3) == seed_for("drift", "dorsal_horn", 3)
    assert seed_for("drift", 1, 2) != seed_for("drift", 12)


def test_what_is_drawn_has_a_generator_of_its_own():
    draws = {generator_for(seed, name).random() for seed in (1, 2) for name in ("a", "b")}
    assert len(draws) == 4
    assert generator_for(1, "a").random() == generator_for(1, "a").random()


def test_all_streams_come_from_here():
    source = Path(resetsim.__file__).parent
    makers = {path.name for path in source.rglob("*.py") if "default_rng" in path.read_text()}
    assert makers == {"streams.py"}


def test_a_numbered_thing_gets_its_number_whoever_else_is_asked_for():
    whole = uniforms(3, "units", 0, 0, 1000)
    for first, count in ((0, 1), (1, 2), (2, 7), (3, 500), (999, 1), (401, 0)):
        assert np.array_equal(uniforms(3, "units", 0, first, count), whole[first : first + count])
    far = 10**9
    assert uniforms(3, "units", 0, far, 3)[1] == uniforms(3, "units", 0, far + 1, 1)[0]


def test_numbers_are_uniform_and_those_of_names_indices_and_seeds_independent():
    asked = ((1, "a", 0), (1, "a", 1), (1, "b", 0), (2, "a", 0), (1, "a0", 0))
    drawn = np.array([uniforms(*each, 0, 20_000) for each in asked])
    assert ((drawn > 0) & (drawn < 1)).all()
    for each in drawn:
        assert kstest(each, "uniform").pvalue > 0.001
        assert abs(np.corrcoef(each[:-1], each[1:])[0, 1]) < 0.03  # four standard errors
    others = np.corrcoef(drawn)[~np.eye(len(drawn), dtype=bool)]
    assert np.abs(others).max() < 0.03
