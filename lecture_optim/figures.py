"""The book's figures: one style that reads on a light and on a dark page, and one look per algorithm."""

import matplotlib.pyplot as plt
import numpy as np

from lecture_optim.algorithms import ALGORITHMS, EVERY
from lecture_optim.explorers.static import COLOURS, DASHES

#: Text, axes and everything without a colour of its own: over 4:1 on white and on the dark page.
NEUTRAL = "#7a7a7a"

#: Colours that stay apart with a colour vision deficiency (after Okabe and Ito), at least 3:1 on both pages.
PALETTE = ("#d55e00", "#0f7fc6", "#009e73", "#b46fa5", "#b07d00", NEUTRAL)

#: Colour and line style of each algorithm, as in the moving pictures; no two of the lecture's differ by colour alone.
LOOKS = {algorithm.name: {"color": NEUTRAL, "linestyle": ":"} for algorithm in EVERY.values()} | {
    algorithm.name: {"color": colour, "linestyle": dashes}
    for algorithm, colour, dashes in zip(ALGORITHMS, (*COLOURS[:-1], NEUTRAL), DASHES, strict=True)
}


def use_style():
    """Set Matplotlib's defaults to the book's style.

    The background is transparent and every neutral mark is a middle grey, so that one picture serves the
    light and the dark theme. Call it once, in a notebook's first cell.
    """
    plt.rcParams.update(
        {
            "figure.figsize": (7.0, 3.4),
            "figure.facecolor": "none",
            "figure.constrained_layout.use": True,
            "savefig.facecolor": "none",
            "axes.facecolor": "none",
            "axes.edgecolor": NEUTRAL,
            "axes.labelcolor": NEUTRAL,
            "axes.titlecolor": NEUTRAL,
            "axes.titlesize": 11,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.prop_cycle": plt.cycler(color=PALETTE),
            "text.color": NEUTRAL,
            "xtick.color": NEUTRAL,
            "ytick.color": NEUTRAL,
            "grid.color": NEUTRAL,
            "grid.alpha": 0.3,
            "legend.frameon": False,
            "lines.linewidth": 1.8,
            "font.size": 11,
            "svg.fonttype": "path",
            "svg.hashsalt": "lecture_optim",
        }
    )


def contours(ax, objective, x, y, levels=12):
    """Draw contour lines of a two-dimensional objective, evenly spaced in the root of the value.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    objective : object
        With ``value(theta)`` for ``theta`` of shape ``(2, rows, columns)``.
    x, y : tuple of float
        Lower and upper end of each axis.
    levels : int, default 12
        Number of lines.
    """
    theta = np.stack(np.meshgrid(np.linspace(*x, 161), np.linspace(*y, 161)))
    value = objective.value(theta)
    roots = np.linspace(0, np.sqrt(value.max() - value.min()), levels + 1)[1:]
    ax.contour(*theta, value, levels=value.min() + roots**2, colors=NEUTRAL, linewidths=0.7, alpha=0.6)
    ax.set(xlabel="$\\theta_1$", ylabel="$\\theta_2$")


def path(ax, trajectory, algorithm, **style):
    """Draw the way a run took through the plane, in the look of its algorithm.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    trajectory : Trajectory
        A run in two dimensions.
    algorithm : Algorithm
        Gives colour, line style and label.
    **style
        Overrides for :meth:`matplotlib.axes.Axes.plot`.
    """
    look = {"marker": ".", "markersize": 4, "label": algorithm.name, **LOOKS[algorithm.name], **style}
    ax.plot(*trajectory.theta.T, **look)
