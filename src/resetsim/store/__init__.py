"""Results on disk: result.h5, CSV, NWB, output folders."""
