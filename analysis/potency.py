"""The IC50 of ketamine that N07 asks for: what small doses take away, over IC50. Prints a table.

The drug's own file is copied with other IC50s; the target's experiment is run with each. N07 alone
is fitted; what else follows is judged by ``resetsim validate``.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.table import Table

from resetsim.declare.experiment import read_experiment, with_variations
from resetsim.declare.files import find_file, read_text
from resetsim.evidence.dose_observables import n07
from resetsim.spiking.engine import best_engine
from resetsim.study.experiment import prepare, run_arms
from resetsim.views.progress import ProgressBar

IC50S_UM = (0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 2.6, 3.5, 5.2)
WANTED = 33.0  # percentage points more than with saline: Kvarnstrom 2003 (N07)
SETTING = re.compile(r'(\[receptor_block\.ic50\]\nvalue = )"[^"]+"')


def main() -> None:
    """Run the target's experiment at every IC50 and interpolate."""
    text = read_text(find_file("ketamine", "drug"))
    experiment = read_experiment("low_dose_pain")
    with TemporaryDirectory() as folder:
        files = [_copied(text, ic50, Path(folder)) for ic50 in IC50S_UM]
        varied = with_variations(experiment, {"treatment.drug": [str(file) for file in files]})
        with ProgressBar(Console(stderr=True)) as progress:
            arms = run_arms(prepare(varied), best_engine(jobs=2), progress)
    table = Table("IC50 (uM)", "pain taken away (%)", "what it was")
    found = [n07([arm]) for arm in arms]
    for ic50, each in zip(IC50S_UM, found, strict=True):
        table.add_row(f"{ic50:g}", f"{each.value:.1f}", each.reason)
    console = Console()
    console.print(table)
    taken = [each.value or 0.0 for each in found]
    fitted = np.interp(WANTED, taken[::-1], np.log(IC50S_UM[::-1]))
    console.print(f"{WANTED:g} % are taken away at an IC50 of {np.exp(fitted):.2f} uM")


def _copied(text: str, ic50_um: float, folder: Path) -> Path:
    file = folder / f"ketamine_{ic50_um:g}.toml"
    file.write_text(SETTING.sub(rf'\1"{ic50_um:g} uM"', text), encoding="utf-8")
    return file


if __name__ == "__main__":
    main()
