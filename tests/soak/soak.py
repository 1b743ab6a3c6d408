"""What the sections share: how much is tried, chance, time, and undisturbed runs."""

import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from .place import Place

OTHER_SEED = "4"


@dataclass
class Soak:
    """One soak.

    Attributes
    ----------
    base
        Where everything is written.
    builds
        Compiled networks to use.
    kills, mutations
        How many of each, in each section that has them.
    seed
        Of everything that is drawn.
    short
        Whether the expensive cases are left out.
    ends_at
        When the section that is being run must end, by the monotonic clock.
    """

    base: Path
    builds: Path
    kills: int
    mutations: int
    seed: int
    short: bool
    ends_at: float = 0.0
    _undisturbed: dict[tuple[str, ...], Place] = field(default_factory=dict)

    def random(self, *names: object) -> random.Random:
        """Return the random numbers of one purpose."""
        return random.Random(repr((self.seed, *names)))

    @property
    def over(self) -> bool:
        """Whether the time of this section is used up."""
        return time.monotonic() > self.ends_at

    def undisturbed(self, experiment: str = "one.toml", *options: str, **changes: str) -> Place:
        """Return a place where an experiment was run and nothing happened to it."""
        asked = (experiment, *options, *changes)
        if asked not in self._undisturbed:
            stored = self._stored()
            place = Place(self.base, self.builds, stored)
            ended = place.run(*options, experiment=experiment, **changes)
            if ended.status != 0:
                raise SystemExit(f"an undisturbed run of {experiment} failed: {ended.err}")
            place.took_s = ended.took_s
            self._undisturbed[asked] = place
        return self._undisturbed[asked]

    def _stored(self) -> Path | None:
        for place in reversed(self._undisturbed.values()):
            return place.kept / "simulations"
        return None

    def place(self, *, warm: bool = True, built: bool = True) -> Place:
        """Return a new place.

        Parameters
        ----------
        warm
            Whether its store holds what the experiments need.
        built
            Whether the networks are compiled.
        """
        stored = None
        if warm:
            self.undisturbed()
            stored = self._stored()
        return Place(self.base, self.builds if built else None, stored)
