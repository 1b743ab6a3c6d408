"""Test whether a long NMDA blockade resets chronic pain and spares memory."""

TYPE_CHECKING = False  # as of typing, whose import would cost more than all of this module
if TYPE_CHECKING:
    from resetsim.api import ExperimentResult, open_result, run

    __version__: str

__all__ = ["ExperimentResult", "__version__", "open_result", "run"]


def __getattr__(name: str) -> object:
    """Look up what is asked for: nothing heavy is imported before that."""
    if name == "__version__":
        found: object = _installed_version()
    elif name in __all__:
        from resetsim import api

        found = getattr(api, name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*globals(), *__all__]


def _installed_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("resetsim")
    except PackageNotFoundError:  # the source is on the path, but not installed
        return "0+unknown"
