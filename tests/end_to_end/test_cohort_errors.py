"""What cannot be a cohort, a shard or a cluster is refused: status 2, one line that names it."""

import socket

import pytest
from test_cohorts import SMALL, CohortPlace, done

RESIDUAL = 'residual_rate = { distribution = "lognormal", median = "0.8 Hz", sigma = 0.4,'
TREATMENT = "[[treatment]]"
VARIED = '"treatment.duration" = ["0 h", "5 day"]'
CLINIC = '[clinic]\nvisits = "7 day"\n'


@pytest.fixture
def place(tmp_path):
    return CohortPlace(tmp_path)


def one_line(ended, *said):
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == ""
    assert ended.stderr.startswith("Error: ")
    assert ended.stderr.count("\n") == 1, ended.stderr
    for words in said:
        assert words in ended.stderr
    return ended


def correlated(*values):
    keys = ("patient.injury.residual_rate", "plasticity.late_decay", "patient.weight")
    pairs = ((0, 1), (1, 2), (0, 2))
    tables = [
        f'[[cohort.correlation]]\nbetween = ["{keys[i]}", "{keys[j]}"]\nvalue = {value}\n'
        'source = "-"\n'
        for value, (i, j) in zip(values, pairs, strict=False)
    ]
    weight = 'weight = { distribution = "normal", mean = "70 kg", sd = "9 kg", source = "-" }'
    return ("[patient.injury]", "\n".join([*tables, f"[patient]\n{weight}\n\n[patient.injury]"]))


def drawn(key, table):
    return (TREATMENT, f"[{key}]\n{table}\n\n{TREATMENT}")


