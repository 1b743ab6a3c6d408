"""Measurements made by spiking simulations."""
