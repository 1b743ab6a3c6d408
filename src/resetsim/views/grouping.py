"""Which arms share a panel and which colour each has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from resetsim.outcomes.varied import all_described, as_numbers, varied_settings, words, written
from resetsim.records.result import ArmResult
from resetsim.records.setting import Setting
from resetsim.views.style import OKABE_ITO, categorical, sequential


@dataclass(frozen=True)
class Grouping:
    """Arms in panels, coloured by one setting.

    Attributes
    ----------
    panels
        By title, the arms of each panel, in the order of the colours.
    colours
        By name of the arm.
    legend
        Label and colour of each value of the setting; empty for a single arm.
    legend_title
        What the setting is.
    """

    panels: Mapping[str, Sequence[ArmResult]]
    colours: Mapping[str, str]
    legend: Sequence[tuple[str, str]]
    legend_title: str


def group_arms(arms: Sequence[ArmResult]) -> Grouping:
    """Colour arms by duration, or by what varies first; give all else panels of its own.

    Parameters
    ----------
    arms
        The arms of one result.

    Returns
    -------
    Grouping
        Every arm is in one panel.
    """
    varied = varied_settings(arm.settings for arm in arms)
    if not varied:
        return Grouping({"": arms}, {arm.name: OKABE_ITO[0] for arm in arms}, (), "")
    coloured = next((key for key in varied if key.endswith("duration")), next(iter(varied)))
    others = [key for key in varied if key != coloured]
    colours = colours_of(varied[coloured])
    panels: dict[str, list[ArmResult]] = {}
    for arm in sorted(arms, key=lambda arm: _rank(varied, [*others, coloured], arm)):
        panels.setdefault(title(others, arm.settings), []).append(arm)
    return Grouping(
        panels=panels,
        colours={arm.name: colours[arm.settings[coloured]] for arm in arms},
        legend=[(written(value), colour) for value, colour in colours.items()],
        legend_title=words(coloured),
    )


def colours_of(values: Sequence[Setting]) -> dict[Setting, str]:
    """Return a colour for each value of a setting.

    Parameters
    ----------
    values
        In order.

    Returns
    -------
    dict
        An ordered palette for quantities, distinct colours for names.
    """
    palette = categorical if as_numbers(values) is None else sequential
    return dict(zip(values, palette(len(values)), strict=True))


def title(keys: Sequence[str], settings: Mapping[str, Setting]) -> str:
    """Return some settings of an arm in words.

    Parameters
    ----------
    keys
        Dotted keys of varied settings.
    settings
        Of the arm.

    Returns
    -------
    str
        Separated by commas; empty without keys.
    """
    return all_described({key: settings[key] for key in keys})


def by_patient(arms: Sequence[ArmResult]) -> list[list[ArmResult]]:
    """Return the arms of each patient, those that differ in treatment alone.

    Parameters
    ----------
    arms
        Of one result.

    Returns
    -------
    list of list of ArmResult
        Each from the shortest to the longest treatment, then from the weakest to the strongest.
    """
    found: dict[tuple[Setting, ...], list[ArmResult]] = {}
    for arm in arms:
        key = tuple(value for key, value in arm.settings.items() if not of_treatment(key))
        found.setdefault(key, []).append(arm)
    return [sorted(patient, key=_treated) for patient in found.values()]


def of_treatment(key: str) -> bool:
    """Say whether a setting is one of the treatment, not of the patient."""
    return key.startswith("treatment")


def _treated(arm: ArmResult) -> tuple[float, float]:
    blockade = arm.pain.acting["blockade"]
    return float(np.diff(arm.dosing_d).sum()), float(blockade.max(initial=0.0))


def _rank(
    varied: Mapping[str, tuple[Setting, ...]], keys: Sequence[str], arm: ArmResult
) -> list[int]:
    return [varied[key].index(arm.settings[key]) for key in keys]
