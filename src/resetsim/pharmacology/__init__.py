"""From dosing to blockade: drugs, their kinetics, receptor block, and the course of a patient."""
