import pytest

from resetsim.spiking.faster_code import make_faster

LOOP = "    for(int _idx=0; _idx<_N; _idx++)\n    {\n    }\n"
DECAY = "    const double _lio_2 = exp(1.0f*(- dt)/ampa_decay);\n"
OTHER = "    const double _lio_3 = exp(v);\n"
NETWORK = """
        clock = next_clocks();
{}        current = std::clock();
        elapsed_realtime = 0;
"""
FILES = {
    "code_objects/cells_stateupdater_codeobject.cpp": DECAY + OTHER + LOOP,
    "code_objects/cells_subexpression_update_codeobject.cpp": LOOP,
    "network.cpp": NETWORK.format(""),
}


@pytest.fixture
def written(tmp_path):
    """What Brian2 writes, in short."""
    (tmp_path / "code_objects").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_loops_over_a_group_are_marked_as_independent(written):
    make_faster(written)
    for name in list(FILES)[:2]:
        assert (written / name).read_text().endswith("#pragma GCC ivdep\n" + LOOP)


def test_decays_are_computed_once_and_nothing_else(written):
    make_faster(written)
    text = (written / next(iter(FILES))).read_text()
    assert text.startswith(DECAY.replace("const", "static const") + OTHER)


def test_the_time_used_is_asked_for_after_the_last_step_only(written):
    make_faster(written)
    skipped = "        if (clock->running() && !Network::_globally_stopped) continue;\n"
    assert (written / "network.cpp").read_text() == NETWORK.format(skipped)


@pytest.mark.parametrize("name", FILES)
def test_other_code_than_expected_is_refused(written, name):
    (written / name).write_text("// another version\n")
    with pytest.raises(RuntimeError, match=r"writes .* differently"):
        make_faster(written)


def test_a_network_without_decays_is_refused(written):
    (written / next(iter(FILES))).write_text(LOOP)
    with pytest.raises(RuntimeError, match="writes decays differently"):
        make_faster(written)


def test_a_network_without_state_updaters_is_refused(written):
    (written / next(iter(FILES))).unlink()
    with pytest.raises(RuntimeError, match="writes stateupdater code differently"):
        make_faster(written)
