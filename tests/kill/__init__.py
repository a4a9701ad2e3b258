"""Kills web, workers and PostgreSQL under load and checks that nothing was lost: `python -m tests.kill`."""
