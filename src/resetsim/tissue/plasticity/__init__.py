"""Slow dynamics of plastic synapses: induction, capture, maintenance, as text."""
