"""Test whether a long NMDA blockade resets chronic pain and spares memory."""

__version__ = "0.1.0"
