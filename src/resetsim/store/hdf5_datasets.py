"""Datasets with units and named dimensions, as netCDF-4 readers expect them in an HDF5 file."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

# "d", because readers that see "days" may turn the numbers into dates.
DAY = "d"

# netCDF-4 readers know a dimension that has no values of its own by this name.
_DIMENSION_ONLY = "This is a netCDF dimension but not a netCDF variable. %9d"


def add_numbers(
    group: h5py.Group,
    name: str,
    values: NDArray[Any] | Sequence[float] | Sequence[int],
    dimensions: Sequence[str],
    unit: str = "1",
    dtype: type[np.generic] | None = None,
) -> None:
    """Write a compressed dataset with a checksum.

    Parameters
    ----------
    group, name
        Group of the file, and name of the dataset in it.
    values
        Numbers, one axis for each dimension.
    dimensions
        Names; a dataset of one dimension with the same name holds that dimension's coordinate,
        and has to be written before what depends on it.
    unit
        Of the values; ``1`` for those without dimension.
    dtype
        Needed where there may be no value that tells it.
    """
    data = np.asarray(values, dtype=dtype)
    dataset = _dataset(group, name, data)
    dataset.attrs["units"] = unit
    _name_dimensions(dataset, name, dimensions)


def add_strings(group: h5py.Group, name: str, values: Sequence[str], dimension: str) -> None:
    """Write a dataset of texts.

    Parameters
    ----------
    group, name
        Group of the file, and name of the dataset in it.
    values
        Texts.
    dimension
        Name; see :func:`add_numbers`.
    """
    encoded = [value.encode() for value in values]
    # Not of variable length, which HDF5 keeps apart from the dataset and its checksum. Not of
    # length 1 either, which netCDF-4 readers take for the letters of one text.
    length = max(map(len, encoded), default=0)
    data = np.array(encoded, dtype=h5py.string_dtype(length=max(length, 2)))
    dataset = _dataset(group, name, data)
    dataset.attrs["_Encoding"] = "utf-8"
    _name_dimensions(dataset, name, [dimension])


def numbers(group: h5py.Group, name: str) -> NDArray[Any]:
    """Read a dataset of numbers.

    Parameters
    ----------
    group, name
        Group of the file, and name of the dataset in it.

    Returns
    -------
    array
        As it was written.
    """
    values: NDArray[Any] = group[name][...]
    return values


def strings(group: h5py.Group, name: str) -> list[str]:
    """Read a dataset of texts.

    Parameters
    ----------
    group, name
        Group of the file, and name of the dataset in it.

    Returns
    -------
    list of str
        As they were written.
    """
    return list(group[name].asstr()[...])


def add_json(group: h5py.Group, name: str, values: Mapping[str, object]) -> None:
    """Write a mapping as one JSON attribute: a group per key would swell the file.

    Parameters
    ----------
    group, name
        Group of the file, and name of its attribute.
    values
        Texts, numbers or None by name.
    """
    group.attrs[name] = json.dumps(dict(values))


def from_json(group: h5py.Group, name: str) -> dict[str, Any]:
    """Read a mapping from a JSON attribute.

    Parameters
    ----------
    group, name
        Group of the file, and name of its attribute.

    Returns
    -------
    dict
        As it was written.
    """
    values = json.loads(group.attrs[name])
    if not isinstance(values, dict):
        raise ValueError(f"attribute {name!r} of {group.name} is no JSON object")
    return values


def _dataset(group: h5py.Group, name: str, data: NDArray[Any]) -> h5py.Dataset:
    # HDF5 has no chunks, and so neither compression nor checksum, for what is empty.
    layout = {"compression": "gzip", "shuffle": True, "fletcher32": True} if data.size else {}
    return group.create_dataset(name, data=data, **layout)


def _name_dimensions(dataset: h5py.Dataset, name: str, dimensions: Sequence[str]) -> None:
    group = dataset.parent
    if list(dimensions) == [name]:
        dataset.make_scale(name)
        return
    for axis, dimension in enumerate(dimensions):
        if dimension not in group:
            length = dataset.shape[axis]
            group.create_dataset(dimension, shape=(length,), dtype="f4")
            group[dimension].make_scale(_DIMENSION_ONLY % length)
        dataset.dims[axis].attach_scale(group[dimension])
