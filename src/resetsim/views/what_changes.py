"""What would change the answer of a result, as far as its own numbers say."""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from resetsim.outcomes.summary import AMPLIFIED
from resetsim.outcomes.varied import described, varied_settings, written
from resetsim.records.result import ArmResult, Result
from resetsim.views.grouping import of_treatment
from resetsim.views.terminal_tables import band_words

SAYS = {
    "relieved": "stays away to the end of follow-up",
    "relapsed": "falls to half or less and comes back",
    "not relieved": "never falls to half",
    "no pain before": "is not there before treatment",
}
"""What becomes of pain, by outcome."""

_MOST = 2
_SEVERAL = 2


def what_would_change_it(result: Result, arm: ArmResult) -> str:
    """Return a sentence: how long it takes and other outcomes, or at which input it is otherwise.

    Parameters
    ----------
    result
        What an experiment gave.
    arm
        The arm that its answer is about.
    """
    arms = [each for each in result.arms if each.summary.get("outcome") in SAYS]
    said = [*_longer_or_shorter(result, arm), *islice(_other_outcomes(arms, arm), _MOST)]
    said = said or list(_patches(arm)) or list(_landscape(result, arm))
    if said:
        return f"What would change it: {'; '.join(said)}."
    if len(arms) == 1:
        return "What would change it: nothing here says; only this one setting was run."
    return f"What would change it: nothing that was varied; all {len(arms)} arms end alike."


def _longer_or_shorter(result: Result, arm: ArmResult) -> Iterator[str]:
    """Yield the threshold duration of an arm beside how long its blockade lasts, if it has one."""
    hours = float(arm.summary.get("blockade_hours") or 0.0)
    for threshold in result.thresholds:
        if all(arm.settings.get(key) == value for key, value in threshold.settings.items()):
            needed_h = threshold.from_arms_h
            if needed_h is None:
                yield "no blockade of up to a year; most of pain plasticity returns"
            elif needed_h:
                than, then = ("shorter", "less") if hours > needed_h else ("longer", "more")
                yield (
                    f"a blockade {than} than {needed_h:.3g} h (90 % band {band_words(threshold)}), "
                    f"where it lasts {hours:.3g} h, for {then} than half of pain plasticity to "
                    "stay away"
                )
            return


def _other_outcomes(arms: Sequence[ArmResult], arm: ArmResult) -> Iterator[str]:
    """Yield, for each varied setting, the nearest arm that differs in it alone and ends otherwise.

    Settings of the patient come first: those of treatment are what is asked about.
    """
    varied = varied_settings(each.settings for each in arms)
    for key in sorted(varied, key=of_treatment):
        others = [
            each
            for each in arms
            if each.summary["outcome"] != arm.summary["outcome"]
            and [name for name in varied if each.settings[name] != arm.settings[name]] == [key]
        ]
        if others:
            yield _says_other(key, min(others, key=lambda one: _apart(one, arm, key)), arm)


def _apart(one: ArmResult, arm: ArmResult, key: str) -> float:
    numbers = (one.settings[key].number, arm.settings[key].number)
    return 0.0 if None in numbers else abs(float(numbers[0] or 0) - float(numbers[1] or 0))


def _says_other(key: str, other: ArmResult, arm: ArmResult) -> str:
    share = other.summary.get("outcome_share")
    unsure = f" (in {float(share):.0%} of tables drawn)" if share and float(share) < 1 else ""
    instead = f"with {described(key, other.settings[key])} instead of {written(arm.settings[key])}"
    return f"{instead} pain {SAYS[str(other.summary['outcome'])]}{unsure}"


def _patches(arm: ArmResult) -> Iterator[str]:
    """Yield with how much input patches are amplified in the end, if there are several."""
    residual = arm.summary.get("residual_rate_hz")
    if not residual or len(arm.multiplier) < _SEVERAL:
        return
    input_hz = float(residual) * arm.multiplier
    amplified = arm.pain_system.late[-1] > AMPLIFIED
    least, most = f"{input_hz.min():.2g} Hz", f"{input_hz.max():.2g} Hz"
    if amplified.all():
        yield f"less input than any patch has; all are amplified in the end, from {least} on"
    elif not amplified.any():
        yield f"more input than any patch has; none is amplified in the end, up to {most}"
    elif input_hz[amplified].min() > (edge_hz := input_hz[~amplified].max()):
        yield (
            f"less input in the {amplified.mean():.0%} of active patches that are amplified in the "
            f"end, which have {input_hz[amplified].min():.2g} Hz or more; up to {edge_hz:.2g} Hz "
            "none is"
        )


def _landscape(result: Result, arm: ArmResult) -> Iterator[str]:
    """Yield the nearest input, of those whose drift was drawn, at which a unit rests elsewhere."""
    first = result.arms[0].settings
    if any(first[key] != each for key, each in arm.settings.items() if not _of_patient(key)):
        return  # the drift is that of the first arm's tissue
    input_hz = float(arm.summary.get("residual_rate_hz") or 0.0) * float(np.mean(arm.multiplier))
    curves = sorted(
        (curve for curve in result.drift_curves if not curve.blockade and len(curve.stable)),
        key=lambda curve: curve.input_rate_hz,
    )
    more = [curve for curve in curves if curve.input_rate_hz > input_hz]
    less = [curve for curve in reversed(curves) if curve.input_rate_hz < input_hz]
    found, says = {
        "relieved": ((c for c in more if c.stable.min() > AMPLIFIED), "alone, after any blockade"),
        "no pain before": ((c for c in more if c.stable.max() > AMPLIFIED), "once it is amplified"),
    }.get(str(arm.summary["outcome"]), ((c for c in less if c.stable.max() < AMPLIFIED), "alone"))
    for curve in islice(found, 1):
        rests = curve.stable.min() if curve.input_rate_hz < input_hz else curve.stable.max()
        yield (
            f"{'less' if curve.input_rate_hz < input_hz else 'more'} input: at "
            f"{curve.input_rate_hz:.2g} Hz the late phase of a unit rests at {rests:.2g} {says}"
        )


def _of_patient(key: str) -> bool:
    return key.startswith("patient.") or of_treatment(key)
