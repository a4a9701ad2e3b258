"""Measurements, each against something measured in the same run. `make bench`, or `python -m bench door start`."""
