"""Understands, decides, acts and writes: the assistant that answers a business's customers."""

import os

# The encoder's matrices are small: on a busy machine several BLAS threads wait for each other and take ten times as long.
# Read when NumPy is first imported, which nothing does before this room.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
