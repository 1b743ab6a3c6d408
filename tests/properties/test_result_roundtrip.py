"""Whatever numbers a result has, ``result.h5`` gives them back exactly."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from results_fixture import same, toy_drift_curve, toy_result

from resetsim.declare.axes import AXES, INHIBITION
from resetsim.records.reading import Reading
from resetsim.records.result import (
    ArmResult,
    AssayResult,
    Course,
    DirectCourse,
    DriftQuality,
    PainBand,
    PainCourse,
    Result,
    ThresholdDuration,
)
from resetsim.records.setting import Setting
from resetsim.store.hdf5 import read_result, write_result

WHOLE = toy_result(("4 h",), ("0 Hz",), ())

numbers = st.floats(allow_nan=False)
names = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)
# HDF5 texts end at a null character; TOML files cannot hold one.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
# Keys of files and columns of tables; a column holds texts, whole numbers, or numbers.
keys = st.text("abcdefgh_.[]0", min_size=1, max_size=8).map(lambda text: f"k{text}")
cells = (st.none() | st.text("abc", min_size=1), st.none() | numbers, st.integers(0, 2**60))
settings_ = st.builds(Setting, texts | numbers | st.booleans()) | st.builds(
    Setting, texts, numbers, st.sampled_from(["h", "Hz", ""])
)


@st.composite
def series(draw: st.DrawFn, *shape: int) -> np.ndarray:
    return draw(arrays(np.float64, shape))


@st.composite
def course(draw: st.DrawFn, moments: int, units: int) -> Course:
    return Course(draw(series(moments)), *(draw(series(moments, units)) for _ in range(3)))


@st.composite
def assay(draw: st.DrawFn) -> AssayResult:
    readings = st.builds(
        Reading,
        population=texts,
        quantity=texts,
        value=numbers,
        unit=texts,
        standard_error=numbers,
        n=st.integers(0, 2**60),
        x=numbers,
        x_unit=texts,
        columns=st.dictionaries(st.sampled_from(["frequency_hz", "nmda_fraction"]), numbers),
    )
    counts = draw(st.dictionaries(st.tuples(names, names), st.integers(0, 3), max_size=3))
    sources = {"/".join(source): count for source, count in counts.items()}
    return AssayResult(
        name=draw(names),
        day=draw(numbers),
        readings=tuple(draw(st.lists(readings, max_size=3))),
        time_step_s=draw(numbers),
        spike_index={name: draw(arrays(np.int32, count)) for name, count in sources.items()},
        spike_step={name: draw(arrays(np.int32, count)) for name, count in sources.items()},
    )


@st.composite
def band(draw: st.DrawFn, moments: int) -> PainBand:
    ends = [draw(series(moments)) for _ in range(2)]
    return PainBand(*ends, draw(st.dictionaries(names, numbers, max_size=3)))


@st.composite
def direct(draw: st.DrawFn) -> DirectCourse:
    moments = draw(st.integers(0, 3))
    return DirectCourse(
        draw(numbers), draw(st.integers(0, 2**62)), *(draw(series(moments)) for _ in range(6))
    )


@st.composite
def arm(
    draw: st.DrawFn, name: str, varied: list[str], columns: dict[str, st.SearchStrategy]
) -> ArmResult:
    moments, units = draw(st.integers(0, 4)), draw(st.integers(1, 3))
    acting = {axis.course: draw(series(moments)) for axis in AXES.values()}
    acting[AXES[INHIBITION].course] = draw(series(moments, units))
    whole = {name: draw(series(moments)) for name in ("relief", "plasma_um", "output_hz", "pain")}
    return ArmResult(
        name=name,
        settings=draw(st.fixed_dictionaries(dict.fromkeys(varied, settings_))),
        summary=draw(st.fixed_dictionaries(columns)),
        dosing_d=draw(series(draw(st.integers(0, 3)), 2)),
        pain_system=draw(course(moments, units)),
        pain=PainCourse(acting, heterosynaptic=draw(series(moments, units)), **whole),
        band=draw(st.none() | band(moments)),
        memory=draw(st.none() | course(draw(st.integers(0, 3)), 4)),
        assays=tuple(draw(st.lists(assay(), max_size=2))),
        direct=tuple(draw(st.lists(direct(), max_size=2))),
        learned_d=draw(series(draw(st.integers(0, 3)))),
        multiplier=draw(series(units)),
        share_active=draw(numbers),
    )


@st.composite
def result(draw: st.DrawFn) -> Result:
    thresholds = st.builds(
        ThresholdDuration,
        settings=st.dictionaries(names, settings_, max_size=2),
        input_rate_hz=numbers,
        blockade=numbers,
        from_arms_h=st.none() | numbers,
        from_arms_low_h=st.none() | numbers,
        from_arms_high_h=st.none() | numbers,
        from_fixed_points_h=st.none() | numbers,
    )
    counts = st.integers(0, 2**60)
    quality = st.builds(DriftQuality, names, counts, counts, numbers, numbers)
    rates = draw(st.lists(st.floats(0, 20), max_size=2))
    varied = draw(st.lists(keys, max_size=3, unique=True))
    columns = draw(st.dictionaries(keys, st.sampled_from(cells), max_size=4))
    named = draw(st.lists(names, max_size=2, unique=True))
    return replace(
        WHOLE,
        question=draw(texts),
        parameters=draw(st.dictionaries(names, texts)),
        texts=draw(st.dictionaries(names, texts, max_size=3)),
        arms=tuple(draw(arm(name, varied, columns)) for name in named),
        thresholds=tuple(draw(st.lists(thresholds, max_size=2))),
        drift_curves=tuple(toy_drift_curve(rate) for rate in rates),
        drift_quality=tuple(draw(st.lists(quality, max_size=2))),
    )


@given(result())
@settings(deadline=None, max_examples=25)
def test_every_result_comes_back(wanted: Result) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "result.h5"
        write_result(wanted, path)
        assert same(read_result(path), wanted)
