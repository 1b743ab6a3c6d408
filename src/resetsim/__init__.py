"""Test whether a long NMDA blockade resets chronic pain and spares memory."""

TYPE_CHECKING = False  # as of typing, whose import would cost more than all of this module
if TYPE_CHECKING:
    __version__: str


def __getattr__(name: str) -> str:
    """Look the version up when it is asked for: importlib.metadata takes long to import."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("resetsim")
    except PackageNotFoundError:  # the source is on the path, but not installed
        found = "0+unknown"
    globals()[name] = found
    return found
