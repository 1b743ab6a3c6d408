"""Where compiled networks and finished simulations are kept between runs."""

import os
from pathlib import Path

from platformdirs import user_cache_path

from resetsim.errors import InputError


def cache_path(name: str) -> Path:
    """Return where a folder of the cache is, whether it is there or not.

    Parameters
    ----------
    name
        What is kept there.

    Returns
    -------
    Path
        Below ``RESETSIM_CACHE``, or the user's cache folder.
    """
    chosen = os.environ.get("RESETSIM_CACHE")
    return (Path(chosen) if chosen else user_cache_path("resetsim")).absolute() / name


def cache_folder(name: str) -> Path:
    """Return a folder of the cache; it is made if need be.

    Parameters
    ----------
    name
        What is kept there.

    Returns
    -------
    Path
        As :func:`cache_path` says, without symbolic links.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    folder = cache_path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"the cache folder {folder} cannot be made ({error.strerror}); "
            "set RESETSIM_CACHE to a folder that can be written"
        ) from None
    return folder.resolve()
