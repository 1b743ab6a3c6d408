"""A hash of records: of every number, text and array in them, wherever they are kept."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any, Protocol

import numpy as np


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


def digest(record: object) -> bytes:
    """Return the hash of a record.

    Parameters
    ----------
    record
        Dataclasses, mappings, tuples and lists of arrays, numbers and texts.

    Returns
    -------
    bytes
        Equal for equal records alone.
    """
    found = sha256()
    _add(found, record)
    return found.digest()


def _add(found: _Hash, record: Any) -> None:
    match record:
        case str() | float() | int() | None:
            found.update(f"{record!r}\n".encode())
        case np.ndarray():
            found.update(f"{record.dtype.str}{record.shape}".encode())
            found.update(np.ascontiguousarray(record).tobytes())
        case tuple() | list():
            found.update(f"sequence {len(record)}\n".encode())
            for value in record:
                _add(found, value)
        case Mapping():
            found.update(f"mapping {len(record)}\n".encode())
            for name, value in record.items():
                _add(found, name)
                _add(found, value)
        case _ if is_dataclass(record):
            found.update(f"record {len(fields(record))}\n".encode())
            for field in fields(record):
                _add(found, getattr(record, field.name))
        case _:
            raise TypeError(f"no digest of {type(record).__name__}")
