"""Cohorts on disk: files, chunks that are kept, shards put together."""

from dataclasses import fields, replace

import h5py
import numpy as np
import pandas as pd
import pytest
import xarray
from cohort_fixture import toy_cohort

from resetsim.errors import InputError
from resetsim.outcomes.cohort import cohort_outcomes
from resetsim.outcomes.cohort_rows import outcome_rows
from resetsim.outcomes.crossover import crossover_rows
from resetsim.records.cohort import (
    MEMORY_MOMENTS,
    OUTCOMES,
    ArmPart,
    Chunk,
    CohortArm,
    CohortResult,
    Sequences,
)
from resetsim.records.setting import Setting
from resetsim.spiking.store import DamagedCacheWarning
from resetsim.store.cohort_tables import write_cohort_summary
from resetsim.store.hdf5_cohort import (
    ArmsOfFile,
    is_cohort,
    merged_chunks,
    read_cohort,
    write_cohort,
)
from resetsim.store.kept_chunks import KeptChunks

FIELDS = tuple(each.name for each in fields(ArmPart))
DAY = np.array([-7.0, -5.0, 0.0, 1.0, 7.0, 30.0])
ARMS = ("dose=0 mg per h", "dose=5 mg per h")
KEYS = {"patient.injury.residual_rate": "Hz", "patient.sensitivity": ""}


def part(numbers, arm):
    """Numbers that say whose they are."""
    pain = numbers[:, None] / 1000 + DAY + 10 * arm
    count = len(numbers)
    memory = np.tile(numbers[:, None] / 4000, len(MEMORY_MOMENTS) if arm else 0)
    return ArmPart(
        pain.astype(np.float32),
        np.where(numbers[:, None] % 3 == 0, np.nan, pain).astype(np.float32),
        (pain / 100).astype(np.float32),
        (numbers % len(OUTCOMES)).astype(np.int8),
        np.where(numbers % 2, np.nan, numbers).astype(np.float32),
        (1 + numbers % 4).astype(np.int16),
        np.full(count, 2.5, dtype=np.float32),
        numbers == 1234,
        (1 + memory).astype(np.float32),
        memory.astype(np.float32),
    )


def chunk(numbers):
    drawn = {key: numbers * 0.25 + place for place, key in enumerate(KEYS)}
    return Chunk(numbers, drawn, (part(numbers, 0), part(numbers, 1)))


def frame(numbers):
    none = {name: getattr(part(numbers[:0], 0), name) for name in FIELDS}
    arms = tuple(
        CohortArm(name, {"treatment.dose": Setting(f"{dose} mg/h", float(dose), "mg/h")}, -5.0,
                  True, DAY, expecting=dose > 0, **none)
        for name, dose in zip(ARMS, (0, 5), strict=True)
    )  # fmt: skip
    return CohortResult(
        "trial", "Does it?", "reset", {"trial.toml": "seed = 1\n", "a.toml": "x"}, {"a": "1 s"},
        {"seed": "1", "commit": "abc"}, numbers, 4000, {}, KEYS, ARMS[0], arms,
    )  # fmt: skip


NUMBERS = np.sort(np.random.default_rng(1).choice(4000, 2300, replace=False))


def written(folder, numbers=NUMBERS, size=200, **changes):
    path = folder / "result.h5"
    parts = [numbers[first : first + size] for first in range(0, len(numbers), size)]
    write_cohort(replace(frame(numbers), **changes), map(chunk, parts), path)
    return path


def same_arm(found, numbers, arm):
    wanted = part(numbers, arm)
    for name in FIELDS:
        one, other = getattr(found, name), getattr(wanted, name)
        assert one.dtype == other.dtype, name
        assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f"), name


def test_what_is_written_is_read(tmp_path):
    path = written(tmp_path)
    assert is_cohort(path)
    found, wanted = read_cohort(path), frame(NUMBERS)
    for name in ("name", "question", "hypothesis", "texts", "parameters", "provenance", "screened",
                 "drawn_units", "control"):  # fmt: skip
        assert getattr(found, name) == getattr(wanted, name), name
    assert list(found.texts) == ["trial.toml", "a.toml"]
    assert np.array_equal(found.number, NUMBERS)
    assert set(found.drawn) == set(KEYS)
    for key, values in found.drawn.items():
        assert np.array_equal(values, chunk(NUMBERS).drawn[key])
    assert [arm.name for arm in found.arms] == list(ARMS)
    assert [arm.name for arm in found.arms[1:]] == [ARMS[1]]
    assert found.arms[-1].name == ARMS[1]
    for place, (arm, empty) in enumerate(zip(found.arms, wanted.arms, strict=True)):
        assert (arm.settings, arm.start_day, arm.treated) == (empty.settings, -5.0, True)
        assert arm.expecting == empty.expecting
        assert np.array_equal(arm.day, DAY)
        same_arm(arm, NUMBERS, place)


