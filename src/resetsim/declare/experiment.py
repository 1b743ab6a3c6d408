"""An experiment: a question as a file, and the arms that answer it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from math import prod
from pathlib import Path
from types import MappingProxyType
from typing import Any

from resetsim.declare.arms import Arm, made_arms
from resetsim.declare.cohort import split
from resetsim.declare.drawable import DISINHIBITION, MEMORY_PLASTICITY, PLASTICITY
from resetsim.declare.files import find_file, parse_toml, read_text
from resetsim.declare.grammar import Place, dotted, keys_ending_in, keys_of
from resetsim.declare.plain import plain_problems
from resetsim.declare.plan import Plan
from resetsim.declare.population import with_population
from resetsim.declare.shapes import shape_problems, vary_problems
from resetsim.declare.timeline import treated_before_injury
from resetsim.declare.validation import Spec, refuse_values, report, validated
from resetsim.declare.variations import (
    Setting,
    Variations,
    Vary,
    find_places,
    read_setting,
    rows_of,
)
from resetsim.errors import InputError, nearest

MOST_ARMS = 1000
"""Arms are counted before they are made: a slip of the pen soon asks for a year of simulations."""


class Experiment(Spec):
    """An experiment file, read and checked.

    Parameters
    ----------
    name
        The file's name without ``.toml``.
    path
        The file.
    text
        The file's text, as it was on disk.
    content
        The file's tables without what varies, and with what the command line changed.
    vary, together
        Values for each key that varies in all combinations, and for those that vary in step.
    arms
        One for each combination of values, in file order.
    """

    name: str
    path: Path
    text: str
    content: Mapping[str, Any]
    vary: Vary
    together: Vary
    arms: tuple[Arm, ...]

    @property
    def question(self) -> str:
        """What the experiment asks."""
        return self.arms[0].plan.question

    @property
    def has_cohort(self) -> bool:
        """Whether it is about many patients."""
        return self.arms[0].plan.cohort is not None


def read_experiment(
    name_or_path: str | Path,
    variations: Mapping[str, Sequence[Setting]] = MappingProxyType({}),
    most_arms: int = MOST_ARMS,
) -> Experiment:
    """Read an experiment file and check every arm.

    Parameters
    ----------
    name_or_path
        The name of a shipped experiment, or a path.
    variations
        Values for keys that are to vary besides, or instead of those in the file's ``[vary]``; a
        text that is a number, as it comes from a command line, counts as that number.
    most_arms
        How many arms there may be.

    Returns
    -------
    Experiment
        With its arms.

    Raises
    ------
    InputError
        If the file cannot be found or read, a key does not exist, there are too many arms, or one
        of them breaks the grammar.
    """
    path = find_file(name_or_path, "experiment")
    text = read_text(path)
    content = parse_toml(text, path)
    _refuse_unknown_tables(path, content)
    _refuse_wrong_brackets(path, content)
    given = {name: content.pop(name) for name in Variations.model_fields if name in content}
    varies = _varied(path, content, validated(Variations, given, str(path)), variations)
    return _experiment(path, text, content, varies, most_arms)


def with_variations(
    experiment: Experiment,
    variations: Mapping[str, Sequence[Setting]],
    most_arms: int = MOST_ARMS,
) -> Experiment:
    """Return an experiment that varies more keys, or the same keys over other values.

    Parameters
    ----------
    experiment
        The experiment.
    variations, most_arms
        As :func:`read_experiment` takes them.

    Returns
    -------
    Experiment
        With new arms; text and path stay.

    Raises
    ------
    InputError
        If a key does not exist, there are too many arms, or one of them is refused.
    """
    path, content = experiment.path, experiment.content
    varies = _varied(path, content, _varies(experiment), variations)
    return _experiment(path, experiment.text, content, varies, most_arms)


def with_seed(experiment: Experiment, seed: int) -> Experiment:
    """Return an experiment with another seed.

    Parameters
    ----------
    experiment
        The experiment.
    seed
        Zero or more.

    Returns
    -------
    Experiment
        With new arms; text and path stay.

    Raises
    ------
    InputError
        If the seed is negative, or the experiment varies the seed.
    """
    if "seed" in (*experiment.vary, *experiment.together):
        raise InputError(f"{experiment.path}: varies the seed, so no single seed can be given")
    content = {**experiment.content, "seed": seed}
    arms = len(experiment.arms)
    return _experiment(experiment.path, experiment.text, content, _varies(experiment), arms)


def with_content(
    experiment: Experiment, content: Mapping[str, Any], without: Collection[str] = ()
) -> Experiment:
    """Return an experiment with other tables, and the same that varies.

    Parameters
    ----------
    experiment
        The experiment.
    content
        The tables of the file, without what varies.
    without
        Dotted keys of tables that arms do without, though something varies in them.

    Returns
    -------
    Experiment
        With new arms; text and path stay.

    Raises
    ------
    InputError
        If an arm is refused.
    """
    varies, most_arms = _varies(experiment), len(experiment.arms)
    return _experiment(
        experiment.path, experiment.text, content, varies, most_arms, frozenset(without)
    )


def with_size(experiment: Experiment, size: int) -> Experiment:
    """Return an experiment on a cohort of another size.

    Parameters
    ----------
    experiment
        The experiment.
    size
        How many patients.

    Returns
    -------
    Experiment
        With new arms; text and path stay.

    Raises
    ------
    InputError
        If it has no cohort, or the size is not possible.
    """
    if not experiment.has_cohort:
        raise InputError(f"--patients: {experiment.path} has no [cohort]")
    cohort = {**experiment.content.get("cohort", {}), "size": size}
    return with_content(experiment, {**experiment.content, "cohort": cohort})


def remarks(experiment: Experiment) -> list[str]:
    """Return what is allowed but hardly meant, one line each.

    Parameters
    ----------
    experiment
        The experiment.
    """
    treated = [
        arm.plan for arm in experiment.arms if any(each.duration for each in arm.plan.treatments)
    ]
    found = [treated_before_injury(plan) for plan in treated]
    said = [found[0]] if found and all(found) else []
    return [f"{experiment.path}: {each}" for each in (*said, *_inert(experiment)) if each]


def _inert(experiment: Experiment) -> Iterator[str]:
    """Yield what the file says of a mechanism that acts in no arm."""
    keys = (*experiment.vary, *experiment.together)
    says = "disinhibition" in experiment.content.get("patient", {})
    says |= any(key.startswith(f"{DISINHIBITION}.") for key in keys)
    if says and not any(arm.plan.mechanisms.disinhibition for arm in experiment.arms):
        yield f"{DISINHIBITION} changes nothing: no arm has mechanisms.disinhibition = true"


def check_assays(experiment: Experiment, allowed: Iterable[str]) -> None:
    """Refuse an experiment that names an assay which does not exist.

    Parameters
    ----------
    experiment
        The experiment.
    allowed
        The names of all assays.

    Raises
    ------
    InputError
        If ``follow_up.assays`` or a table ``[assay.NAME]`` names another.
    """
    names = set(allowed)
    for arm in experiment.arms:
        follow_up = (("follow_up.assays", name) for name in arm.plan.follow_up.assays)
        tables = (("assay", name) for name in arm.plan.assay)
        for key, name in (*follow_up, *tables):
            if name not in names:
                problem = f"{key}: found '{name}'; {nearest(name, names)}"
                raise InputError(f"{experiment.path}: {problem}")


def _refuse_unknown_tables(path: Path, content: Iterable[str]) -> None:
    allowed = (*(keys_of(Plan) or ()), *Variations.model_fields)
    problems = [
        f"{dotted((key,))}: unknown key; {_meant(key, allowed)}"
        for key in content
        if key not in allowed
    ]
    if problems:
        raise InputError(report(str(path), problems))


def _meant(key: str, allowed: Sequence[str]) -> str:
    full = [f"[{each}]" for each in keys_ending_in(Plan, key)]
    return f"did you mean {' or '.join(full)}?" if full else nearest(key, allowed)


def _refuse_wrong_brackets(path: Path, content: Mapping[str, Any]) -> None:
    problems = [*vary_problems(content), *shape_problems(Plan, content)]
    if problems:
        raise InputError(report(str(path), problems))


def _varies(experiment: Experiment) -> Variations:
    return Variations(vary=experiment.vary, vary_together=experiment.together)


def _varied(
    path: Path,
    content: Mapping[str, Any],
    varies: Variations,
    variations: Mapping[str, Sequence[Setting]],
) -> Variations:
    added = {key: [read_setting(value) for value in values] for key, values in variations.items()}
    if problems := list(plain_problems(added)):
        raise InputError(report(str(path), problems))
    checked = validated(Variations, {"vary": added}, str(path)).vary
    replaced = find_places(str(path), content, checked).values()
    together = find_places(str(path), content, varies.vary_together)
    for key, place in together.items():
        if place in replaced:
            raise InputError(f"{path}: '{key}' varies in [vary_together]: change it there")
    places = find_places(str(path), content, varies.vary)
    _refuse_impossible(path, content, {*replaced, *together.values(), *places.values()})
    kept = {key: varies.vary[key] for key, place in places.items() if place not in replaced}
    return Variations(vary={**kept, **checked}, vary_together=varies.vary_together)


def _refuse_impossible(path: Path, content: Mapping[str, Any], varied: Set[Place]) -> None:
    """Refuse impossible values of keys that vary: no arm has them, so that none refuses them."""
    if not varied:
        return
    try:
        plain, _ = split(with_population(content, path))
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None
    refuse_values(Plan, plain, varied, str(path), path.parent)
    for table in (PLASTICITY, MEMORY_PLASTICITY):
        if own := {(place[1],) for place in varied if place[0] == table}:
            _refuse_constants(plain.get(table, {}), own, f"{path}: {table}")


def _refuse_constants(values: Mapping[str, Any], varied: Set[Place], where: str) -> None:
    from resetsim.declare.plasticity import Plasticity  # most files vary none

    constants = {
        key: {"value": value, "source": where, "status": "estimated"}
        for key, value in values.items()
    }
    refuse_values(Plasticity, constants, varied, where)


def _experiment(
    path: Path,
    text: str,
    content: Mapping[str, Any],
    varies: Variations,
    most_arms: int,
    without: frozenset[str] = frozenset(),
) -> Experiment:
    counts = [*map(len, varies.vary.values()), len(rows_of(varies.vary_together))]
    if (count := prod(counts)) > most_arms:
        raise InputError(
            f"{path}: vary: found {count} combinations of values; at most {most_arms} arms are "
            "made: vary less, or say --most-arms"
        )
    return Experiment(
        name=path.stem,
        path=path,
        text=text,
        content=content,
        vary=varies.vary,
        together=varies.vary_together,
        arms=made_arms(path, content, varies, without),
    )
