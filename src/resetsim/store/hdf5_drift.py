"""What ``result.h5`` says about drift: curves, threshold durations, quality; written and read."""

import json
from collections.abc import Sequence

import h5py
import numpy as np

from resetsim.records.result import DriftCurve, DriftQuality, ThresholdDuration
from resetsim.store.hdf5_datasets import add_numbers, add_strings, numbers, strings
from resetsim.store.hdf5_settings import parts_of, settings_from


def write_drift_curves(group: h5py.Group, curves: Sequence[DriftCurve]) -> None:
    """Write drift curves, each as a group.

    Parameters
    ----------
    group
        The group of all curves; it keeps the order in which its members are made.
    curves
        What to write.
    """
    for number, curve in enumerate(curves):
        member = group.create_group(f"{number:03d}")
        member.attrs["input_rate_hz"] = curve.input_rate_hz
        member.attrs["blockade"] = curve.blockade
        add_numbers(member, "late", curve.late, ["late"])
        add_numbers(member, "drift", curve.drift_per_day, ["late"], "1/d")
        add_numbers(member, "stable", curve.stable, ["stable"])
        add_numbers(member, "unstable", curve.unstable, ["unstable"])


def read_drift_curves(group: h5py.Group) -> tuple[DriftCurve, ...]:
    """Read drift curves.

    Parameters
    ----------
    group
        The group of all curves.

    Returns
    -------
    tuple of DriftCurve
        As they were written.
    """
    return tuple(
        DriftCurve(
            input_rate_hz=float(member.attrs["input_rate_hz"]),
            late=numbers(member, "late"),
            drift_per_day=numbers(member, "drift"),
            stable=numbers(member, "stable"),
            unstable=numbers(member, "unstable"),
            blockade=float(member.attrs.get("blockade", 0.0)),  # files of before have none
        )
        for member in group.values()
    )


_THRESHOLD_UNITS = {
    "input_rate_hz": "Hz",
    "blockade": "1",
    "from_arms_h": "h",
    "from_arms_low_h": "h",
    "from_arms_high_h": "h",
    "from_fixed_points_h": "h",
}


def write_thresholds(group: h5py.Group, thresholds: Sequence[ThresholdDuration]) -> None:
    """Write threshold durations as columns; NaN where there is none.

    Parameters
    ----------
    group
        Of the file.
    thresholds
        What to write.
    """
    settings = [json.dumps(parts_of(threshold.settings)) for threshold in thresholds]
    add_strings(group, "settings", settings, "threshold")
    for name, unit in _THRESHOLD_UNITS.items():
        found = [getattr(threshold, name) for threshold in thresholds]
        add_numbers(group, name, np.array(found, dtype=np.float64), ["threshold"], unit)


def read_thresholds(group: h5py.Group) -> tuple[ThresholdDuration, ...]:
    """Read threshold durations.

    Parameters
    ----------
    group
        Of the file.

    Returns
    -------
    tuple of ThresholdDuration
        As they were written.
    """
    columns = [numbers(group, name).tolist() for name in _THRESHOLD_UNITS]
    rows = zip(strings(group, "settings"), *columns, strict=True)
    return tuple(
        ThresholdDuration(
            settings_from(json.loads(settings)), input_rate_hz, blockade, *map(_none_if_nan, hours)
        )
        for settings, input_rate_hz, blockade, *hours in rows
    )


def _none_if_nan(value: float) -> float | None:
    return None if np.isnan(value) else value


_QUALITY_TYPES = {
    "nodes": np.int64,
    "samples": np.int64,
    "sampling_error": np.float64,
    "left_out_error": np.float64,
}


def write_drift_quality(group: h5py.Group, qualities: Sequence[DriftQuality]) -> None:
    """Write the quality of the tables of drift as columns.

    Parameters
    ----------
    group
        Of the file.
    qualities
        One for each table.
    """
    add_strings(group, "system", [quality.system for quality in qualities], "system")
    for name, dtype in _QUALITY_TYPES.items():
        values = np.array([getattr(quality, name) for quality in qualities], dtype=dtype)
        add_numbers(group, name, values, ["system"])


def read_drift_quality(group: h5py.Group) -> tuple[DriftQuality, ...]:
    """Read the quality of the tables of drift.

    Parameters
    ----------
    group
        Of the file.

    Returns
    -------
    tuple of DriftQuality
        As it was written.
    """
    columns = [numbers(group, name).tolist() for name in _QUALITY_TYPES]
    rows = zip(strings(group, "system"), *columns, strict=True)
    return tuple(DriftQuality(*row) for row in rows)
