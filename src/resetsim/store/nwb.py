"""Export to Neurodata Without Borders: spikes as units, slow states as time series."""

from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from pynwb import NWBHDF5IO, NWBFile, TimeSeries

from resetsim.errors import InputError
from resetsim.records.result import ArmResult, AssayResult, Result
from resetsim.store.whole_file import whole_file

SECONDS_PER_DAY = 86400.0


def export_nwb(result: Result, path: Path) -> None:
    """Write a result as one NWB file.

    Parameters
    ----------
    result
        Any result.
    path
        The file; it must not exist yet.

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
        experiment_description=result.texts[f"{result.name}.toml"],
        keywords=["simulation", "resetsim", result.hypothesis],
        source_script="\n".join(f"{name} {value}" for name, value in result.provenance.items()),
        source_script_file_name="resetsim",
    )
    for name, meaning in _COLUMNS.items():
        file.add_unit_column(name, meaning)
    for arm in result.arms:
        _add_courses(file, arm)
        for assay in arm.assays:
            _add_spikes(file, arm, assay)
    with whole_file(path) as partial, NWBHDF5IO(partial, "w") as stream:
        stream.write(file)


_COLUMNS = {
    "arm": "Arm of the experiment",
    "assay": "Which assay; its times count from the start of its run",
    "day": "When the assay was made, in days on the timeline",
    "run_and_population": "Number of the run within the assay, and population",
    "cell": "Index of the cell in its population",
}


def _add_courses(file: NWBFile, arm: ArmResult) -> None:
    """Add slow states; NWB counts time in seconds."""
    series = {
        "pain": (arm.pain.pain, "0-10"),
        "ongoing input": (arm.pain.input_rate_hz, "Hz"),
        "NMDA blockade": (arm.pain.blockade, "1"),
        "efficacy": (arm.pain_system.efficacy[:, 0], "1"),
    }
    for name, (values, unit) in series.items():
        file.add_acquisition(
            TimeSeries(
                name=f"{name}, {_safe(arm.name)}",
                data=values,
                unit=unit,
                timestamps=arm.pain_system.time_d * SECONDS_PER_DAY,
            )
        )


def _add_spikes(file: NWBFile, arm: ArmResult, assay: AssayResult) -> None:
    for source, index in assay.spike_index.items():
        times = assay.spike_time_s[source]
        for cell in np.unique(index):
            file.add_unit(
                spike_times=times[index == cell],
                arm=arm.name,
                assay=assay.name,
                day=assay.day,
                run_and_population=source,
                cell=int(cell),
            )


def _safe(name: str) -> str:
    return name.replace("/", " per ").replace(":", " ")
