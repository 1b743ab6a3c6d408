"""The border to the terminal: what comes from a file cannot steer it."""

from unicodedata import category

import typer

_STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, direction, halves of pairs, separators


def visible(text: str, lines: bool = False) -> str:
    r"""Return a text with everything spelled out that would steer a terminal.

    Parameters
    ----------
    text
        Any, such as the name of an arm in a stranger's file.
    lines
        Whether it may have several lines.

    Returns
    -------
    str
        Control and bidirectional characters as ``\x1b`` or ``\u202e``; all others as they are.
    """
    return "".join(
        character.encode("unicode_escape").decode()
        if category(character) in _STEERING and not (lines and character == "\n")
        else character
        for character in text
    )


def echo(message: object, error: bool = False) -> None:
    """Print a message of one or several lines.

    Parameters
    ----------
    message
        A text or a path.
    error
        Whether it goes to standard error.
    """
    typer.echo(visible(str(message), lines=True), err=error)
