"""The Python interface: run an experiment, open a result, and look at either as tables."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from resetsim.declare.axes import AXES
from resetsim.declare.experiment import read_experiment, with_seed, with_size, with_variations
from resetsim.declare.quantities import units
from resetsim.errors import InputError
from resetsim.records.cohort import CohortResult
from resetsim.records.result import ArmResult, Result
from resetsim.store.cohort_tables import arm_table
from resetsim.store.hdf5 import read_result
from resetsim.store.hdf5_cohort import is_cohort, read_cohort
from resetsim.store.hdf5_head import require_whole
from resetsim.store.tables import assay_rows, summary_rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from resetsim.declare.variations import Setting
    from resetsim.outcomes.cohort import CohortOutcomes

OUTCOMES = ("outcome", "relapse_day", "pain_before", "pain_end_of_treatment")


@dataclass(frozen=True, eq=False)
class ArmCourses:
    """Slow states and pain of one arm over the timeline, each an array with its unit.

    Attributes
    ----------
    time
        Moments on the timeline; shape (T,).
    early, late, efficacy
        Phases of potentiation (0 to 1) and efficacy relative to health, of each slow unit of the
        dorsal horn; shape (T, U).
    acting
        What acts on the dorsal horn: ``input_rate``, ``blockade``, ... to arrays of shape (T,);
        loss of inhibition has shape (T, U).
    heterosynaptic
        Heterosynaptic potentiation of each unit; shape (T, U).
    relief, plasma, output, pain
        What drugs do besides, and what the dorsal horn makes of it, see
        :class:`resetsim.records.result.PainCourse`; shape (T,).
    multiplier
        Input of each unit relative to the patient's; shape (U,).
    memory_time, memory_efficacy
        Of the memory, where there is one: shapes (M,) and (M, assemblies + 1).
    """

    time: Any
    early: Any
    late: Any
    efficacy: Any
    acting: Mapping[str, Any]
    relief: Any
    plasma: Any
    heterosynaptic: Any
    output: Any
    pain: Any
    multiplier: Any
    memory_time: Any = None
    memory_efficacy: Any = None

    def __repr__(self) -> str:
        names = [each.name for each in fields(self) if getattr(self, each.name) is not None]
        return f"<courses over {len(self.time)} moments: {', '.join(names)}>"


class ExperimentResult:
    """What an experiment gave.

    Parameters
    ----------
    record
        Everything, as plain records of arrays and numbers.
    """

    def __init__(self, record: Result) -> None:
        self.record = record

    @property
    def summary(self) -> pd.DataFrame:
        """One row for each arm: the columns of ``summary.csv``."""
        return pd.DataFrame(summary_rows(self.record))

    @property
    def assays(self) -> pd.DataFrame:
        """One row for each reading: the columns of ``assays.csv``."""
        return pd.DataFrame(list(assay_rows(self.record)))

    @property
    def outcomes(self) -> pd.DataFrame:
        """What became of each arm, indexed by the arm: outcome, relapse and pain."""
        summary = self.summary.set_index("arm")
        days = [name for name in summary if name.startswith("pain_day_")]
        return summary[[*OUTCOMES, *days]]

    @property
    def courses(self) -> Mapping[str, ArmCourses]:
        """By arm: slow states and pain over the timeline, with units."""
        return {arm.name: _courses(arm) for arm in self.record.arms}

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the figures that :meth:`figure` can draw for this result."""
        from resetsim.views.figures import VIEWS

        return tuple(view.name for view in VIEWS if view.figure(self.record) is not None)

    def figure(self, name: str) -> "Figure":
        """Return a figure.

        Parameters
        ----------
        name
            One of :attr:`figures`, such as ``courses``.

        Returns
        -------
        matplotlib.figure.Figure
            Drawn, not shown.

        Raises
        ------
        InputError
            If there is no such figure, or this result has nothing to draw in it.
        """
        from resetsim.views.drawing import figure_of
        from resetsim.views.figures import VIEWS

        return figure_of(self.record, name, VIEWS)

    def __repr__(self) -> str:
        counts = self.summary["outcome"].value_counts()
        became = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        record = self.record
        return f"<{record.name}, hypothesis {record.hypothesis}: {len(record.arms)} arms, {became}>"


