"""Figures and the report: what a result looks like."""
