"""The one console script: our commands, and Django's beside them."""

import os
import sys

from infinitypro.config.program import Program
from infinitypro.core import home
from infinitypro.core.errors import Problem


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # one sentence at a time: more threads only wait for each other
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "infinitypro.config.settings")
    try:
        home.prepare_secrets()
        Program(sys.argv).execute()
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