class CohortExperimentResult:
    """What an experiment on a cohort gave.

    Parameters
    ----------
    record
        Everything, as arrays over patients.
    """

    def __init__(self, record: CohortResult) -> None:
        self.record = record

    @property
    def summary(self) -> pd.DataFrame:
        """One row for each patient of each arm: the columns of ``summary.csv``."""
        return pd.concat([arm_table(self.record, arm) for arm in self.record.arms])

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row for each arm: the columns of ``outcomes.csv``."""
        from resetsim.outcomes.cohort_rows import outcome_rows

        return pd.DataFrame(outcome_rows(self._outcomes))

    @property
    def crossover(self) -> pd.DataFrame:
        """One row for each effect of each crossover trial: the columns of ``crossover.csv``."""
        from resetsim.outcomes.crossover import crossover_rows

        return pd.DataFrame(crossover_rows(self._outcomes.crossovers))

    @property
    def assays(self) -> pd.DataFrame:
        """Readings of the patients that were assayed: the columns of ``assays.csv``."""
        return pd.DataFrame(dict(self.record.assays))

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the figures that :meth:`figure` can draw for this result."""
        from resetsim.views.cohort.figures import COHORT_VIEWS

        return tuple(view.name for view in COHORT_VIEWS if view.figure(self._outcomes) is not None)

    def figure(self, name: str) -> "Figure":
        """Return a figure.

        Parameters
        ----------
        name
            One of :attr:`figures`, such as ``pain_by_week``.

        Returns
        -------
        matplotlib.figure.Figure
            Drawn, not shown.

        Raises
        ------
        InputError
            If there is no such figure, or this result has nothing to draw in it.
        """
        from resetsim.views.cohort.figures import COHORT_VIEWS
        from resetsim.views.drawing import figure_of

        return figure_of(self._outcomes, name, COHORT_VIEWS)

    @cached_property
    def _outcomes(self) -> "CohortOutcomes":
        from resetsim.outcomes.cohort import cohort_outcomes

        return cohort_outcomes(self.record)

    @property
    def patients(self) -> pd.DataFrame:
        """What was drawn for each patient, indexed by number."""
        index = pd.Index(self.record.number, name="patient")
        return pd.DataFrame(dict(self.record.drawn), index=index)

    def __repr__(self) -> str:
        record = self.record
        return (
            f"<{record.name}, hypothesis {record.hypothesis}: {len(record.number)} patients in "
            f"{len(record.arms)} arms>"
        )


def run(
    experiment: str | Path,
    *,
    vary: "Mapping[str, Sequence[Setting]] | None" = None,
    seed: int | None = None,
    jobs: int | None = None,
    patients: int | None = None,
) -> ExperimentResult | CohortExperimentResult:
    """Run an experiment.

    Parameters
    ----------
    experiment
        Name of a shipped experiment, or path of a file.
    vary
        Values for each dotted key, in place of those of the file: ``{"treatment.duration": ["1
        day", "5 day"]}``.
    seed
        Instead of the seed in the file.
    jobs
        Simulations at a time; all cores without it.
    patients
        Size of the cohort, instead of that in the file.

    Returns
    -------
    ExperimentResult or CohortExperimentResult
        What it gave. Nothing is written but finished simulations, in the cache.

    Raises
    ------
    InputError
        If the file, a key, a value or the seed cannot be used.
    """
    from resetsim.progress import Silent
    from resetsim.spiking.engine import best_engine
    from resetsim.study.experiment import prepare, run_experiment

    if jobs is not None and jobs < 1:
        raise InputError(f"jobs: found {jobs}; it must be at least 1")
    asked = read_experiment(experiment)
    if vary:
        asked = with_variations(asked, vary)
    if seed is not None:
        asked = with_seed(asked, seed)
    if patients is not None:
        asked = with_size(asked, patients)
    jobs = jobs or os.cpu_count() or 1
    engine = best_engine(jobs)
    if asked.has_cohort:
        from resetsim.study.cohort import run_cohort
        from resetsim.study.cohort_prepared import prepare_cohort
        from resetsim.study.workers import workers

        with workers(jobs) as crew:
            return CohortExperimentResult(
                run_cohort(asked, prepare_cohort(asked), engine, crew, Silent())
            )
    return ExperimentResult(run_experiment(asked, prepare(asked), engine, Silent()))


def open_result(path: str | Path) -> ExperimentResult | CohortExperimentResult:
    """Open a result that was written.

    Parameters
    ----------
    path
        The folder of a result, or its ``result.h5``.

    Returns
    -------
    ExperimentResult or CohortExperimentResult
        As it was written.

    Raises
    ------
    InputError
        If there is none, or it is damaged or of another program.
    """
    file = Path(path) / "result.h5" if Path(path).is_dir() else Path(path)
    require_whole(file)
    if is_cohort(file):
        return CohortExperimentResult(read_cohort(file))
    return ExperimentResult(read_result(file))


def _courses(arm: ArmResult) -> ArmCourses:
    pain, course, memory = arm.pain, arm.pain_system, arm.memory
    quantity = units.Quantity
    return ArmCourses(
        time=quantity(course.time_d, "day"),
        early=quantity(course.early, ""),
        late=quantity(course.late, ""),
        efficacy=quantity(course.efficacy, ""),
        acting={
            axis.course: quantity(pain.acting[axis.course], axis.unit) for axis in AXES.values()
        },
        relief=quantity(pain.relief, ""),
        plasma=quantity(pain.plasma_um, "uM"),
        heterosynaptic=quantity(pain.heterosynaptic, ""),
        output=quantity(pain.output_hz, "Hz"),
        pain=quantity(pain.pain, ""),
        multiplier=quantity(arm.multiplier, ""),
        memory_time=None if memory is None else quantity(memory.time_d, "day"),
        memory_efficacy=None if memory is None else quantity(memory.efficacy, ""),
    )
