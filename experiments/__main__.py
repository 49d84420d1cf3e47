"""Run experiments and store their results: ``python -m experiments NAME…``, or all without a name."""

import os

# Before NumPy is imported: each of the processes computes with one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from experiments.harness import main

if __name__ == "__main__":
    main()