def test_what_is_said_of_a_file_needs_no_whole_arm_and_is_the_same(tmp_path, monkeypatch):
    toy = toy_cohort(120)
    arms = tuple(replace(arm, name=name) for arm, name in zip(toy.arms, ARMS, strict=True))
    toy = replace(toy, arms=arms, control=ARMS[0], drawn=dict(sorted(toy.drawn.items())))
    toy = replace(toy, crossovers=(Sequences(*ARMS, "", 10.0, 3.0),))
    none = {name: getattr(toy.arms[0], name)[:0] for name in FIELDS}
    parts = tuple(ArmPart(**{name: getattr(arm, name) for name in FIELDS}) for arm in toy.arms)
    empty = replace(toy, arms=tuple(replace(arm, **none) for arm in toy.arms))
    write_cohort(empty, [Chunk(toy.number, toy.drawn, parts)], tmp_path / "result.h5")
    wanted = cohort_outcomes(toy)
    write_cohort_summary(toy, tmp_path / "wanted.csv")

    monkeypatch.delattr(ArmsOfFile, "__getitem__")
    monkeypatch.setattr(ArmsOfFile, "__abstractmethods__", frozenset())
    monkeypatch.setattr("resetsim.records.parts._AT_ONCE", 50)
    monkeypatch.setattr("resetsim.outcomes.shown._READINGS", 1200)
    stored = read_cohort(tmp_path / "result.h5")
    found = cohort_outcomes(stored)
    assert outcome_rows(found) == outcome_rows(wanted)
    assert crossover_rows(found.crossovers) == crossover_rows(wanted.crossovers) != []
    for one, other in zip(found.arms, wanted.arms, strict=True):
        for part in ("course", "shown", "visits", "felt"):
            pairs = (vars(getattr(each, part)).values() for each in (one, other))
            assert all(_equal(*pair) for pair in zip(*pairs, strict=True)), part
        assert _equal(one.felt_at_end, other.felt_at_end)
    write_cohort_summary(stored, tmp_path / "found.csv")
    assert (tmp_path / "found.csv").read_bytes() == (tmp_path / "wanted.csv").read_bytes()


def _equal(one, other):
    return np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind == "f")


def test_the_sequences_of_a_crossover_are_read(tmp_path):
    both = (Sequences(*ARMS, "at=60 day", -20.0, 7.0), Sequences(*ARMS, "", -9.5, 6.0))
    assert read_cohort(written(tmp_path, crossovers=both)).crossovers == both


def test_no_control_is_none(tmp_path):
    assert read_cohort(written(tmp_path, control=None)).control is None


def test_chunks_of_any_size_give_the_same_datasets(tmp_path):
    one, other = (written(tmp_path / name, size=size) for name, size in (("a", 200), ("b", 7)))
    assert one.read_bytes() == other.read_bytes()


@pytest.fixture(autouse=True)
def _folders(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()


def test_xarray_opens_an_arm(tmp_path):
    path = written(tmp_path)
    with xarray.open_dataset(path, group=f"arms/{ARMS[1]}", engine="h5netcdf") as arm:
        assert arm["pain"].dims == ("patient", "day")
        assert arm["day"].attrs["units"] == "d"
        numbers = np.asarray(arm["patient"])
        assert np.array_equal(numbers, NUMBERS)
        assert np.array_equal(arm["pain"].values, part(NUMBERS, 1).pain)
        assert arm["failed"].values.sum() == (NUMBERS == 1234).sum()
    with xarray.open_dataset(path, group="drawn", engine="h5netcdf") as drawn:
        assert drawn["patient.injury.residual_rate"].attrs["units"] == "Hz"
        assert drawn["patient.sensitivity"].sizes["patient"] == len(NUMBERS)


def test_damage_is_noticed(tmp_path):
    path = written(tmp_path)
    whole, random = path.read_bytes(), np.random.default_rng(2)
    for at in random.integers(0, len(whole), 40):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :])
        with pytest.raises(InputError, match=r"result\.h5"):
            read_cohort(path)
    for end in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        with pytest.raises(InputError, match=r"result\.h5"):
            read_cohort(path)
    path.unlink()
    with pytest.raises(InputError, match=r"result\.h5"):
        read_cohort(path)


