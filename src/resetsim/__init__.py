"""Test whether a long NMDA blockade resets chronic pain and spares memory."""

import os

# Matrices here are 5 x 5. Threads of linear algebra would only wait for each other, and for the
# simulations that have the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
