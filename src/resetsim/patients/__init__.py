"""Who is treated: periphery, timeline, what acts on the tissue."""
