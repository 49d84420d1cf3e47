"""From the source of a rule to one fused loop in machine code: what ``compiled`` runs.

``split`` takes the rule apart: its arithmetic on one element becomes the body of a loop over all of them that writes
in place.
"""

import functools
import hashlib
import importlib.util
import inspect
import os
import sys
import tempfile
import time
from pathlib import Path

from lecture_optim.split import Split

#: Trajectories that take their steps together: what they need lies in the nearest cache.
LANES = 64


@functools.cache
def split_rule(algorithm, suffix=""):
    """Return the split of a rule, with the names of parameters and states, ``elements``, and of the gradient, ``g``."""
    theta, g, *more = inspect.signature(algorithm.rule).parameters
    states = [own for own, name in zip(more, algorithm.state_names, strict=False) if name != "t"]
    ahead = {"theta": theta, "v": more[0]} if algorithm.looks_ahead else None
    split = Split(algorithm.rule, [theta, g, *states], "h", suffix, ahead)
    split.elements, split.g = [theta, *states], g
    if len(split.results) != len(split.elements):
        raise ValueError(f"{split.name} must return theta and its state, each element by element, to be compiled")
    split.writes = [*zip(split.elements, split.results, strict=True)]
    return split


@functools.cache
def split_slope(method):
    """Return the split of a surface's method that computes its gradient."""
    return Split(method, ["theta"], "f", "_f")


def load_numba():
    """Return Numba, or say in one sentence how to get it."""
    try:
        import numba
    except ModuleNotFoundError:
        raise ModuleNotFoundError("compiled rules need Numba: pip install -e '.[fast]'") from None
    return numba


def _compile(name, lines, *types):
    """Return the function ``kernel`` of these lines as machine code, from the cache where it is there."""
    text = "\n".join(["import math", "from math import sqrt", "import numpy as np", *lines])
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or Path.home() / ".cache") / "lecture_optim"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:  # a home that cannot be written: compile anew in each process
        folder = Path(tempfile.mkdtemp())
    path = folder / f"lecture_optim_{hashlib.sha256(text.encode()).hexdigest()[:16]}.py"
    if not path.exists():
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(text)
        os.replace(part, path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)  # Numba's cache imports it by name
    spec.loader.exec_module(module)
    start = time.perf_counter()
    options = {"nogil": True, "cache": True, "error_model": "numpy", "fastmath": {"arcp", "contract"}}
    try:
        kernel = load_numba().njit([types], **options)(module.kernel)
    except load_numba().core.errors.NumbaError as error:
        reason = next(line for line in str(error).splitlines()[1:] if line.strip())
        raise ValueError(f"{name} must be plain arithmetic to compile, Numba says: {reason}") from None
    if kernel.stats.cache_misses:
        print(f"Compiled {name} in {time.perf_counter() - start:.1f} s; kept in {folder}", file=sys.stderr)
    return kernel


@functools.cache
def element_loop(algorithm, dtype, arrays):
    """Return one step over ``lo <= i < hi``, which returns whether it refused a gradient of another length.

    ``arrays`` are the numbers of the prologue's values that are arrays. Where the algorithm looks ahead, the memory
    holds the interim point in place of theta, which is worked out from it: a number less to write.
    """
    split, numba = split_rule(algorithm), load_numba()
    theta = split.elements[0]
    values = [f"{name}_" for name in split.names]
    scalars = [name for i, name in enumerate(split.names) if i not in arrays]
    loads = [*split.elements, split.g, *(name for i, name in enumerate(split.names) if i in arrays)]
    lines = [
        f"def kernel(lo, hi, {', '.join(f'{a}_' for a in [*split.elements, split.g])}, {', '.join(values)}):",
        *(f"    {name} = {theta}_.dtype.type({name}_)" for name in scalars),
        f"    if len({split.g}_) != len({theta}_):",
        "        return True",
        *(f"    {name}_ = {name}_[lo:hi]" for name in loads),  # an index from 0 is known not to be negative
        "    for i in range(hi - lo):",
        *(f"        {name} = {name}_[i]" for name in loads),
        *([f"        {theta} = {split.back}"] if algorithm.looks_ahead else []),
        *(f"        {line}" for line in split.body),
        f"        {', '.join(split.elements)}, = {', '.join(split.results)},",
        *([f"        {theta} = {split.ahead}"] if algorithm.looks_ahead else []),
        *(f"        {name}_[i] = {name}" for name in split.elements),
        "    return False",
    ]
    number = numba.from_dtype(dtype)
    given = [number[::1] if i in arrays else numba.float64 for i in range(len(values))]
    flat = [number[::1]] * (len(split.elements) + 1)
    return _compile(algorithm.name, lines, numba.int64, numba.int64, *flat, *given)


@functools.cache
def lane_loop(algorithm, method, dtype, arrays):
    """Return all steps of ``lo <= block < hi``, the surface's gradient and the rule in one loop over the lanes."""
    numba, slope = load_numba(), split_slope(method)
    axes = range(len(slope.results))
    splits = [split_rule(algorithm, f"_{c}") for c in axes]
    names, theta, g = splits[0].names, splits[0].elements[0], splits[0].g
    scalars = [name for i, name in enumerate(names) if i not in arrays]
    points = [splits[c].ahead if algorithm.looks_ahead else f"{theta}_{c}" for c in axes]
    lanes = [name for i, name in enumerate(names) if i in arrays]
    places = enumerate(f"{name}_{c}" for name in splits[0].elements for c in axes)
    rows = {name: f"lanes_[b, {LANES * row} + j]" for row, name in places}
    arguments = [f"{name}_" for name in ["lanes", "table", *slope.names, *lanes]]
    lines = [
        f"def kernel(lo, hi, {', '.join(arguments)}):",
        *(f"    {name} = lanes_.dtype.type({name}_)" for name in slope.names),
        "    for b in range(lo, hi):",
        "        for k in range(len(table_)):",
        *(f"            {name} = lanes_.dtype.type(table_[k, {i}])" for i, name in enumerate(scalars)),
        f"            for j in range({LANES}):",
        *(f"                {name} = {name}_[b, j]" for name in lanes),
        *(f"                {name} = {place}" for name, place in rows.items()),
        f"                theta_f = ({', '.join(points)},)",
        *(f"                {line}" for line in slope.body),
        *(f"                {g}_{c} = {slope.results[c]}" for c in axes),
        *(f"                {line}" for c in axes for line in splits[c].body),
        *(f"                {rows[f'{a}_{c}']} = {r}" for c, one in enumerate(splits) for a, r in one.writes),
    ]
    number = numba.from_dtype(dtype)
    types = [number[:, ::1], numba.float64[:, ::1], *[numba.float64] * len(slope.names), *[number[:, ::1]] * len(lanes)]
    return _compile(algorithm.name, lines, numba.int64, numba.int64, *types)
