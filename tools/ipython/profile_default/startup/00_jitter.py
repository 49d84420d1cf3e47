"""Where JITTER_SEED is set, move what the module computes by one unit in the last place: see tools/jitter.py."""

import os

if os.environ.get("JITTER_SEED"):
    import jitter  # PYTHONPATH has tools/

    jitter.install(int(os.environ["JITTER_SEED"]))
    del jitter
del os
