"""HDF5 files that appear whole or not at all, also when there is no room for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py

from resetsim.whole_file import whole_file


@contextmanager
def whole_hdf5(
    path: Path, head_bytes: int = 0, head_of: Callable[[bytes], bytes] = lambda _: b""
) -> Iterator[h5py.File]:
    """Give an HDF5 file in memory, which is written at once when the block ends well.

    On a full disk HDF5 cannot close a file and ends the process with a segmentation fault.

    Parameters
    ----------
    path
        The file.
    head_bytes, head_of
        Length of what stands before the HDF5 file proper, and what it is, made from the bytes of
        that; 512 or more if any.

    Yields
    ------
    h5py.File
        Empty.
    """
    options = {"driver": "core", "backing_store": False, "block_size": 2**22, "libver": "v110"}
    with h5py.File("in memory", "w", userblock_size=head_bytes, **options) as file:
        yield file
        file.flush()
        image = file.id.get_file_image()
    with whole_file(path) as partial:
        partial.write_bytes(head_of(image) + image)