# Name: what is changed in the file, and what the message says besides the file's name.
FILES = {
    "nobody": [("size = 40", "size = 0"), "cohort.size: found 0"],
    "everybody": [("size = 40", "size = 1000000000"), "cohort.size: found 1000000000"],
    "half a patient": [("size = 40", "size = 1.5"), "cohort.size"],
    "no size": [("size = 40", ""), "cohort.size: missing"],
    "negative spread": [
        ("sigma = 0.4", "sigma = -0.4"),
        "residual_rate: sigma: found -0.4; it should be greater",
    ],
    "wrong dimension": [('"0.8 Hz"', '"0.8 s"'), "patient.injury.residual_rate: found '0.8 s'"],
    "unknown distribution": [
        ('"lognormal", median = "0.8', '"lognorml", median = "0.8'),
        "patient.injury.residual_rate: distribution: found 'lognorml'; did you mean 'lognormal'?",
    ],
    "unknown key": [("sigma = 0.4", "sgima = 0.4"), "residual_rate: sigma: missing"],
    "no source": [('sigma = 0.4, source = "a guess"', "sigma = 0.4"), "source: missing"],
    "nothing can be drawn": [
        ('at = "30 day"', 'at = { distribution = "beta", a = 1, b = 1, source = "-" }'),
        "treatment[0].at: cannot differ between patients",
    ],
    "the dose": [
        ("blockade = 0.95", 'blockade = { distribution = "beta", a = 1, b = 1, source = "-" }'),
        "treatment[0].blockade: cannot differ between patients",
    ],
    "no such constant": [
        ("late_decay = {", "late_deca = {"),
        "late_deca",
    ],
    "no matrix": [correlated(0.9, 0.9, -0.9), "cohort.correlation: no patients can have these"],
    "more than whole": [correlated(1.5), "cohort.correlation[0].value: found 1.5"],
    "correlated twice": [
        (
            "[patient.injury]",
            2 * ('[[cohort.correlation]]\nbetween = ["patient.injury.residual_rate", '
                 '"plasticity.late_decay"]\nvalue = 0.5\nsource = "-"\n\n') + "[patient.injury]",
        ),
        "cohort.correlation[1].between: these two are correlated twice",
    ],
    "not drawn": [
        ("[patient.injury]", '[[cohort.correlation]]\nbetween = ["patient.volume", '
         '"plasticity.late_decay"]\nvalue = 0.5\nsource = "-"\n\n[patient.injury]'),
        "cohort.correlation[0].between: 'patient.volume' is not drawn",
    ],
    "no cohort": [("size = 40\ninclude.pain_at_least = 7", ""), "cohort.size: missing"],
    "nobody meets it": [
        ("pain_at_least = 7", "pain_at_least = 10\nscreen_at_most = 2"),
        "cohort.include: 0 of the first 80 who were injured fulfil it, but 40 are wanted",
    ],
    "who is nobody": [
        ("include.pain_at_least = 7", 'include = "nobody"'),
        "cohort.include: found 'nobody'; 'everybody' or a table with pain_at_least is needed",
    ],
    "longer than there is": [
        ("pain_at_least = 7", 'pain_at_least = 7\ninclude.lasting = "90 day"'),
        "cohort.include.lasting: found '90 day', but the timeline has 30 days before treatment",
    ],
    "never stops": [(TREATMENT, f'{CLINIC}treat = "on relapse"\n\n{TREATMENT}'), "never stops"],
    "no rule": [(TREATMENT, f"{CLINIC}at_most = 3\n\n{TREATMENT}"), "either treat or rule"],
    "missing rule": [
        (TREATMENT, f'{CLINIC}rule = "mine.py"\nat_most = 3\n\n{TREATMENT}'),
        "clinic.rule: found 'mine.py'; there is no such file",
    ],
    "no such control": [drawn("trial.x", "y = 1"), "trial.x"],
    "size varies": [(VARIED, '"cohort.size" = [4, 5]'), "vary.'cohort.size'"],
    "missing rules": [
        (f"[vary]\n{VARIED}", f'{CLINIC}at_most = 3\n\n[vary]\n"clinic.rule" = ["a.py", "b.py"]'),
        "clinic.rule: found 'a.py'; there is no such file",
    ],
    "direct": [(TREATMENT, f"[direct]\nepsilon = [1e-5]\n\n{TREATMENT}"), "direct"],
    "learning without a memory": [
        (TREATMENT, f'[[patient.learning]]\nat = "31 day"\n\n{TREATMENT}'),
        "patient.learning: found without a memory model",
    ],
    "conditioning": [
        (TREATMENT, f'[[patient.conditioning]]\nat = "5 day"\nprotocol = "hfs"\n\n{TREATMENT}'),
        "patient.conditioning",
    ],
    "too many flare-ups": [
        ('rate = "0.1 1/day"', 'rate = "11 1/day"'),
        "patient.flare_ups.rate: found '11 1/day'",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_cohort_is_refused(place, name):
    (found, instead), said = FILES[name]
    assert SMALL.count(found) == 1
    place.experiment.write_text(SMALL.replace(found, instead))
    one_line(place.run("--jobs", "1"), "trial.toml" if "include: " not in said else "", said)
    assert place.left_nothing()


def test_a_distribution_without_a_cohort_is_refused(place):
    text = SMALL.replace("[cohort]\nsize = 40\ninclude.pain_at_least = 7\n", "")
    assert "[cohort]" not in text
    place.experiment.write_text(text.replace("[trial]\ndiary_noise = 0.5\n", ""))
    one_line(place.run(), "found a distribution; it needs a [cohort] with its size")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("x = 1", "mine.py: has no function decide(chart)"),
        ("1 / 0", "mine.py: cannot be run: ZeroDivisionError"),
        ("def decide(chart): return chart.nothing", "mine.py: decide() failed for Chart(day="),
        ("def decide(chart): return 'yes'", "mine.py: decide() answered 'yes'; it must be None"),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_wrong_rule_is_refused(place, rule, said, jobs):
    (place.folder / "mine.py").write_text(rule)
    policy = f'{CLINIC}rule = "mine.py"\nat_most = 3\n\n{TREATMENT}'
    place.experiment.write_text(SMALL.replace(TREATMENT, policy))
    one_line(place.run("--jobs", jobs), said)
    assert place.left_nothing()


@pytest.mark.parametrize(
    "shard", ["3/2", "0/1", "x", "1", "1/0", "-1/2", "1/2/3", "", "1.5/2", "١/٢"]
)
def test_a_wrong_shard_is_refused(place, shard):
    one_line(place.run(f"--shard={shard}"), f"--shard: found '{shard}'; it must be I/N")
    assert place.left_nothing()


def test_a_shard_without_patients_is_refused(place):
    one_line(place.run("--shard", "9/9", "--jobs", "1"), "--shard: number 9 has no patients")
    assert place.left_nothing()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--patients=0"], "--patients: found 0; it must be at least 1"),
        (["--patients=-3"], "--patients: found -3; it must be at least 1"),
        (["--most-arms", "0"], "--most-arms: found 0; it must be at least 1"),
        (["--patients", "1000000000"], "cohort.size: found 1000000000"),
        (["--patient", "1", "--patients", "3"], "--patient: one patient alone has no --patients"),
        (["--patient", "-1"], "--patient: found -1; it must be at least 0"),
        (["--patient", "1", "--shard", "1/2"], "--shard"),
    ],
)
def test_wrong_options_are_refused(place, options, said):
    one_line(place.run(*options), said)
    assert place.left_nothing()


