"""Drift at frozen weights: sampled, tabulated, interpolated, integrated."""
