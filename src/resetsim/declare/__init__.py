"""From files to checked objects with units; text is parsed here and nowhere else."""
