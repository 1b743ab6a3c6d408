from pathlib import Path

import resetsim
from resetsim.streams import generator_for, seed_for


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
