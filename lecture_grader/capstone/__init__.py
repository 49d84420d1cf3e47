"""The capstone: students design an optimiser, and it is tried on problems that they have not seen.

Chapter 13's standard, smaller: every rule has its own grid of rates, constant and falling; the rate is chosen on some
runs and judged on others; a run that diverged counts as infinitely bad; better is who is lower on nine of ten runs.
"""

from lecture_grader.capstone.instant import check, medians

__all__ = ["check", "medians"]
