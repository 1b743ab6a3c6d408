"""How long work tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Told what is being done, and how much of it."""

    def stage(self, text: str, of: str = "simulations") -> None:
        """Say what comes next.

        Parameters
        ----------
        text
            A few words.
        of
            What is counted.
        """

    def expect(self, count: int) -> None:
        """Say that there are so many more."""

    def finished(self, count: int) -> None:
        """Say that so many of them are done."""


class Silent:
    """Progress that nobody watches."""

    def stage(self, text: str, of: str = "simulations") -> None:
        """Do nothing."""

    def expect(self, count: int) -> None:
        """Do nothing."""

    def finished(self, count: int) -> None:
        """Do nothing."""
