"""Spiking networks as declared: wiring, equations, slow expressions, maintenance rules."""
