"""Shares of the space, as they are written."""

from collections.abc import Iterable

from scipy.stats import binomtest


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def share_of(cases: Iterable[object]) -> str:
    """Return the share of cases that are true, with its 95 % interval."""
    true = list(map(bool, cases))
    low, high = binomtest(sum(true), len(true)).proportion_ci(method="wilson")
    return f"{percent(sum(true) / len(true))} ({100 * low:.1f} to {100 * high:.1f})"
