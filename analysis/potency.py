"""The IC50 of ketamine that N07 asks for, and what it explains beside that of receptors.

Prints two tables: what small doses take away, over IC50; and what targets on ketamine say to the
shipped curve and to that of recombinant receptors (docs/explanation/potency.md). The drugs' own
files are copied with other IC50s. N07 alone is fitted.
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
from resetsim.evidence.observables import OBSERVABLES
from resetsim.evidence.targets import read_targets
from resetsim.records.result import ArmResult
from resetsim.spiking.engine import best_engine
from resetsim.study.experiment import prepare, run_arms
from resetsim.views.progress import ProgressBar

IC50S_UM = (0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 2.6, 3.5, 5.2)
WANTED = 33.0  # percentage points more than with saline: Kvarnstrom 2003 (N07)
RECOMBINANT_UM = {"ketamine": 5.2, "s_ketamine": 2.6}
"""P044; of S-ketamine half of it, as in the shipped files."""
JUDGED = ("N07", "N08", "N09", "N10", "V07b", "V19", "V26")
SETTING = re.compile(r'(\[receptor_block\.ic50\]\nvalue = )"[^"]+"')


def main() -> None:
    """Print both tables."""
    console = Console()
    with TemporaryDirectory() as folder:
        console.print(_over_ic50(Path(folder), console))
        console.print(_both_curves(Path(folder)))


def _over_ic50(folder: Path, console: Console) -> Table:
    files = [_copied("ketamine", ic50, folder) for ic50 in IC50S_UM]
    arms = _run("low_dose_pain", {"treatment.drug": [str(file) for file in files]})
    table = Table("IC50 (uM)", "pain taken away (%)", "what it was")
    found = [n07([arm]) for arm in arms]
    for ic50, each in zip(IC50S_UM, found, strict=True):
        table.add_row(f"{ic50:g}", f"{each.value:.1f}", each.reason)
    taken = [each.value or 0.0 for each in found]
    fitted = np.interp(WANTED, taken[::-1], np.log(IC50S_UM[::-1]))
    console.print(f"{WANTED:g} % are taken away at an IC50 of {np.exp(fitted):.2f} uM")
    return table


def _both_curves(folder: Path) -> Table:
    table = Table("target", "shipped curve", "recombinant receptors", "tolerance")
    for target in read_targets():
        if target.id not in JUDGED:
            continue
        drug = read_experiment(target.experiment).content["treatment"][0]["drug"]
        receptors = _copied(drug, RECOMBINANT_UM[drug], folder)
        said = [
            OBSERVABLES[target.id](_run(target.experiment, {"treatment.drug": [name]}))
            for name in (drug, str(receptors))
        ]
        words = [f"{each.value}: {each.reason}" for each in said]
        table.add_row(target.id, *words, f"{target.tolerance_low} to {target.tolerance_high}")
    return table


def _run(name: str, vary: dict[str, list[str]]) -> tuple[ArmResult, ...]:
    varied = with_variations(read_experiment(name), vary)
    with ProgressBar(Console(stderr=True)) as progress:
        return run_arms(prepare(varied), best_engine(jobs=2), progress)


def _copied(drug: str, ic50_um: float, folder: Path) -> Path:
    text = read_text(find_file(drug, "drug"))
    file = folder / f"{drug}_{ic50_um:g}.toml"
    file.write_text(SETTING.sub(rf'\1"{ic50_um:g} uM"', text), encoding="utf-8")
    return file


if __name__ == "__main__":
    main()
