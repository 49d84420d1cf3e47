"""Moving pictures: sliders that answer at once in a built page without a kernel, and in Jupyter as a live widget.

Four kinds, one class each: :class:`PathExplorer` (paths on a surface or curve), :class:`CurveExplorer` (curves against
a slider), :class:`MapExplorer` (an outcome over a map of starts or settings), :class:`EigenvalueExplorer` (eigenvalues
of a 2 × 2 matrix and its powers). The arithmetic in the page is translated from the Python source the reader sees.
"""

from lecture_optim.explorers.explorer import Control, Explorer, Task, script
from lecture_optim.explorers.path import PathExplorer, Run
from lecture_optim.explorers.translate import NotTranslatableError, translate

__all__ = [
    "Control",
    "Explorer",
    "NotTranslatableError",
    "PathExplorer",
    "Run",
    "Task",
    "script",
    "translate",
]
