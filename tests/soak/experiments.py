"""The small experiments that are run again and again, written into a folder."""

import re
from pathlib import Path

from resetsim.declare.files import shipped_root

# Drift is sampled as coarsely as the command allows: this is about files, not science.
_COARSE = {
    "input_rates_hz": "[0, 2.4]",
    "nmda_free": "[0.05, 1]",
    "warm_up_s": "0.1",
    "sample_s": "0.1",
    "samples": "4",
    "samples_at_most": "4",
}

# Drift, courses, thresholds and an assay; ARMS has two arms of it.
ONE = """
question = "Does pain come back after a blockade?"
model = "coarse.toml"
hypothesis = "reset"
seed = 3

[patient.start]
late_phase = 0.8

[patient.injury]
at = "0 day"
peak_rate = "1.4 Hz"
residual_rate = "1.4 Hz"
heals_with = "1 day"

[[treatment]]
at = "1 day"
duration = "1 day"
blockade = 0.95

[follow_up]
until = "20 day"
assays = ["windup"]
at = ["20 day"]

[assay.windup]
frequency = "1 Hz"
stimuli = 2
"""
ARMS = f'{ONE}\n[vary]\n"treatment.duration" = ["6 h", "4 day"]\n'

# One arm and next to no simulated time: for NumPy.
HEALTHY = """
question = "Is a healthy animal healthy?"
model = "coarsest.toml"
hypothesis = "reset"

[follow_up]
until = "1 day"
"""
_COARSEST = _COARSE | {"nmda_free": "[1]", "warm_up_s": "0.1", "sample_s": "0.1"}


def coarse_model(sampling: dict[str, str] = _COARSE) -> str:
    """Return the shipped dorsal horn with little sampling."""
    text = (shipped_root() / "models" / "dorsal_horn.toml").read_text()
    for key, value in sampling.items():
        text, found = re.subn(rf"(?m)^{key} = [^{{\n]*$", f"{key} = {value}", text)
        if found != 1:
            raise RuntimeError(f"the shipped model has no line '{key} ='")
    return re.sub(r"(?m)^\[units\]\n(.+\n)+", "", text)  # one unit


def write_experiments(folder: Path) -> None:
    """Write the experiments ``one.toml``, ``arms.toml``, ``healthy.toml`` and their models."""
    (folder / "coarse.toml").write_text(coarse_model())
    (folder / "coarsest.toml").write_text(coarse_model(_COARSEST))
    (folder / "one.toml").write_text(ONE)
    (folder / "arms.toml").write_text(ARMS)
    (folder / "healthy.toml").write_text(HEALTHY)
