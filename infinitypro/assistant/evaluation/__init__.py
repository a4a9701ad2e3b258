"""Measures the assistant's parts on files in the formats of the evaluation sets."""
