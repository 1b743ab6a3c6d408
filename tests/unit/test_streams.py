from resetsim.streams import seed_for


def test_each_purpose_has_its_own_stream():
    seeds = {seed_for("assay", 1, name, day) for name in ("windup", "brush") for day in range(50)}
    assert len(seeds) == 100
    assert all(1 <= seed < 2**31 for seed in seeds)


def test_a_stream_is_the_same_every_time():
    assert seed_for("drift", "dorsal_horn", 3) == seed_for("drift", "dorsal_horn", 3)
    assert seed_for("drift", 1, 2) != seed_for("drift", 12)
