"""What an experiment gives: its parts, its files, its tables."""
