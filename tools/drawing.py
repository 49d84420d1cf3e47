"""Small pictures in SVG that the build draws itself: a surface as nested shades, and lines on it."""

import math
from typing import NamedTuple

import numpy as np
from contourpy import FillType, contour_generator


class Frame(NamedTuple):
    """What of the plane is drawn, and how large: ((left, right), (low, high)) and (width, height)."""

    bounds: tuple
    size: tuple

    def pixel(self, points):
        """Return points of shape ``(n, 2)`` in the picture's own units."""
        ends, size = np.array(self.bounds), np.array(self.size)
        share = (np.asarray(points, dtype=float) - ends[:, 0]) / (ends[:, 1] - ends[:, 0])
        return np.clip(np.stack([share[:, 0], 1 - share[:, 1]], axis=1) * size, -size, 2 * size)

    def shades(self, value, levels=11, across=81):
        """Return a surface as shapes, each on top of the lower ones: the higher, the more lie over one another."""
        x, y = np.linspace(*self.bounds[0], across), np.linspace(*self.bounds[1], across)
        heights = np.sqrt(value(np.stack(np.meshgrid(x, y))))
        heights -= heights.min()
        generator = contour_generator(x, y, heights, fill_type=FillType.OuterOffset)
        shapes = ""
        for level in np.linspace(0.08, 0.8, levels) * heights.max():
            rings = ""
            for points, offsets in zip(*generator.filled(level, math.inf), strict=True):
                pairs = zip(offsets[:-1], offsets[1:], strict=True)
                rings += "".join(line(self.pixel(points[a:b]), "Z") for a, b in pairs)
            shapes += f'<path d="{rings}"/>'
        return f'<g class="hills" fill-rule="evenodd">{shapes}</g>'


def line(points, shut=""):
    """Return points of the picture as a path of SVG."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + shut
