"""Measures of the assistant on labelled files; each prints shares, never keeps what it read."""
