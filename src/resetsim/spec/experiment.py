"""An experiment: a question as a file, and the arms that answer it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from resetsim.errors import InputError, nearest
from resetsim.spec.files import find_file, parse_toml, read_text
from resetsim.spec.grammar import Place, dotted, keys_of
from resetsim.spec.plan import Plan
from resetsim.spec.validation import Spec, report, validated
from resetsim.spec.variations import (
    Setting,
    Settings,
    Variations,
    arm_name,
    every_combination,
    find_place,
    read_setting,
    with_setting,
)


class Arm(Spec):
    """One branch of an experiment.

    Parameters
    ----------
    name
        Readable, and no other arm's.
    settings
        The varied keys and this arm's values, as written.
    plan
        Everything done in the arm.
    """

    name: str
    settings: Settings
    plan: Plan


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
        The file's tables without ``[vary]``, and with what the command line changed.
    vary
        Values for each varied key.
    arms
        One for each combination of values, in file order.
    """

    name: str
    path: Path
    text: str
    content: Mapping[str, Any]
    vary: Mapping[str, tuple[Setting, ...]]
    arms: tuple[Arm, ...]

    @property
    def question(self) -> str:
        """What the experiment asks."""
        return self.arms[0].plan.question


def read_experiment(name_or_path: str | Path) -> Experiment:
    """Read an experiment file and check every arm.

    Parameters
    ----------
    name_or_path
        The name of a shipped experiment, or a path.

    Returns
    -------
    Experiment
        With its arms.

    Raises
    ------
    InputError
        If the file cannot be found or read, or breaks the grammar in any arm.
    """
    path = find_file(name_or_path, "experiment")
    text = read_text(path)
    content = parse_toml(text, path)
    _refuse_unknown_tables(path, content)
    vary = {"vary": content.pop("vary")} if "vary" in content else {}
    return _experiment(path, text, content, validated(Variations, vary, str(path)).vary)


def with_variations(
    experiment: Experiment, variations: Mapping[str, Sequence[Setting]]
) -> Experiment:
    """Return an experiment that varies more keys, or the same keys over other values.

    Parameters
    ----------
    experiment
        The experiment.
    variations
        Values for each key, as in the file's ``[vary]``; a text that is a number, as it comes
        from a command line, counts as that number.

    Returns
    -------
    Experiment
        With new arms; text and path stay.

    Raises
    ------
    InputError
        If a key does not exist or an arm is refused.
    """
    where = str(experiment.path)
    added = {key: [read_setting(value) for value in values] for key, values in variations.items()}
    checked = validated(Variations, {"vary": added}, where).vary
    replaced = _places(where, experiment.content, checked).values()
    places = _places(where, experiment.content, experiment.vary)
    kept = {key: experiment.vary[key] for key, place in places.items() if place not in replaced}
    return _experiment(experiment.path, experiment.text, experiment.content, {**kept, **checked})


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
    if "seed" in experiment.vary:
        raise InputError(f"{experiment.path}: varies the seed, so no single seed can be given")
    content = {**experiment.content, "seed": seed}
    return _experiment(experiment.path, experiment.text, content, experiment.vary)


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
    allowed = (*(keys_of(Plan) or ()), "vary")
    problems = [
        f"{dotted((key,))}: unknown key; {nearest(key, allowed)}"
        for key in content
        if key not in allowed
    ]
    if problems:
        raise InputError(report(str(path), problems))


def _experiment(
    path: Path, text: str, content: Mapping[str, Any], vary: Mapping[str, tuple[Setting, ...]]
) -> Experiment:
    return Experiment(
        name=path.stem,
        path=path,
        text=text,
        content=content,
        vary=vary,
        arms=_arms(path, content, vary),
    )


def _arms(
    path: Path, content: Mapping[str, Any], vary: Mapping[str, tuple[Setting, ...]]
) -> tuple[Arm, ...]:
    places = _places(str(path), content, vary)
    arms: dict[str, Arm] = {}
    for settings in every_combination(vary):
        name = arm_name(settings)
        where = f"{path}: arm '{name}'" if settings else str(path)
        if name in arms:
            raise InputError(f"{where}: two arms would have this name")
        changed: Mapping[str, Any] = content
        for key, value in settings.items():
            changed = with_setting(changed, places[key], value)
        plan = validated(Plan, changed, where, folder=path.parent)
        arms[name] = Arm(name=name, settings=settings, plan=plan)
    return tuple(arms.values())


def _places(where: str, content: Mapping[str, Any], vary: Iterable[str]) -> dict[str, Place]:
    places: dict[str, Place] = {}
    problems = []
    for key in vary:
        try:
            place = find_place(key, content)
        except ValueError as error:
            problems.append(f"vary.'{key}': {error}")
            continue
        if place in places.values():
            problems.append(f"vary.'{key}': found twice, written in two ways")
        places[key] = place
    if problems:
        raise InputError(report(where, problems))
    return places