@pytest.mark.parametrize(
    "options",
    [["--patients", "3"], ["--patient", "3"], ["--shard", "1/2"], ["--scheduler", "tcp://x:1"]],
)
def test_what_needs_a_cohort_is_refused_without(place, options):
    plain = SMALL[: SMALL.index("[cohort]")] + '[follow_up]\nuntil = "20 day"\n'
    place.experiment.write_text(plain)
    one_line(place.run(*options), options[0], "has no [cohort]")


def test_one_who_is_not_in_the_trial_is_refused(place):
    bad = "patient 3 is not included: pain in the week before treatment is "
    rule = ", and cohort.include asks for 7 or more; the first included are 0, 1, 2, 4, 5"
    one_line(place.run("--patient", "3", "--jobs", "1"), f"--patient: {bad}", rule)
    place.experiment.write_text(SMALL.replace("\ninclude.pain_at_least = 7", ""))
    one_line(place.run("--patient", "40"), "--patient: found 40; there are numbers 0 to 39")
    assert place.left_nothing()


@pytest.mark.thorough
def test_a_scheduler_that_is_not_there_is_refused(place):
    pytest.importorskip("distributed")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    one_line(place.run("--scheduler", f"tcp://127.0.0.1:{port}"), "--scheduler: nobody answers at")
    for nonsense in ("nonsense", "tcp://", "udp://127.0.0.1:1"):
        one_line(place.run("--scheduler", nonsense), f"--scheduler: nobody answers at {nonsense}")
    assert place.left_nothing()


def test_a_scheduler_without_dask_is_refused(place, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    one_line(place.run("--scheduler", "tcp://127.0.0.1:1"), "pip install 'resetsim[cluster]'")


def test_shards_that_do_not_belong_together_are_refused(place):
    first, second = place.shard(1, 2), place.shard(2, 2)
    done(place.run("--jobs", "1"))
    merged = ("merge", "--out", place.folder / "merged")
    one_line(place(*merged, first), "merge: 2/2 missing; all 2 shards are needed")
    one_line(place(*merged, first, first), "shard 1/2 again, as ")
    one_line(place(*merged, first, second, second), "shard 2/2 again, as ")
    one_line(place(*merged, place.out, first), "not a shard; 'resetsim run --shard I/N' writes one")
    one_line(place(*merged, first, place.folder), "result.h5")
    one_line(place(*merged, first, place.shard(3, 3)), "shard 3/3, but ")
    place.experiment.write_text(SMALL.replace("seed = 3", "seed = 4"))
    other = place.folder / "other"
    done(place("run", place.experiment, "--out", other, "--jobs", "1", "--shard", "2/2"))
    one_line(place(*merged, first, other), "a shard of another experiment than")
    assert not (place.folder / "merged").exists()


def test_what_a_cohort_has_not_is_refused(place):
    done(place.run("--jobs", "1"))
    one_line(
        place("export", place.out, "--nwb", place.folder / "a.nwb"), "of a cohort, which has no"
    )
    shown = place("show", place.out)
    assert shown.returncode == 0
    assert "40" in shown.stdout
    assert place("report", place.out).returncode == 0
