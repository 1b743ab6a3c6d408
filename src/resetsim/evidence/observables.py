"""What each target is compared with: one function for each, from the arms to a value.

To add a target: a row in ``experiments/evidence/targets.csv``, an experiment, and a function here,
or in ``cohort_observables.py`` where groups of patients are compared.
A target that waits for what the model does not have yet needs neither of the last two.
What varies and when assays are made stands in the experiment's file alone: a function takes arms
and moments in the order of the file.
"""

from collections.abc import Callable, Mapping

from resetsim.evidence import dose_observables as dose
from resetsim.evidence import input_observables as on_input
from resetsim.evidence import memory_observables as memory
from resetsim.evidence import pain_observables as pain
from resetsim.evidence.observation import Observation
from resetsim.evidence.reading import Arms

OBSERVABLES: Mapping[str, Callable[[Arms], Observation]] = {
    "V01": pain.v01,
    "V06": pain.v06,
    "V07": pain.v07,
    "V07b": pain.v07b,
    "V12": pain.v12,
    "V14": pain.v14,
    "V16": pain.v16,
    "V17": pain.v17,
    "V18": pain.v18,
    "V19": pain.v19,
    "V21": pain.v21,
    "V22": memory.v22,
    "V23": memory.v23,
    "V24": memory.v24,
    "V25": memory.v25,
    "V26": memory.v26,
    "V27": memory.v27,
    "V28": memory.v28,
    "V29": pain.v29,
    "N07": dose.n07,
    "N08": dose.n08,
    "N09": dose.n09,
    "N10": dose.n10,
    "N16": on_input.n16,
    "N17": on_input.n17,
    "N21": on_input.n21,
    "N29": on_input.n29,
}
