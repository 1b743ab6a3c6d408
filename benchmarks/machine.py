"""What the benchmarks ran on."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def describe() -> str:
    """Return date, processor, compiler, versions and, on the last line, the load."""
    compiler = subprocess.run(["g++", "--version"], capture_output=True, text=True, check=False)
    return "\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            f"{_processor()}, {os.cpu_count()} cores",
            f"{compiler.stdout.splitlines()[0] if compiler.stdout else 'no g++'}",
            f"Python {platform.python_version()}, Brian2 {version('brian2')}, "
            f"NumPy {version('numpy')}, SciPy {version('scipy')}",
            "load average {:.1f} (1 min), {:.1f} (5 min)".format(*os.getloadavg()),
        ]
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
