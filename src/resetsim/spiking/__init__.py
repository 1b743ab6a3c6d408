"""Compile a network once, run it many times, keep what was computed."""
