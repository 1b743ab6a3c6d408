"""The C++ code that reads and writes arrays: compiled, and pointed at a device that is full."""

import subprocess
from pathlib import Path

import pytest

from resetsim.spiking.builds import compiler
from resetsim.spiking.checked_arrays import (
    END_WITH_DRIVER,
    READING_FAILED,
    WRITING_FAILED,
    with_checked_arrays,
)

# As Brian2 2.9 to 2.11 write it.
OBJECTS = """#include <fstream>
#include <iostream>
#include <string>
#include <vector>
using namespace std;
std::string results_dir;
std::vector<double> values;

void _load_arrays()
{
    ifstream fvalues;
    fvalues.open("values", ios::in | ios::binary);
    if(fvalues.is_open())
    {
        fvalues.read(reinterpret_cast<char*>(&values[0]), 3*sizeof(double));
    } else
    {
        std::cout << "Error opening static array values." << endl;
    }
}

void _write_arrays()
{
    ofstream outfile_values;
    outfile_values.open(results_dir + "full", ios::binary | ios::out);
    if(outfile_values.is_open())
    {
        if (! values.empty() )
        {
            outfile_values.write(reinterpret_cast<char*>(&values[0]), values.size()*sizeof(double));
            outfile_values.close();
        }
    }
    ofstream outfile_last_run_info;
    outfile_last_run_info.open(results_dir + "last_run_info.txt", ios::out);
    if(outfile_last_run_info.is_open())
    {
        outfile_last_run_info << 1.0 << std::endl;
        outfile_last_run_info.close();
    }
}

void _dealloc_arrays()
{
    std::ofstream other("/dev/null");
}
"""
MAIN = f"""
int main(int argc, char **argv)
{{
    results_dir = argv[1];
    values.resize(std::stoi(argv[2]));
    {END_WITH_DRIVER}
    _load_arrays();
    _write_arrays();
    _dealloc_arrays();
    return 0;
}}
"""


@pytest.fixture(scope="module")
def binary(tmp_path_factory):
    if compiler() is None or not Path("/dev/full").exists():
        pytest.skip("needs a compiler and /dev/full")
    folder = tmp_path_factory.mktemp("checked")
    (folder / "all.cpp").write_text(with_checked_arrays(OBJECTS) + MAIN)
    subprocess.run(
        [compiler(), "-w", "-std=c++17", "all.cpp", "-o", "main"], cwd=folder, check=True
    )
    return folder / "main"


def ended(binary, folder, results, count, **environment):
    return subprocess.run(
        [binary, f"{results}/", str(count)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def place(tmp_path):
    (tmp_path / "values").write_bytes(bytes(24))
    return tmp_path


def test_what_can_be_written_is(binary, place):
    assert ended(binary, place, place, 3).returncode == 0
    assert (place / "full").read_bytes() == bytes(24)


@pytest.mark.parametrize("count", [3, 100_000])
def test_a_failed_write_is_refused_by_name(binary, place, count):
    failed = ended(binary, place, "/dev", count)
    assert failed.returncode == WRITING_FAILED
    assert failed.stderr == "/dev/full: No space left on device\n"


def test_a_folder_that_is_not_there_is_refused_by_name(binary, place):
    failed = ended(binary, place, place / "nowhere", 3)
    assert failed.returncode == WRITING_FAILED
    assert failed.stderr == f"{place}/nowhere/full: No such file or directory\n"


@pytest.mark.parametrize("size", [None, 0, 23])
def test_a_short_static_array_is_refused_by_name(binary, place, size):
    (place / "values").unlink()
    if size is not None:
        (place / "values").write_bytes(bytes(size))
    failed = ended(binary, place, place, 3)
    assert failed.returncode == READING_FAILED
    assert failed.stderr.startswith("values: ")
    assert not (place / "full").exists()


def test_it_ends_when_the_driver_is_another_already(binary, place):
    assert ended(binary, place, place, 3, RESETSIM_DRIVER="1").returncode == 1
    assert not (place / "full").exists()


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        ("void _write_arrays()", "void _save_arrays()"),
        ("void _load_arrays()\n{", "void _load_arrays() {"),
        ("ofstream outfile_values;", "Writer outfile_values;"),
        ("ofstream outfile_last_run_info;", 'FILE *file = fopen("x", "w");'),
        ("fvalues.read(", "read_all("),
    ],
)
def test_other_code_is_refused(found, instead):
    assert found in OBJECTS
    if "Writer" in instead:
        instead = "\n".join(["ofstream more;"] * 2)
    with pytest.raises(RuntimeError, match="differently"):
        with_checked_arrays(OBJECTS.replace(found, instead))
