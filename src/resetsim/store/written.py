"""A result as files: ``result.h5`` and its tables."""

from pathlib import Path

from resetsim.records.result import Result
from resetsim.store.folder import RESULT
from resetsim.store.hdf5 import write_result
from resetsim.store.tables import write_assays, write_summary


def write_tables(result: Result, folder: Path) -> None:
    """Write the result file and its tables.

    Parameters
    ----------
    result
        What to write.
    folder
        Where; it exists.
    """
    write_result(result, folder / RESULT)
    write_summary(result, folder / "summary.csv")
    write_assays(result, folder / "assays.csv")
