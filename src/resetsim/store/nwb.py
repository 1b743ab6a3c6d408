"""Export to Neurodata Without Borders: spikes as units, slow states as time series."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from hdmf.common import VectorData, VectorIndex
from numpy.typing import NDArray
from pynwb import NWBHDF5IO, H5DataIO, NWBFile, TimeSeries
from pynwb.file import Subject
from pynwb.misc import Units

from resetsim.errors import InputError
from resetsim.records.result import ArmResult, AssayResult, Result
from resetsim.store.hdf5_file import whole_hdf5
from resetsim.store.spikes import spikes_key

SECONDS_PER_DAY = 86400.0


def export_nwb(result: Result, path: Path, exported: Callable[[int, int], None]) -> None:
    """Write a result as one NWB file.

    Parameters
    ----------
    result
        Any result.
    path
        The file; it must not exist yet.
    exported
        Told how many of how many distinct assays have been put together.

    Raises
    ------
    InputError
        If the file exists or its folder does not.
    """
    if path.exists():
        raise InputError(f"--nwb: {path} exists; name a new file")
    if not path.absolute().parent.is_dir():
        raise InputError(f"--nwb: the folder {path.absolute().parent} does not exist")
    started = datetime.fromisoformat(result.provenance["date"])
    file = NWBFile(
        session_description=result.question,
        identifier=str(uuid5(NAMESPACE_URL, f"{result.name} {started}")),
        session_start_time=started,
        experimenter=["resetsim"],
        institution="simulation",
        experiment_description=result.texts[f"{result.name}.toml"],
        keywords=["simulation", "resetsim", result.hypothesis],
        source_script="\n".join(f"{name} {value}" for name, value in result.provenance.items()),
        source_script_file_name="resetsim",
        subject=_subject(result),
    )
    start_d = min(float(arm.pain_system.time_d[0]) for arm in result.arms)
    for arm in result.arms:
        _add_courses(file, arm, start_d)
    if (units := _units(result, exported)) is not None:
        file.units = units
    with whole_hdf5(path) as hdf5:
        stream = NWBHDF5IO(file=hdf5, mode="w")  # closed, it would take the file in memory along
        stream.write(file)


def _subject(result: Result) -> Subject:
    return Subject(
        subject_id="simulated-patient-0",
        description="One simulated patient; every arm is the same patient under another treatment. "
        f"Hypothesis: {result.hypothesis}.",
        species="Homo sapiens",
        sex="U",
        age="P18Y/",  # an adult: what the parameters are for
    )


def _add_courses(file: NWBFile, arm: ArmResult, start_d: float) -> None:
    series = {
        "pain": (arm.pain.pain, "0-10", "Pain, read from the firing of projection neurons"),
        "ongoing input": (arm.pain.acting["input_rate"], "Hz", "Ongoing firing of each C-fibre"),
        "NMDA blockade": (
            arm.pain.acting["blockade"],
            "1",
            "Share of the NMDA conductance removed",
        ),
        "efficacy": (
            arm.pain_system.efficacy.mean(axis=1),
            "1",
            "Efficacy of C-fibre synapses on projection neurons, relative to health",
        ),
    }
    if len(arm.multiplier) > 1:
        meaning = "The same in each active patch of the painful area"
        series["efficacy of units"] = (arm.pain_system.efficacy, "1", meaning)
    # NWB counts time from the start of the session, in seconds, and never below 0.
    seconds = _compressed((arm.pain_system.time_d - start_d) * SECONDS_PER_DAY)
    for name, (values, unit, meaning) in series.items():
        file.add_acquisition(
            TimeSeries(
                name=f"{name}, {_safe(arm.name)}",
                description=f"{meaning}, in the arm {arm.name}. Second 0 is day {start_d:g} of the "
                "timeline of the experiment.",
                data=_compressed(values),
                unit=unit,
                resolution=-1.0,
                timestamps=seconds,
            )
        )


_COLUMNS = {
    "arm": "Arms of the experiment in which this was measured, separated by ' | '",
    "assay": "Which assay; its times count from the start of its run",
    "day": "When the assay was made, in days on the timeline of the experiment",
    "run_and_population": "Number of the run within the assay, and population",
    "cell": "Index of the cell in its population",
}


@dataclass(frozen=True, eq=False)
class _Block:
    """The cells of one population that fired in one run of an assay: rows of the units table."""

    arms: str
    assay: AssayResult
    source: str
    cells: NDArray[np.int32]
    spikes: NDArray[np.int64]
    time_s: NDArray[np.float64]


def _units(result: Result, exported: Callable[[int, int], None]) -> Units | None:
    """Return every spike of every distinct assay; None where there is none."""
    distinct = _distinct_assays(result.arms)
    blocks = []
    for number, (assay, arms) in enumerate(distinct, start=1):
        blocks += list(_blocks(assay, " | ".join(arms)))
        exported(number, len(distinct))
    if not blocks:
        return None
    times = VectorData(
        name="spike_times",
        description="Spike times, in seconds from the start of the run",
        data=_compressed(np.concatenate([block.time_s for block in blocks])),
    )
    ends = np.cumsum(np.concatenate([block.spikes for block in blocks]))
    return Units(
        name="units",
        description="Spikes of the simulated cells; what several arms share is stored once",
        resolution=min(block.assay.time_step_s for block in blocks),
        columns=[times, VectorIndex(name="spike_times_index", target=times, data=ends)]
        + [
            VectorData(name=name, description=meaning, data=_compressed(_column(name, blocks)))
            for name, meaning in _COLUMNS.items()
        ],
        colnames=["spike_times", *_COLUMNS],
    )


def _distinct_assays(arms: Sequence[ArmResult]) -> list[tuple[AssayResult, list[str]]]:
    """Return the assays that differ in name, moment or any spike, each with its arms."""
    found: dict[str, tuple[AssayResult, list[str]]] = {}
    for arm in arms:
        for assay in arm.assays:
            key = f"{assay.name} {assay.day} {spikes_key(assay)}"
            found.setdefault(key, (assay, []))[1].append(arm.name)
    return list(found.values())


def _blocks(assay: AssayResult, arms: str) -> Iterator[_Block]:
    for source, index in assay.spike_index.items():
        if not len(index):
            continue
        by_cell = np.argsort(index, kind="stable")  # within a cell the order of time stays
        cells, spikes = np.unique(index, return_counts=True)
        time_s = assay.time_step_s * assay.spike_step[source][by_cell].astype(np.float64)
        yield _Block(arms, assay, source, cells, spikes, time_s)


def _column(name: str, blocks: Sequence[_Block]) -> NDArray[np.generic]:
    if name == "cell":
        return np.concatenate([block.cells for block in blocks])
    values = {
        "arm": [block.arms for block in blocks],
        "assay": [block.assay.name for block in blocks],
        "day": [block.assay.day for block in blocks],
        "run_and_population": [block.source for block in blocks],
    }[name]
    kind = None if name == "day" else object
    return np.repeat(np.array(values, dtype=kind), [len(block.cells) for block in blocks])


def _compressed(values: NDArray[np.generic]) -> H5DataIO:
    return H5DataIO(values, compression="gzip", shuffle=True)


def _safe(name: str) -> str:
    return name.replace("/", " per ").replace(":", " ")
