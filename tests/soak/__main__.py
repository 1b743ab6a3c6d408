"""The soak: ``python -m tests.soak``. It ends with 0 only if nothing was wrong, lost or stuck."""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from resetsim.cache import cache_folder

from . import cohorts, damage, disks, foreign, kills, moments, names, platforms
from .counts import Counts, table
from .leftovers import PRIVATE
from .soak import Soak

SECTIONS: dict[str, Callable[[Soak, Counts], None]] = {
    "kills": kills.kills,
    "builds": kills.builds,
    "signals": kills.signals,
    "binaries": kills.binaries,
    "workers": kills.workers,
    "cohorts": cohorts.cohorts,
    "moments": moments.moments,
    "store": damage.store_damage,
    "results": damage.result_damage,
    "disks": disks.disks,
    "foreign": foreign.foreign,
    "names": names.names,
    "platforms": platforms.platforms,
}


def main() -> int:
    """Run the sections that are asked for and print what they count."""
    asked = _asked()
    if not _private():
        print("The machine allows no mounts: /dev/shm is not watched, full disks are not tried.")
    print(f"seed {asked.seed}", flush=True)
    base = Path(tempfile.mkdtemp(prefix="soak-", dir=asked.folder)).resolve()
    ends_at = time.monotonic() + 60 * asked.minutes
    soak = Soak(base, cache_folder("builds"), asked.kills, asked.mutations, asked.seed, asked.short)
    found = []
    names = [name for name in SECTIONS if name in (asked.only or SECTIONS)]
    try:
        for number, name in enumerate(names):
            started = time.monotonic()
            soak.ends_at = started + (ends_at - started) / (len(names) - number)
            counts = Counts(name)
            SECTIONS[name](soak, counts)
            print(f"{name}: {counts.tried} tried in {time.monotonic() - started:.0f} s", flush=True)
            found.append(counts)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print(table(found))
    for counts in found:
        for reason in counts.skipped:
            print(f"not tried: {counts.section}: {reason}")
    return 0 if all(counts.good for counts in found) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--mutations", type=int, default=10_000, help="of each kind of file")
    parser.add_argument("--minutes", type=float, default=60, help="shared among the sections")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", choices=SECTIONS, nargs="+", metavar="SECTION")
    parser.add_argument("--folder", type=Path, help="where to write [temporary folder]")
    parser.add_argument("--short", action="store_true", help="leave the expensive cases out")
    return parser.parse_args()


def _private() -> bool:
    """Start again with a view of its own on the file system, where the machine allows it."""
    if os.environ.get(PRIVATE):
        return True
    unshare = shutil.which("unshare")
    options = ["--mount"] if os.geteuid() == 0 else ["--mount", "--map-root-user"]
    mount = 'mount -t tmpfs -o size=50% tmpfs /dev/shm && exec "$@"'
    command = [str(unshare), *options, "sh", "-c", mount, "sh"]
    allowed = (
        unshare
        and not subprocess.run([*command, "true"], capture_output=True, check=False).returncode
    )
    if allowed:
        os.environ[PRIVATE] = "1"
        os.execv(str(unshare), [*command, sys.executable, "-m", "tests.soak", *sys.argv[1:]])
    return False


if __name__ == "__main__":
    sys.exit(main())
