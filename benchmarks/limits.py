"""Hand-written C loops, compiled where gcc is there: how fast could it be?"""

import ctypes
import functools
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from lecture_optim.compiled import aligned_copy


@functools.cache
def loops():
    """Return the library of ``loops.c``, or None without gcc."""
    if not shutil.which("gcc"):
        return None
    library = Path(tempfile.mkdtemp()) / "loops.so"
    source = Path(__file__).with_name("loops.c")
    flags = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", library, source, "-lm"], check=True)
    return ctypes.CDLL(str(library))


def address(array):
    """Return where an array lies, for C."""
    return ctypes.c_void_p(array.ctypes.data)


def step(name, theta, g, hyper):
    """Return a function that takes one step of an algorithm in C, on arrays as well placed as ours."""
    function = getattr(loops(), name.lower())
    arrays = [aligned_copy(part, float) for part in (g, theta, 0 * theta, 0 * theta)]
    h, n, taken = np.array([*hyper.values()]), ctypes.c_long(len(theta)), [0]
    places = [*map(address, arrays), address(h)]

    def take(arrays=arrays, h=h):  # keeps them alive
        taken[0] += 1
        function(n, ctypes.c_int(taken[0]), *places)

    take.theta = arrays[1]
    return take


def lanes(starts, steps, hyper):
    """Return a function that runs Adam on Rosenbrock's valley from all starts in C."""
    h = np.array([*hyper.values()])

    def run():
        z = aligned_copy(starts.reshape(2, -1), float)
        loops().map_adam(ctypes.c_long(z.shape[1]), ctypes.c_long(steps), address(z), address(h))
        return z

    return run


def traffic(n, threads):
    """Return functions that add n numbers to others, copy them, and add two arrays into a third, in so many threads."""
    x, y, z = (aligned_copy(np.ones(n), float) for _ in range(3))
    edges = [n * part // threads for part in range(threads + 1)]
    pool = ThreadPoolExecutor(threads)

    def halves(loop, *arrays):
        def part(first, last):
            loop(ctypes.c_long(last - first), *[address(array[first:last]) for array in arrays])

        return lambda: list(pool.map(part, edges[:-1], edges[1:]))

    library = loops()
    return {
        "C, update": halves(library.update, x, y),
        "C, copy": halves(library.copy, x, y),
        "C, triad": halves(library.triad, x, y, z),
    }
