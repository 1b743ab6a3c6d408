"""Threshold durations of an experiment: for which of its arms one is searched, and what it is."""

from collections.abc import Iterator, Sequence

from resetsim.progress import Progress
from resetsim.records.result import ThresholdDuration
from resetsim.records.setting import Setting
from resetsim.slow.measure import measure_table
from resetsim.slow.table import DriftTable
from resetsim.spiking.engine import Engine
from resetsim.store.answers import kept
from resetsim.store.digest import digest
from resetsim.study.arm import PreparedArm
from resetsim.study.determined import determined
from resetsim.study.thresholds import threshold_duration, threshold_ranges

_DURATION = "treatment.duration"


def thresholds_of(
    prepared: Sequence[PreparedArm],
    settings: Sequence[dict[str, Setting]],
    engine: Engine,
    progress: Progress,
) -> Iterator[ThresholdDuration]:
    """Yield the threshold duration of each group of arms that differ in duration alone.

    Parameters
    ----------
    prepared
        All arms.
    settings
        What is varied, in the order of the arms.
    engine
        What runs the simulations.
    progress
        Told how many simulations there are and have finished.

    Yields
    ------
    ThresholdDuration
        In the order of the first arm of each group.
    """
    seen = set()
    for each, varied in zip(prepared, settings, strict=True):
        if _DURATION not in each.arm.settings or not each.patient.dosings:
            continue
        if each.patient.dosings[-1].kinase_block is not None:
            continue
        if any(treatment.steps > 1 for treatment in each.arm.plan.treatments):
            continue
        if each.patient.conditionings or not each.patient.hurts:
            continue
        others = {name: value for name, value in varied.items() if name != _DURATION}
        key = tuple(others.items())
        if key in seen:
            continue
        seen.add(key)
        table = measure_table(
            each.dorsal_horn.sampler, threshold_ranges(each.patient), engine, progress
        )
        yield _threshold(each, others, table, engine)


def _threshold(
    arm: PreparedArm, others: dict[str, Setting], table: DriftTable, engine: Engine
) -> ThresholdDuration:
    system = arm.dorsal_horn

    def found() -> ThresholdDuration:
        slow, *drawn = (
            system.with_table(possible, arm.heterosynaptic, arm.patient.chloride)
            for possible in (table, *system.sampler.drawn_from(table))
        )
        return threshold_duration(slow, arm.patient, others, drawn)

    if not engine.keep:
        return found()
    asked = digest(others) + determined(engine, arm.plan, table)
    return kept(b"threshold" + asked, found)
