"""What the explorer shows of simulations: what was learned, recall, wind-up and LTP."""

from typing import Any

import numpy as np
import pandas as pd

from resetsim import api
from resetsim.declare.axes import Point
from resetsim.patients.periphery import days
from resetsim.progress import Progress
from resetsim.protocols.assay import Condition
from resetsim.protocols.learning import Session, learned_early, learning_task
from resetsim.protocols.recall import RECALL
from resetsim.protocols.registry import protocol_of
from resetsim.spiking.engine import Engine
from resetsim.streams import seed_for
from resetsim.study.arm import PreparedArm
from resetsim.study.systems import PlasticSystem
from resetsim.tissue.plasticity.dynamics import efficacy_of

RECALL_FREE = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 1.0)
RECALL_LATE = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def memory_of(arm: PreparedArm) -> PlasticSystem:
    """Return the memory of a patient, with replay where there is any."""
    memory = arm.replayed or arm.memory
    assert memory is not None
    return memory


def learned(arm: PreparedArm, engine: Engine, progress: Progress) -> dict[str, Any]:
    """Return when patterns are learned, and the early phase that learning leaves of each."""
    learning, memory = arm.patient.learnings[0], memory_of(arm)
    taught = range(learning.patterns)
    assert memory.model.assemblies is not None
    naive = (0.0,) * (memory.model.assemblies.count + 1)
    task = learning_task(
        memory.circuit, Session(taught, naive, naive), seed_for("learning", arm.plan.seed, 0)
    )
    early = learned_early(memory.model, engine.run([task], progress)[0])
    return {"at_d": days(learning.at), "early": early[: len(taught)].tolist()}


def recall(arm: PreparedArm, engine: Engine, progress: Progress) -> dict[str, Any]:
    """Return recall, simulated, of what was learned: by NMDA conductance left and by efficacy."""
    memory, taught = memory_of(arm), arm.patient.learnings[0].patterns
    assert memory.model.assemblies is not None
    units = memory.model.assemblies.count + 1
    of_taught = np.where(np.arange(units) < taught, 1.0, 0.0)
    conditions = [
        Condition(np.zeros(units), late * of_taught, Point(nmda_free=free))
        for free in RECALL_FREE
        for late in RECALL_LATE
    ]
    protocol = protocol_of("recall", memory.model, {})
    groups = [RECALL.tasks(memory.circuit, each, protocol, arm.plan.seed) for each in conditions]
    recordings = iter(engine.run([task for group in groups for task in group], progress))
    values = []
    for condition, group in zip(conditions, groups, strict=True):
        recorded = [next(recordings) for _ in group]
        readings = RECALL.read(memory.model, condition, protocol, recorded)
        values.append(float(np.mean([each.value for each in readings[:taught]])))
    efficacy = efficacy_of(memory.sampler.constants)
    return {
        "free": list(RECALL_FREE),
        "efficacy": [float(efficacy(0.0, late)) for late in RECALL_LATE],
        "recall": np.reshape(values, (len(RECALL_FREE), len(RECALL_LATE))).round(4).tolist(),
    }


def _assays(experiment: str) -> pd.DataFrame:
    result = api.run(experiment)
    assert isinstance(result, api.ExperimentResult)
    return result.assays


def _by_x(rows: pd.DataFrame, column: str) -> list[float]:
    return list(rows.sort_values("x")[column])


def windup() -> list[dict[str, Any]]:
    """Return spikes of WDR neurons after each of 16 stimuli, simulated spike by spike."""
    assays = _assays("windup")
    wanted = assays[(assays.population == "wdr") & (assays.quantity == "c_spikes")]
    return [
        {
            "frequency_hz": frequency,
            "blockade": blockade,
            "spikes": _by_x(rows, "value"),
        }
        for (frequency, blockade), rows in wanted.groupby(["frequency_hz", "treatment.blockade"])
    ]


def ltp() -> list[dict[str, Any]]:
    """Return the slope of EPSPs before and after conditioning, simulated spike by spike."""
    assays = _assays("ltp_induction")
    wanted = assays[assays.quantity == "epsp_slope_percent"]
    keys = ["patient.conditioning.protocol", "treatment.blockade"]
    return [
        {
            "protocol": protocol,
            "blockade": blockade,
            "minutes": _by_x(rows, "x"),
            "percent": _by_x(rows, "value"),
        }
        for (protocol, blockade), rows in wanted.groupby(keys)
    ]
