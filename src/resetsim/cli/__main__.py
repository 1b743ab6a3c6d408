"""``python -m resetsim.cli``."""

from resetsim.cli import main

main()
