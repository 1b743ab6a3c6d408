"""``result.h5``: whatever happens to its bytes is noticed, by our reader and by others."""

import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray
from results_fixture import same, toy_result

from resetsim.errors import InputError
from resetsim.records.result import Result
from resetsim.store import hdf5
from resetsim.store.hdf5 import read_result, write_result

Random = np.random.Generator
PAIN = "arms/duration=4 h, residual_rate=0 Hz/pain"


@pytest.fixture(scope="module")
def result() -> Result:
    return toy_result(("4 h",), ("0 Hz",))


@pytest.fixture(scope="module")
def whole(result: Result, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "result.h5"
    write_result(result, path)
    return path.read_bytes()


def bit_flipped(content: bytes, at: int, random: Random) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << random.integers(8)]) + content[at + 1 :]


def overwritten(content: bytes, at: int, random: Random) -> bytes:
    new = random.bytes(random.integers(1, 64))
    return content[:at] + new + content[at + len(new) :]


def zeroed(content: bytes, at: int, random: Random) -> bytes:
    count = min(int(random.integers(1, 4096)), len(content) - at)
    return content[:at] + bytes(count) + content[at + count :]


def cut(content: bytes, at: int, random: Random) -> bytes:
    del random
    return content[:at]


def taken_out(content: bytes, at: int, random: Random) -> bytes:
    return content[:at] + content[at + random.integers(1, 600) :]


def inserted(content: bytes, at: int, random: Random) -> bytes:
    return content[:at] + random.bytes(random.integers(1, 600)) + content[at:]


def appended(content: bytes, at: int, random: Random) -> bytes:
    del at
    return content + random.bytes(random.integers(1, 600))


def exchanged(content: bytes, at: int, random: Random) -> bytes:
    other = int(random.integers(len(content)))
    count = min(512, len(content) - max(at, other), abs(at - other))
    changed = bytearray(content)
    changed[at : at + count] = content[other : other + count]
    changed[other : other + count] = content[at : at + count]
    return bytes(changed)


MUTATIONS = (bit_flipped, overwritten, zeroed, cut, taken_out, inserted, appended, exchanged)
EACH = int(os.environ.get("RESETSIM_MUTATIONS", "160")) // len(MUTATIONS)


@pytest.mark.parametrize("mutated", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_changed_bytes_are_refused_or_change_nothing(
    mutated: Callable[[bytes, int, Random], bytes], whole: bytes, result: Result, tmp_path: Path
) -> None:
    random = np.random.default_rng(MUTATIONS.index(mutated))
    path = tmp_path / "result.h5"
    said = []
    for number in range(EACH):
        at = int(random.integers(len(whole) if number % 2 else 1024))  # the head as often
        path.write_bytes(mutated(whole, at, random))
        try:
            assert same(read_result(path), result)
        except InputError as error:
            said.append(str(error))
    assert len(said) >= EACH / 2
    assert [one for one in said if not one.startswith(f"{path}: ") or "\n" in one] == []


def test_every_dataset_has_a_checksum_for_other_readers(whole: bytes, tmp_path: Path) -> None:
    unprotected = []

    def visit(name: str, member: h5py.Group | h5py.Dataset) -> None:
        if isinstance(member, h5py.Dataset) and member.id.get_storage_size():
            text = h5py.check_string_dtype(member.dtype)
            if not member.fletcher32 or (text is not None and text.length is None):
                unprotected.append(name)

    path = tmp_path / "result.h5"
    path.write_bytes(whole)
    with h5py.File(path) as file:
        file.visititems(visit)
    assert unprotected == []


def test_xarray_notices_a_changed_number(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "result.h5"
    path.write_bytes(whole)
    with h5py.File(path) as file:
        chunk = file[PAIN].id.get_chunk_info(0)
        start = chunk.byte_offset
        assert file[PAIN].id.read_direct_chunk((0,))[1] == whole[start : start + chunk.size]
    random = np.random.default_rng(1)
    for at in np.linspace(start, start + chunk.size - 1, 8, dtype=int):
        path.write_bytes(bit_flipped(whole, at, random))
        with (
            pytest.raises(OSError, match="read data"),
            xarray.open_dataset(path, group=PAIN[:-5], engine="h5netcdf") as found,
        ):
            found.pain.load()


@pytest.mark.parametrize("version", [1, 2])
def test_an_earlier_layout_is_said_to_be_one(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.h5"
    with h5py.File(path, "w", libver="v110") as file:
        file.attrs["format"] = hdf5.FORMAT
        file.attrs["format_version"] = version
        file["arms"] = np.zeros(100_000)
    with pytest.raises(InputError, match=r"old\.h5: written by an earlier resetsim .*reads 4.*run"):
        read_result(path)


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    os.mkfifo("fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        for name in ("fifo", "socket", "/dev/zero", "/dev/null"):
            with pytest.raises(InputError, match=f"{name}: not a regular file; give a result.h5"):
                read_result(Path(name))


def test_a_full_disk_is_an_error_and_leaves_the_earlier_file(
    result: Result, whole: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "result.h5"
    path.write_bytes(whole)
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) // 2, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_result(result, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [each.name for each in tmp_path.iterdir()] == ["result.h5"]
    assert path.read_bytes() == whole