def test_another_version_is_refused(tmp_path):
    path = written(tmp_path)
    with h5py.File(path, "r+") as file:
        file.attrs["format_version"] = 99
    with pytest.raises(InputError, match=r"result\.h5"):
        read_cohort(path)


def test_the_file_appears_whole_or_not_at_all(tmp_path):
    def failing():
        yield chunk(NUMBERS[:5])
        raise RuntimeError("no more")

    path = tmp_path / "result.h5"
    with pytest.raises(RuntimeError, match="no more"):
        write_cohort(frame(NUMBERS), failing(), path)
    assert not list(tmp_path.glob("*.h5*"))


def test_shards_together_are_the_whole(tmp_path):
    chunks = [NUMBERS[first : first + 200] for first in range(0, len(NUMBERS), 200)]
    paths = []
    for which in range(3):
        folder = tmp_path / f"shard{which}"
        folder.mkdir()
        paths.append(written(folder, np.concatenate(chunks[which::3])))
    whole = written(tmp_path).read_bytes()
    together = tmp_path / "a" / "result.h5"
    for order in (paths, paths[::-1]):
        write_cohort(frame(NUMBERS), merged_chunks(order), together)
        assert together.read_bytes() == whole


def test_the_summary_has_a_row_for_each_patient_of_each_arm(tmp_path):
    path = tmp_path / "summary.csv"
    write_cohort_summary(read_cohort(written(tmp_path)), path)
    table = pd.read_csv(path)
    assert len(table) == 2 * len(NUMBERS)
    second = table[table["arm"] == ARMS[1]]
    wanted = part(NUMBERS, 1)
    baseline, drawn = wanted.pain[:, :2].mean(axis=1), "drawn patient.injury.residual_rate [Hz]"
    assert np.array_equal(second["patient"], NUMBERS)
    assert second["pain_before"].to_numpy() == pytest.approx(baseline, rel=1e-5)
    for name, column in (("pain_end_of_treatment", 2), ("pain_day_7", 4), ("pain_day_30", 5)):
        assert second[name].to_numpy() == pytest.approx(wanted.pain[:, column], rel=1e-5)
    assert table["pain_day_90"].isna().all()
    assert list(second["outcome"]) == [OUTCOMES[each] for each in wanted.outcome]
    assert second["relapse_day"].isna().sum() == (NUMBERS % 2).sum()
    assert second["treatment.dose [mg/h]"].unique().tolist() == [5]
    assert second[drawn].to_numpy() == pytest.approx(NUMBERS * 0.25)
    assert second["recall_after"].to_numpy() == pytest.approx(NUMBERS / 4000, rel=1e-5)
    assert table[table["arm"] == ARMS[0]]["recall_after"].isna().all()  # it has no memory


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("RESETSIM_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    return KeptChunks("key")


def same_chunk(found, numbers):
    assert np.array_equal(found.number, numbers)
    assert list(found.drawn) == list(KEYS)
    for place, arm in enumerate(found.arms):
        same_arm(arm, numbers, place)


def test_a_chunk_is_kept_until_the_result_is_written(kept):
    assert kept.get(4) is None
    kept.put(chunk(np.array([4, 6, 9])))
    kept.put(chunk(np.array([11, 12])))
    same_chunk(kept.get(4), np.array([4, 6, 9]))
    same_chunk(KeptChunks("key").get(11), np.array([11, 12]))
    assert KeptChunks("another").get(4) is None
    kept.clear()
    assert kept.get(4) is None
    kept.put(chunk(np.array([4])))  # of a run beside the one that cleared
    same_chunk(kept.get(4), np.array([4]))


def test_a_damaged_chunk_is_not_there(kept, tmp_path):
    kept.put(chunk(np.array([4, 6, 9])))
    (path,) = tmp_path.rglob("4.chunk")
    whole, random = path.read_bytes(), np.random.default_rng(3)
    damaged = [whole[:end] for end in (0, 1, 100, len(whole) // 2, len(whole) - 1)]
    for at in random.integers(0, len(whole), 60):
        damaged.append(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
    for content in damaged:
        path.write_bytes(content)
        with pytest.warns(DamagedCacheWarning, match=r"4\.chunk is damaged"):
            assert kept.get(4) is None
    kept.put(chunk(np.array([11])))
    path.write_bytes(path.with_name("11.chunk").read_bytes())  # another chunk is none
    with pytest.warns(DamagedCacheWarning, match=r"4\.chunk is damaged"):
        assert kept.get(4) is None
