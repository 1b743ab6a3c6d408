"""What is read and written.

``ROOT`` is not taken from ``analysis/figure.py``: Python finds modules beside the script that it
runs, not in the folder above.
"""

from pathlib import Path

ROOT = Path(__file__).parents[2]
RANGES = ROOT / "experiments" / "evidence" / "ranges.csv"
SAMPLES = ROOT / "results" / "robustness" / "robustness.csv"
CHECKS = SAMPLES.with_name("checks.csv")
EXPLANATION = ROOT / "docs" / "explanation"
PAGES = {
    Path(__file__).with_name("template.md"): EXPLANATION / "robustness.md",
    Path(__file__).with_name("template_draws.md"): EXPLANATION / "robustness_draws.md",
}
"""Templates, and the pages that they become."""
FIGURE = ROOT / "docs" / "figures" / "robustness.png"
