"""Arms of a run on disk: memory holds their rows of the summary, not their arrays."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resetsim.records.result import ArmResult, AssayResult, KeepArms
from resetsim.store.spool import Place, Spool

_SMALL = ("name", "settings", "summary", "dosing_d", "learned_d", "multiplier", "share_active")
_LARGE = ("pain_system", "pain", "band", "memory", "direct")

Spikes = Mapping[str, NDArray[np.int32]]


@contextmanager
def kept_on_disk(folder: Path) -> Iterator[KeepArms]:
    """Give what keeps arms on disk, as long as the block lasts.

    Parameters
    ----------
    folder
        On the disk that has room for the result; nothing appears in it.

    Yields
    ------
    callable
        Takes arms as they are finished, and gives them back.
    """
    spool = Spool(folder)

    def keep(arms: Iterable[ArmResult]) -> tuple[ArmResult, ...]:
        return tuple(_KeptArm(spool, arm) for arm in arms)

    try:
        yield keep
    finally:
        spool.close()


class _KeptArm(ArmResult):
    """An arm whose arrays stay in a spool: each use reads them."""

    def __init__(self, spool: Spool, arm: ArmResult) -> None:
        places = {name: spool.put(getattr(arm, name)) for name in _LARGE}
        assays = spool.put([_without_spikes(spool, assay) for assay in arm.assays])
        small = {name: getattr(arm, name) for name in _SMALL}
        self.__dict__.update(small, _spool=spool, _places=places, _assays=assays)

    def __getattr__(self, name: str) -> Any:
        """Read what is not in memory."""
        kept = self.__dict__
        if name == "assays":
            spool, place = kept["_spool"], kept["_assays"]
            return tuple(_with_spikes(spool, *each) for each in spool.get(place))
        if name not in _LARGE:
            raise AttributeError(name)
        return kept["_spool"].get(kept["_places"][name])


class _KeptSpikes(Spikes):
    """Spikes that stay in a spool."""

    def __init__(self, spool: Spool, sources: tuple[str, ...], place: Place) -> None:
        self._spool, self._sources, self._place = spool, sources, place

    def __getitem__(self, source: str) -> NDArray[np.int32]:
        found: NDArray[np.int32] = self._spool.get(self._place)[source]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


_Parts = tuple[tuple[str, ...], Place, Place]


def _without_spikes(spool: Spool, assay: AssayResult) -> tuple[AssayResult, _Parts]:
    index, step = spool.put(dict(assay.spike_index)), spool.put(dict(assay.spike_step))
    light = replace(assay, spike_index={}, spike_step={})
    return light, (tuple(assay.spike_step), index, step)


def _with_spikes(spool: Spool, assay: AssayResult, parts: _Parts) -> AssayResult:
    sources, index, step = parts
    return replace(
        assay,
        spike_index=_KeptSpikes(spool, sources, index),
        spike_step=_KeptSpikes(spool, sources, step),
    )
