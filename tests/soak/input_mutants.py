"""Many mutants of the shipped files: python tests/soak/input_mutants.py --mutants 8000 --seed 1.

Prints how many were refused, accepted, or run with made-up spikes, and every other ending.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "properties"))

from mutants import outcomes


def main() -> None:
    """Try the mutants; the exit status is 1 if any did not end well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--run-every", type=int, default=50, help="run each of so many, if accepted"
    )
    asked = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        ends, failures = outcomes(asked.mutants, asked.seed, Path(folder), asked.run_every)
    print("\n".join(failures))
    print(dict(ends), f"in {time.monotonic() - start:.0f} s")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
