"""The arms of an experiment: one plan for each combination of the values that vary."""

from collections.abc import Mapping, Sequence, Sized
from pathlib import Path
from types import MappingProxyType
from typing import Any

from resetsim.declare.cohort import correlation_problems, split
from resetsim.declare.distributions import Distribution
from resetsim.declare.plan import Plan
from resetsim.declare.population import with_population
from resetsim.declare.validation import Spec, report, validated
from resetsim.declare.variations import (
    Changes,
    Settings,
    Variations,
    Vary,
    arm_name,
    every_combination,
    find_places,
    with_settings,
)
from resetsim.errors import InputError


class Arm(Spec):
    """One branch of an experiment.

    Parameters
    ----------
    name
        Readable, and no other arm's.
    settings
        The varied keys and this arm's values, as written.
    plan
        Everything done in the arm, to the typical patient of a cohort.
    drawn
        What differs between the patients of a cohort, by dotted key.
    """

    name: str
    settings: Settings
    plan: Plan
    drawn: Mapping[str, Distribution] = MappingProxyType({})


def made_arms(
    path: Path, content: Mapping[str, Any], varies: Variations, without: frozenset[str]
) -> tuple[Arm, ...]:
    """Return one arm for each combination of values, in file order.

    Parameters
    ----------
    path, content
        The file and its tables, without what varies.
    varies
        What varies.
    without
        Dotted keys of tables that arms do without, though something varies in them.

    Returns
    -------
    tuple of Arm
        Each checked.

    Raises
    ------
    InputError
        If two arms would have one name, or an arm is refused.
    """
    places = find_places(str(path), content, [*varies.vary_together, *varies.vary])
    named: dict[str, Settings] = {}
    for settings in every_combination(varies.vary, varies.vary_together):
        name = arm_name(settings)
        if name in named:
            raise InputError(f"{_where(path, name, settings)}: two arms would have this name")
        named[name] = settings
    # First the arms that show each value, then the many that combine them.
    plans = {
        name: _plan(path, name, content, {places[key]: named[name][key] for key in places}, without)
        for name in sorted(named, key=lambda name: _others(named[name], varies.vary))
    }
    return tuple(
        Arm(name=name, settings=each, plan=plans[name][0], drawn=plans[name][1])
        for name, each in named.items()
    )


def _others(settings: Settings, vary: Vary) -> bool:
    """Say whether more than one key has another value than in the first arm."""
    return sum(settings[key] != values[0] for key, values in vary.items()) > 1


def _plan(
    path: Path, name: str, content: Mapping[str, Any], changes: Changes, without: frozenset[str]
) -> tuple[Plan, Mapping[str, Distribution]]:
    """Return what is done, and what differs between patients."""
    where = _where(path, name, changes)
    try:
        plain, drawn = split(with_settings(with_population(content, path), changes))
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None
    for key in without:
        plain = _less(plain, key.split("."))
    plan = validated(Plan, plain, where, folder=path.parent)
    if plan.cohort is not None and (problems := list(correlation_problems(plan.cohort, drawn))):
        raise InputError(report(where, problems))
    return plan, drawn


def _less(tables: Mapping[str, Any], place: Sequence[str]) -> dict[str, Any]:
    """Return tables without the one at a place."""
    first, *inner = place
    less = {key: value for key, value in tables.items() if inner or key != first}
    return less | {first: _less(tables[first], inner)} if inner and first in tables else less


def _where(path: Path, name: str, settings: Sized) -> str:
    return f"{path}: arm '{name}'" if settings else str(path)
