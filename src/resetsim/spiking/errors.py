"""What can go wrong with simulations that is nobody's input."""


class SimulationError(RuntimeError):
    """A network could not be compiled or run; the message is one line."""
