"""Moving pictures: sliders that answer at once in a page without a kernel, and live in Jupyter.

Nine kinds, one class each: :class:`PathExplorer` (paths on a surface or curve),
:class:`CurveExplorer` (curves against a slider), :class:`MapExplorer` (an outcome over a map of
starts or settings), :class:`EigenvalueExplorer` (a 2 × 2 matrix and its powers),
:class:`StepExplorer` (what one gradient step promises and does), :class:`DirectionsExplorer`
(the error along each eigenvector), :class:`ScheduleExplorer` (a rate that the reader draws),
:class:`ScheduledRunsExplorer` (runs under it) and :class:`MinibatchExplorer` (each minibatch's own surface).
What has steps also plays: step by step, with the arrows that make up a step. The page
computes with JavaScript translated from the Python source that the reader sees, or shows what Python
has computed.
"""

from lecture_optim.explorers.curve import Curve, CurveExplorer, Mark, Readout
from lecture_optim.explorers.directions import DirectionsExplorer
from lecture_optim.explorers.eigenvalue import EigenvalueExplorer
from lecture_optim.explorers.explorer import Choice, Control, Explorer, Task, script
from lecture_optim.explorers.map import MapExplorer, Outcome
from lecture_optim.explorers.minibatch import MinibatchExplorer
from lecture_optim.explorers.path import PathExplorer, Run
from lecture_optim.explorers.schedule import ScheduledRunsExplorer, ScheduleExplorer
from lecture_optim.explorers.step import StepExplorer
from lecture_optim.explorers.translate import NotTranslatableError, translate

__all__ = [
    "Choice",
    "Control",
    "Curve",
    "CurveExplorer",
    "DirectionsExplorer",
    "EigenvalueExplorer",
    "Explorer",
    "MapExplorer",
    "Mark",
    "MinibatchExplorer",
    "NotTranslatableError",
    "Outcome",
    "PathExplorer",
    "Readout",
    "Run",
    "ScheduleExplorer",
    "ScheduledRunsExplorer",
    "StepExplorer",
    "Task",
    "script",
    "translate",
]
