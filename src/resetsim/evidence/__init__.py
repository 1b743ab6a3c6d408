"""Published observations, and which hypotheses agree with them."""
