"""From an experiment to its result: arms, courses, thresholds, the direct check."""
