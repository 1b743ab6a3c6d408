"""How long work tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Told what is being done, and how much of it."""

    def stage(self, text: str) -> None:
        """Say what comes next.

        Parameters
        ----------
        text
            A few words.
        """

    def expect(self, simulations: int) -> None:
        """Say that so many more simulations are to be run.

        Parameters
        ----------
        simulations
            Number of simulations.
        """

    def finished(self, simulations: int) -> None:
        """Say that so many of them are done.

        Parameters
        ----------
        simulations
            Number of simulations.
        """


class Silent:
    """Progress that nobody watches."""

    def stage(self, text: str) -> None:
        """Do nothing."""

    def expect(self, simulations: int) -> None:
        """Do nothing."""

    def finished(self, simulations: int) -> None:
        """Do nothing."""
