"""Brian2 networks from declared models."""
