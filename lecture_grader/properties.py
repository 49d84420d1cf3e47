"""What can be said of a wrong answer that no known mistake explains: where it is right, and how it differs.

Each sentence says one of two things: *where* an answer is right (which cases, which elements, which inputs it follows),
or that it is what is asked *up to a change of a closed list* (a sign, a small factor, an input). None says whether a
value is too large or too small, or by how much, so that no sequence of checks closes in on what is asked.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

RTOL = 2e-5  # wide enough for float32, and too narrow for a chance
NEAR = 0.01
SMALLER = 0.95  # what an input is multiplied by to see what follows it; a rate or a share stays a valid one


@dataclass(frozen=True)
class Property:
    """Something that the right answer does, and that a wrong one may not do.

    Parameters
    ----------
    says : callable
        ``says(cases, yours, asked)`` returns what is wrong, as a clause without its full stop, or None if nothing
        is. Each argument is a list: first of a case of the question, then of the related ones. A value is None
        where the answer stopped with an error.
    related : callable, optional
        ``related(**inputs)`` returns a list of further inputs. An answer is run on them too; they earn no points.
    part : str, default ""
        The part it speaks of; default any part that is wrong.
    whole : bool, default False
        Whether it is given all that the answer returned, and not what the part picks from it.
    last : bool, default False
        Whether it is worth saying only when nothing else can be said.
    """

    says: Callable
    related: Callable = lambda **inputs: []
    part: str = ""
    whole: bool = False
    last: bool = False


def direction(cases, yours, asked, each="value"):
    """Return how ``yours`` differs from ``asked`` over all cases, as a clause, or None.

    Parameters
    ----------
    cases : list of dict
        Inputs by name.
    yours, asked : list
        Values of the same shapes.
    each : str
        What the first axis counts: "step", "coordinate", …
    """
    mine, right = _numbers(yours), _numbers(asked)
    if len(cases) < 2:
        return None
    equal = [_same_thing(one, other) for one, other in zip(yours, asked, strict=True)]
    if mine is None or right is None:
        return where_right(cases, equal) if any(equal) else None
    with np.errstate(all="ignore"):
        if any(equal):
            return _elements(cases, mine, right, each) or where_right(cases, equal)
        tests = (
            _returned,
            _order,
            _elements,
            _sign,
            _sum,
            _factor,
            _step_from,
            _power,
            _rounded,
            _mirror,
            _unknown_factor,
        )
        return next((found for test in tests if (found := test(cases, mine, right, each))), None)


def at_last(yours, asked, each="value"):
    """Return what can be said when nothing better can: which share of an answer is right, or that it is near."""
    equal = [_same_thing(one, other) for one, other in zip(yours, asked, strict=True)]
    if any(equal):
        return f"it is right in {sum(equal)} of {len(equal)} cases, and not in the one below"
    mine, right = _numbers(yours), _numbers(asked)
    if mine is None or right is None or len(mine) < 2:
        return None
    with np.errstate(all="ignore"):
        if all(np.allclose(one, other, rtol=NEAR, atol=0) for one, other in zip(mine, right, strict=True)):
            return "it is near in every case and equal in none: look for an approximation, or for a rounded number"
        if all(one.ndim and _equal(one, other).any() for one, other in zip(mine, right, strict=True)):
            return f"some {each}s are right and some are not"
    return None


def _numbers(values):
    """Return the values as arrays of float, or None if they are not numbers."""
    arrays = []
    for value in values:
        if not isinstance(value, (int, float, list, tuple, np.ndarray)) or isinstance(value, bool):
            return None
        try:
            array = np.asarray(value)
        except ValueError:
            return None
        if array.dtype.kind not in "iuf" or not array.size:
            return None
        arrays.append(array.astype(float))
    return arrays


def _same(one, other):
    return one.shape == other.shape and np.allclose(one, other, rtol=RTOL, atol=1e-10)


def _equal(one, other):
    return np.isclose(one, other, rtol=RTOL, atol=1e-10)


def _same_thing(one, other):
    arrays = _numbers([one, other])
    if arrays is None:
        return isinstance(one, type(other)) and bool(np.all(np.asarray(one == other)))
    return _same(*arrays)


def _all(test, *lists):
    return all(test(*items) for items in zip(*lists, strict=True))


def shown(value):
    """Return a value as text, with six digits and not too long."""
    if isinstance(value, np.ndarray):
        return _short(value.tolist() if value.size <= 40 else [*value.ravel()[:40].tolist(), ...])
    return _short(value)


def _short(value):
    if isinstance(value, (list, tuple)):
        inner = ", ".join(shown(item) for item in value[:40])
        return f"({inner})" if isinstance(value, tuple) else f"[{inner}]"
    if isinstance(value, float):
        return f"{value:.6g}"
    return "…" if value is Ellipsis else repr(value)[:200]


# Where an answer is right.


def _kinds(name, value):
    """Yield pairs of words and truth: what can tell one case from another."""
    if isinstance(value, np.ndarray):
        yield f"{name} is a vector", value.ndim == 1
        yield f"{name} is a matrix", value.ndim == 2
        yield f"{name} holds whole numbers", value.dtype.kind in "iu"
        yield f"{name} has one element", value.size == 1
    elif isinstance(value, list):
        yield f"{name} has one element", len(value) == 1
    elif isinstance(value, str):
        yield f'{name} is "{value}"', True
    elif isinstance(value, (int, float)):
        yield f"{name} is positive", value > 0
        yield f"{name} is 0", value == 0
        yield f"{name} is below 1", value < 1
        if isinstance(value, int):
            yield f"{name} is even", value % 2 == 0


def where_right(cases, equal):
    """Return what the right cases have in common and the others have not, as a clause, or None."""
    kinds = [{w: t for name, value in case.items() for w, t in _kinds(name, value)} for case in cases]
    words = dict.fromkeys(word for case in kinds for word in case)
    for word in words:
        held = [case.get(word, False) for case in kinds]
        if held == equal:
            return f"it is right where {word}, and only there"
        if [not h for h in held] == equal:
            return f"it is right, but not where {word}"
    if equal == [True] + [False] * (len(equal) - 1) and len(equal) > 2:
        return "it is right in the first case and in no other"
    return None


def _elements(cases, mine, right, each):
    if min(a.ndim for a in mine) == 0 or max(len(a) for a in mine) < 2:
        return None
    masks = [_equal(one, other) for one, other in zip(mine, right, strict=True)]
    if not any(mask.any() for mask in masks):
        return None
    rows = [mask.all(axis=tuple(range(1, mask.ndim))) for mask in masks]
    place = [np.arange(len(row)) for row in rows]
    last = [len(row) - 1 for row in rows]
    for words, where in (
        (f"only the first {each} is right", [k == 0 for k in place]),
        (f"only the last {each} is right", [k == n for k, n in zip(place, last, strict=True)]),
        (f"only the first {each} is wrong", [k > 0 for k in place]),
        (f"only the last {each} is wrong", [k < n for k, n in zip(place, last, strict=True)]),
        (
            f"only the first and the last {each} are right",
            [(k == 0) | (k == n) for k, n in zip(place, last, strict=True)],
        ),
    ):
        if _all(np.array_equal, rows, where):
            return words
    for name in cases[0]:
        given = _numbers([case[name] for case in cases])
        if given and _all(lambda x, mask: x.shape == mask.shape, given, masks):
            for words, where in (
                (f"{name} is positive", [x > 0 for x in given]),
                (f"{name} is negative", [x < 0 for x in given]),
            ):
                if _all(np.array_equal, masks, where):
                    return f"it is right in the elements where {words}, and only there"
    if all(row[0] and not row[row.argmin() :].any() for row in rows if len(row) > 1):
        return f"it begins well; from some {each} on it is wrong"
    if all(row[-1] and not row[: len(row) - row[::-1].argmin()].any() for row in rows if len(row) > 1):
        return f"it ends well; up to some {each} it is wrong"
    return None


def _returned(cases, mine, right, each):
    for name in cases[0]:
        given = _numbers([case[name] for case in cases])
        if given and _all(_same, mine, given):
            return f"it is {name} as it came in"
    return None


def _order(cases, mine, right, each):
    if min(a.ndim for a in mine) == 0 or max(len(a) for a in mine) < 3:
        return None
    if _all(lambda a, b: _same(a[::-1], b), mine, right):
        return f"the {each}s are right and run backwards"
    if _all(lambda a, b: _same(a[1:], b[:-1]), mine, right):
        return f"every {each} comes one too late"
    if _all(lambda a, b: _same(a[:-1], b[1:]), mine, right):
        return f"every {each} comes one too early"
    if all(a.ndim == 2 and a.shape[0] == a.shape[1] for a in mine) and _all(lambda a, b: _same(a.T, b), mine, right):
        return "it is transposed"
    if _all(lambda a, b: _same(np.sort(a, axis=None), np.sort(b, axis=None)), mine, right):
        return "its values are right, in another order"
    return None


# What an answer differs by.


def _sign(cases, mine, right, each):
    if _all(lambda a, b: _same(-a, b), mine, right):
        return "its sign is wrong in every case, and its size is right"
    if _all(lambda a, b: _same(abs(a), abs(b)), mine, right):
        return "its sizes are right, and some of its signs are not"
    return None


def _sum(cases, mine, right, each):
    off = [a - b for a, b in zip(mine, right, strict=True)]
    for k in (1, -1):
        if all(_same(d, np.full_like(d, k)) for d in off):
            return f"it is what is asked {'plus' if k > 0 else 'minus'} 1 in every case"
    for name in cases[0]:
        given = _numbers([case[name] for case in cases])
        if not given or not _all(lambda x, d: x.shape in ((), d.shape), given, off):
            continue
        for times, label in ((1, name), (2, f"2 {name}"), (0.5, f"½ {name}")):
            for sign, word in ((1, "plus"), (-1, "minus")):
                if all(_same(d, np.broadcast_to(sign * times * x, d.shape)) for x, d in zip(given, off, strict=True)):
                    return f"it is what is asked {word} {label}"
    return None


NUMBERS = {
    "2": 2, "½": 0.5, "3": 3, "⅓": 1 / 3, "4": 4, "¼": 0.25, "√2": 2**0.5, "1/√2": 0.5**0.5, "√3": 3**0.5,
    "10": 10, "1/10": 0.1, "100": 100, "1/100": 0.01, "π": math.pi, "ln 2": math.log(2), "1/ln 2": 1 / math.log(2),
    "ln 10": math.log(10),
    "1/ln 10": 1 / math.log(10),
}  # fmt: skip


def _factors(case):
    """Return the closed list of factors that may be named, by their words."""
    found = dict(NUMBERS)
    scalars = {}
    for name, value in case.items():
        if isinstance(value, np.ndarray) and value.ndim:
            scalars[f"len({name})"] = len(value)
            if value.ndim == 2:
                scalars[f"{name}.shape[1]"] = value.shape[1]
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
            scalars[name] = value
    for name, x in scalars.items():
        found |= {name: x, f"1/{name}": 1 / x, f"{name}²": x * x, f"1/{name}²": 1 / (x * x)}
        found |= {f"√{name}": x**0.5, f"1/√{name}": x**-0.5, f"2 {name}": 2 * x, f"½ {name}": x / 2}
        found |= {f"1/(2 {name})": 0.5 / x, f"2/{name}": 2 / x}
        found |= {f"(1 + {name})": 1 + x, f"1/(1 + {name})": 1 / (1 + x)}
        if 0 < x < 1:
            found |= {f"(1 - {name})": 1 - x, f"1/(1 - {name})": 1 / (1 - x)}
            found |= {f"√(1 - {name})": (1 - x) ** 0.5, f"1/√(1 - {name})": (1 - x) ** -0.5}
    for (one, x), (other, y) in itertools.combinations(scalars.items(), 2):
        found |= {f"{one} {other}": x * y, f"1/({one} {other})": 1 / (x * y), f"{one}/{other}": x / y}
        found |= {f"{other}/{one}": y / x}
    return found


def _ratio(one, other):
    """Return the one factor between two arrays, or None."""
    used = abs(other) > 1e-10
    if not used.any() or not np.allclose(one[~used], 0, atol=1e-10):
        return None
    ratios = one[used] / other[used]
    first = ratios.flat[0]
    return float(first) if np.isfinite(first) and first and np.allclose(ratios, first, rtol=RTOL, atol=0) else None


def _named_factor(cases, mine, right):
    """Return the words of the factor between ``mine`` and ``right`` in every case, or None."""
    ratios = [_ratio(a, b) for a, b in zip(mine, right, strict=True)]
    if any(ratio is None for ratio in ratios) or len({ratio > 0 for ratio in ratios}) > 1:
        return None
    lists = [_factors(case) for case in cases]
    for words in lists[0]:
        if all(
            words in named and math.isclose(abs(ratio), named[words], rel_tol=RTOL)
            for named, ratio in zip(lists, ratios, strict=True)
        ):
            return words if ratios[0] > 0 else f"-{words}"
    return None


def _factor(cases, mine, right, each):
    if words := _named_factor(cases, mine, right):
        return f"it is {words} times what is asked, in every case"
    for name in cases[0]:
        given = _numbers([case[name] for case in cases])
        if not given or not _all(lambda x, b: x.shape == b.shape and x.ndim, given, right):
            continue
        for label, change in ((name, lambda x: x), (f"1/{name}", lambda x: 1 / x), (f"{name}²", lambda x: x * x)):
            if all(_same(change(x) * b, a) for x, a, b in zip(given, mine, right, strict=True)):
                return f"it is {label} times what is asked, element by element"
    return None


def _step_from(cases, mine, right, each):
    for name in cases[0]:
        given = _numbers([case[name] for case in cases])
        if not given or not _all(lambda x, b: x.shape == b.shape and x.ndim, given, right):
            continue
        moved = [a - x for a, x in zip(mine, given, strict=True)]
        wanted = [b - x for b, x in zip(right, given, strict=True)]
        if _all(_same, mine, wanted):
            return f"{name} itself is missing: it is the step from {name} alone"
        if _all(lambda a, b: _same(-a, b), moved, wanted):
            return f"it goes from {name} as far as it should, and the opposite way"
        if _all(lambda a, b: _same(abs(a), abs(b)), moved, wanted):
            return f"its steps from {name} have the right sizes, and some have the wrong sign"
        if words := _named_factor(cases, moved, wanted):
            return f"its step from {name} is {words} times the one asked for"
        for other in cases[0]:
            factor = _numbers([case[other] for case in cases])
            if not factor or not _all(lambda x, b: x.shape == b.shape and x.ndim, factor, right):
                continue
            for label, change in ((other, lambda x: x), (f"1/{other}", lambda x: 1 / x)):
                if all(_same(change(x) * b, a) for x, a, b in zip(factor, moved, wanted, strict=True)):
                    return f"its step from {name} is {label} times the one asked for, element by element"
        if any(a.size > 1 for a in moved) and _all(lambda a, b: (_ratio(a, b) or 0) > 0, moved, wanted):
            return f"its step from {name} has the right direction and a wrong length"
    return None


POWERS = {
    "the square of what is asked": np.square,
    "the root of what is asked": np.sqrt,
    "1 over what is asked": lambda x: 1 / x,
    "1 over the root of what is asked": lambda x: x**-0.5,
    "1 minus what is asked": lambda x: 1 - x,
    "the logarithm of what is asked": np.log,
    "the exponential of what is asked": np.exp,
    "the logarithm to base 10 of what is asked": np.log10,
}


def _power(cases, mine, right, each):
    for words, change in POWERS.items():
        if all(_same(a, change(b)) for a, b in zip(mine, right, strict=True)):
            return f"it is {words}"
    return None


def _rounded(cases, mine, right, each):
    for decimals in range(5):
        if all(_same(a, np.round(b, decimals)) for a, b in zip(mine, right, strict=True)):
            places = f"{decimals} decimal{'s' if decimals > 1 else ''}" if decimals else "whole numbers"
            return f"it is rounded to {places}"
    return None


def _mirror(cases, mine, right, each):
    if min(a.size for a in mine) > 2 and _all(lambda a, b: _same(a - a.flat[0], b.flat[0] - b), mine, right):
        return "it runs the other way: where what is asked grows, it falls by as much"
    return None


def _unknown_factor(cases, mine, right, each):
    ratios = [_ratio(a, b) for a, b in zip(mine, right, strict=True)]
    if any(ratio is None for ratio in ratios):
        return None
    powers = np.log2(np.abs(ratios))
    if len(cases) > 1 and np.allclose(powers, np.round(powers), rtol=0, atol=RTOL):
        return "it is what is asked times a power of 2, not the same in every case"
    if len(cases) > 2 and np.allclose(ratios, ratios[0], rtol=RTOL, atol=0):
        return "it is one and the same factor times what is asked, in every case: look for a constant"
    if all(a.size > 1 for a in mine):
        same = "direction" if min(ratios) > 0 else "direction, up to a sign,"
        return f"it has the right {same} in every case, and a wrong length"
    return None


# What follows what: inputs that differ in one number.


def changed(inputs):
    """Return the inputs with one number changed a little, by the name of that number."""
    found = {}
    for name, value in inputs.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            found[name] = {**inputs, name: value * SMALLER}
        elif isinstance(value, float):
            found[name] = {**inputs, name: round(value * SMALLER, 6)}
        elif isinstance(value, int) and not isinstance(value, bool):
            found[name] = {**inputs, name: value + 1}
    return found


def smooth(value):
    """Return whether a value can follow a small change of the inputs: numbers, and not whole ones alone."""
    items = value if isinstance(value, tuple) else (value,)
    arrays = [_numbers([item]) for item in items]
    if any(array is None or not np.isfinite(array[0]).all() for array in arrays):
        return False
    return any(not np.all(array[0] == np.round(array[0])) for array in arrays)


def follows(names, cases, yours, asked):
    """Return which inputs an answer does not follow as it should.

    Parameters
    ----------
    names : list of str
        Which input is changed in each case but the first.
    cases : list of dict
        A case and, behind it, what :func:`changed` makes of it.
    yours, asked : list
        The values there; None where it stopped.

    Returns
    -------
    (int, str) or None
        How many inputs that are, and a clause.
    """
    if not smooth(asked[0]):
        return None
    lost, extra, alike = [], [], {}
    base = _base(names, cases, yours, asked)
    for name, case, mine, right in zip(names, cases[1:], yours[1:], asked[1:], strict=True):
        arrays = _numbers([yours[0], mine, asked[0], right])
        if arrays is None or len({array.shape for array in arrays}) > 1:
            continue  # it stopped there, or the shapes follow the input
        a, a_new, b, b_new = arrays
        moves, should = not _same(a, a_new), not _same(b, b_new)
        if should and not moves:
            lost.append(name)
        elif moves and not should:
            extra.append(name)
        elif moves:
            shift = (cases[0][base], case[base]) if base else (0, 0)
            alike[name] = _moves_alike(a, a_new, b, b_new, *shift)
    if lost or extra:
        verb = "does not change" if lost else "changes"
        return len(lost or extra), f"it {verb} with {_list(lost or extra)}, and should{'' if lost else ' not'}"
    # By any of the three, or, where all inputs pass by one or another, by factors alone.
    for passes in (any, lambda found: found[0]):
        good = [name for name, found in alike.items() if passes(found)]
        wrong = [name for name in alike if name not in good]
        if good and wrong:
            said = f"it follows {_list(good)} as it should"
            if len(wrong) > 3:
                return len(wrong), f"{said}, and no other input"
            return len(wrong), f"{said}; look at what {_list(wrong)} {'do' if len(wrong) > 1 else 'does'} in it"
    return None


def _base(names, cases, yours, asked):
    """Return the array input to which both answers add a step, or None."""
    for name, case, mine, right in zip(names, cases[1:], yours[1:], asked[1:], strict=True):
        arrays = _numbers([cases[0][name], case[name], yours[0], mine, asked[0], right])
        if arrays and arrays[0].ndim and len({array.shape for array in arrays}) == 1:
            x, x_new, a, a_new, b, b_new = arrays
            if _same(x_new - x, a_new - a) and _same(x_new - x, b_new - b):
                return name
    return None


def _moves_alike(a, a_new, b, b_new, x, x_new):
    """Return whether two values change alike: by one factor, by one amount, and by one amount in their inverses."""
    a, a_new, b, b_new = a - x, a_new - x_new, b - x, b_new - x_new
    pairs = (a_new * b, b_new * a), (a_new - a, b_new - b), (1 / a_new - 1 / a, 1 / b_new - 1 / b)
    return [np.allclose(one, other, rtol=1e-4, atol=1e-9) for one, other in pairs]


def _list(names):
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


# For questions to declare. ``change(**inputs)`` returns what is different in the related inputs.


def right_where(words, change, part="", last=False):
    """Return the property that says so if an answer is right in related inputs."""
    return _there(f"it is right {words}", change, part, True, last)


def wrong_where(words, change, part="", last=False):
    """Return the property that says so if an answer is wrong even in related inputs."""
    return _there(f"it is wrong even {words}", change, part, False, last)


def _there(sentence, change, part, right, last):
    def says(cases, yours, asked):
        pairs = _numbers([yours[1], asked[1]])
        return sentence if pairs and _same(*pairs) is right else None

    return Property(says, lambda **inputs: [{**inputs, **change(**inputs)}], part, last=last)


def unchanged_by(words, change, part=""):
    """Return the property that an answer stays the same under a change of the inputs."""
    return scales(f"it changes {words}, and should not", change, 1, part)


def scales(sentence, change, factor, part=""):
    """Return the property that an answer is multiplied by a factor under a change of the inputs."""

    def says(cases, yours, asked):
        values = _numbers(yours)
        return None if values is None or _same(values[0] * factor, values[1]) else sentence

    return Property(says, lambda **inputs: [{**inputs, **change(**inputs)}], part)


def order_of_difference(name, part=""):
    """Return the property that names the power of a small input with which an answer goes wrong."""

    def says(cases, yours, asked):
        values, right = _numbers(yours), _numbers(asked)
        if values is None or right is None:
            return None
        large, small = (np.max(abs(a - b)) for a, b in zip(values[1:], right[1:], strict=True))
        power = math.log10(large / small) if small and large > RTOL * np.max(abs(right[1])) else math.nan
        if not abs(power - np.round(power)) < 0.02 or not 1 <= round(power) <= 3:
            return None
        return f"it goes wrong with the term of {name}{('', '', '²', '³')[round(power)]}; those before it are right"

    return Property(says, lambda **inputs: [{**inputs, name: inputs[name] * k} for k in (1e-2, 1e-3)], part)


def keeps(check, part=""):
    """Return the property that is a statement about one case: ``check(value, **inputs)`` returns a clause or None."""

    def says(cases, yours, asked):
        value = _numbers(yours)
        return check(value[0], **cases[0]) if value else None

    return Property(says, part=part)
