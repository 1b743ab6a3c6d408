"""What is changed in Brian2's C++ code so that no array is lost unnoticed.

Brian2 does not look whether its arrays were written or read.
"""

WRITING_FAILED = 74  # exit status, EX_IOERR
READING_FAILED = 66  # EX_NOINPUT

# A declaration within a function.
END_WITH_DRIVER = "void _end_with_driver(); _end_with_driver();"

# A stream that ends the program when something goes wrong. Linux kills the binary with the process
# that started it.
_CHECKED = f"""
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
void _end_with_driver()
{{
#ifdef __linux__
    const char* driver = std::getenv("RESETSIM_DRIVER");
    if (!driver) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != std::atol(driver)) std::_Exit(1);
#endif
}}
template<class Stream, int status> struct _Checked : Stream
{{
    std::string _name;
    void open(const std::string& name, std::ios::openmode mode)
    {{
        _name = name;
        Stream::open(name, mode);
        _check();
    }}
    void close()
    {{
        Stream::close();
        _check();
    }}
    ~_Checked()
    {{
        if (Stream::is_open()) Stream::close();
        _check();
    }}
    void _check()
    {{
        if (!Stream::fail()) return;
        std::cerr << _name << ": " << std::strerror(errno) << std::endl;
        std::_Exit(status);
    }}
}};
#define ifstream _Checked<std::ifstream, {READING_FAILED}>
#define ofstream _Checked<std::ofstream, {WRITING_FAILED}>
"""
_UNCHECKED = "#undef ifstream\n#undef ofstream\n"
_READ, _WRITE, _AFTER = (f"\nvoid {name}_arrays()\n{{" for name in ("_load", "_write", "_dealloc"))


def with_checked_arrays(objects: str) -> str:
    """Return the code that reads and writes arrays, ending the program with 66 or 74 if it cannot.

    Parameters
    ----------
    objects
        Brian2's ``objects.cpp``.

    Returns
    -------
    str
        The same with streams that are checked.

    Raises
    ------
    RuntimeError
        If the code is not as expected.
    """
    places = [objects.find(each) for each in (_READ, _WRITE, _AFTER)]
    read, write, after = places
    reading, writing = objects[read:write], objects[write:after]
    known = (
        0 <= read < write < after
        and all(objects.count(each) == 1 for each in (_READ, _WRITE, _AFTER))
        and 0 < reading.count("ifstream ") == reading.count(".read(")
        and 0 < writing.count("ofstream ") <= writing.count(".close(")
        and "fopen" not in reading + writing
    )
    if not known:
        raise RuntimeError("this version of Brian2 reads and writes its arrays differently")
    return f"{objects[:read]}{_CHECKED}{reading}{writing}\n{_UNCHECKED}{objects[after:]}"
