"""Turn what an answer did into points and the one message that fits."""

import functools
import itertools
from dataclasses import asdict, dataclass

import numpy as np

from lecture_grader import properties
from lecture_grader.compare import difference, near_enough
from lecture_grader.inside import values
from lecture_grader.inside.observe import observe

#: What became of an answer.
BLANK, RIGHT, MISTAKE, ERROR, WRONG = "not answered", "right", "known mistake", "error", "wrong"


NOT_RIGHT = "is not right"


@dataclass(frozen=True)
class Verdict:
    """The outcome of one question.

    Attributes
    ----------
    name : str
        The question.
    status : str
        "not answered", "right", "known mistake", "error" or "wrong".
    parts : tuple of (str, float, float)
        Name, points earned and points possible of each part.
    message : str
        What to tell the student; says nothing of the inputs.
    example : str
        A call that shows the fault, or "".
    detail : str
        The exception's own text, which may quote the inputs, or "".
    warnings : tuple of str
        What is not wrong but worth saying.
    own : str
        What the answer gave where ``example`` shows the fault, or "".
    section : str
        Where the book treats it, or "".
    withheld : tuple of str
        The parts that hold and earn nothing, because they count only beside another part.
    """

    name: str
    status: str
    parts: tuple
    message: str = ""
    example: str = ""
    detail: str = ""
    warnings: tuple = ()
    own: str = ""
    section: str = ""
    withheld: tuple = ()

    def as_dict(self):
        """Return the verdict as JSON-able data, with its sums."""
        return {**asdict(self), "points": self.points, "possible": self.possible}

    @property
    def points(self):
        """float: Points earned."""
        return sum(earned for _, earned, _ in self.parts)

    @property
    def possible(self):
        """float: Points possible."""
        return sum(possible for _, _, possible in self.parts)


@dataclass(frozen=True)
class _Related:
    """The related inputs: per property its places among them and the cases; all inputs, and what is right there."""

    properties: list
    cases: list
    inputs: list
    expected: list


class Judge:
    """Judges answers to one question on the cases of one seed.

    An answer that is wrong in no known way is run once more, on the related inputs of the question's properties. They
    earn nothing; they serve to say what is wrong with it.

    Parameters
    ----------
    question : Question
        The question.
    seed : int
        Seed of the cases.

    Attributes
    ----------
    cases : list of dict
        Encoded inputs: all that an answer is given.
    """

    def __init__(self, question, seed):
        self.question = question
        rng = np.random.default_rng(seed)
        self.inputs = question.cases(rng)
        self.cases = self._encoded(self.inputs)
        self.expected = self._decoded(observe(question.reference, self.cases))

    @functools.cached_property
    def _related(self):
        found, inputs = [], []
        for k in sorted({self._counting(part)[0] for part in self.question.parts}):
            asked = [(one, one.related(**self.inputs[k])) for one in self.question.properties]
            if callable(self.question.stub) and self.question.follows:
                followed = self._followed(self.inputs[k])
                asked.append((list(followed), list(followed.values())))
            for one, related in asked:
                begin = len(self.inputs) + len(inputs)
                found.append((one, [k, *range(begin, begin + len(related))]))
                inputs += related
        cases = self._encoded(inputs)
        right = self._decoded(observe(self.question.reference, cases), len(cases))
        return _Related(found, cases, [*self.inputs, *inputs], [*self.expected, *right])

    @staticmethod
    def _encoded(inputs):
        return [{name: values.encode(item) for name, item in case.items()} for case in inputs]

    def _followed(self, inputs):
        """Return inputs with one number changed, where the right answer is a number: a right answer ends there."""
        found = properties.changed(inputs)
        outcomes = observe(self.question.reference, self._encoded([inputs, *found.values()]))
        right = [outcome.get("value") for outcome in map(_outcome, outcomes)]
        if not properties.smooth(right[0]):
            return {}
        return {
            name: case for (name, case), value in zip(found.items(), right[1:], strict=True) if properties.smooth(value)
        }

    def _counting(self, part):
        """Return the numbers of the cases that count for a part."""
        return [k for k in range(len(self.inputs)) if not part.where or part.where(**self.inputs[k])]

    def _outcomes_of(self, answer):
        """Return what a known answer does."""
        return self._decoded(observe(answer, self.cases))

    @functools.cached_property
    def _mistakes(self):
        return [(mistake, self._outcomes_of(mistake.wrong)) for mistake in self.question.mistakes]

    @functools.cached_property
    def _pairs(self):
        """Pairs of mistakes that are changes of one wrong answer, with what they do in the first case."""
        # The first case is enough to pass over nearly all of the hundred.
        pairs = itertools.combinations([mistake for mistake in self.question.mistakes if mistake.switches], 2)
        made = [(pair, answer) for pair in pairs if (answer := pair[0].together_with(pair[1]))]
        first = self.cases[:1]
        return [(pair, answer, self._decoded(observe(answer, first), 1)) for pair, answer in made]

    def rehearse(self):
        """Run the known mistakes now; later calls of :meth:`verdict` only compare."""
        return self._mistakes, self._pairs

    def _decoded(self, outcomes, count=None):
        """Return outcomes with their values decoded, or raise ValueError: they may be forged."""
        if not isinstance(outcomes, list) or len(outcomes) != (len(self.cases) if count is None else count):
            raise ValueError("there must be one outcome for each case")
        return [_outcome(outcome) for outcome in outcomes]

    def verdict(self, outcomes, more=None):
        """Judge what an answer did.

        Parameters
        ----------
        outcomes : list of dict
            One per case, as :func:`lecture_grader.inside.observe.observe` returns them.
        more : callable, optional
            ``more(cases)`` runs the answer on further cases and returns its outcomes, or None if it did not end. It is
            called at most once, and only for an answer that is wrong in no known way.

        Returns
        -------
        Verdict
            Points per part and one message.

        Raises
        ------
        ValueError
            If ``outcomes`` is not in the format of ``observe``.
        """
        seen = self._decoded(outcomes)
        if self._blank(seen):
            nothing = callable(self.question.stub) and any("value" in outcome for outcome in seen)
            return self.blank(" It returns nothing: is a return missing?" if nothing else "")
        parts, faults, withheld = self._mark(seen)
        result = functools.partial(Verdict, self.question.name, parts=parts, withheld=withheld)
        if not faults:
            return result(RIGHT, warnings=self._warnings(seen))
        part, k, sentence = faults[0]
        shown = dict(example=self._example(k), own=self._own(part, seen[k]), section=self._section())
        for mistake, theirs in self._mistakes:
            if self._all_same(seen, theirs):
                return result(MISTAKE, message=mistake.message, **shown)
        for (one, other), answer, first in self._pairs:
            if self._all_same(seen[:1], first) and self._all_same(seen, self._outcomes_of(answer)):
                message = f"Two mistakes at once: {one.clause}; and {other.clause}."
                return result(MISTAKE, message=message, **shown)
        for k, outcome in enumerate(seen):
            if "error" in outcome:
                error = outcome["error"]
                where = f", in {error['where']}" if error["where"] else ""
                message = f"Your answer stopped with {error['kind']}{where}.{self._where_it_is_right(seen)}"
                return result(ERROR, message=message, example=self._example(k), detail=error["text"])
        rough = [fault for fault in faults if NOT_RIGHT not in fault[2] and not fault[0].unchanged]
        if rough:  # a missing value or a wrong shape comes before anything finer
            faults = rough
        everything = [*seen, *self._run(more)]
        found = [(*said, fault) for fault in faults if (said := self._direction(fault[0], everything))]
        _, clause, (part, k, sentence) = min(found, key=lambda one: one[0], default=(0, "", faults[0]))
        sentence = f"{sentence.rstrip('.')}: {clause}." if clause else sentence
        shown |= dict(example=self._example(k), own=self._own(part, seen[k]))
        return result(WRONG, message=sentence + self._near_enough(part), warnings=self._warnings(seen), **shown)

    def blank(self, hint=""):
        """Return the verdict on a question that is not answered."""
        parts = tuple((part.name, 0, part.points) for part in self.question.parts)
        return Verdict(self.question.name, BLANK, parts, f"Not answered yet.{hint}")

    def failed(self, message):
        """Return the verdict on an answer that could not be run, with the reason."""
        parts = tuple((part.name, 0, part.points) for part in self.question.parts)
        return Verdict(self.question.name, ERROR, parts, printable(message))

    def not_defined(self, error):
        """Return the verdict on an answer whose own cell stopped with ``error``."""
        error = _error(error)
        if error["kind"] == "NotImplementedError":
            return self.blank()
        missing = error["kind"] in ("ModuleNotFoundError", "ImportError")
        hint = " There is NumPy alone." if missing else ""
        where = f", in {error['where']}" if error["where"] else ""
        return self.failed(f"The cell of your answer stopped with {error['kind']}{where}.{hint}")

    @staticmethod
    def _blank(seen):
        def blank(outcome):
            if "error" in outcome:
                return outcome["error"]["kind"] == "NotImplementedError"
            value = outcome["value"]
            filled = value if isinstance(value, (tuple, list)) and value else (value,)
            return all(item is None or item is Ellipsis for item in filled)

        return all(blank(outcome) for outcome in seen)

    def _mark(self, seen):
        """Return points per part, the faults as triples of part, case and sentence, and what is withheld."""
        marks, faults = [], []
        for part in self.question.parts:
            fault = self._changed(seen) if part.unchanged else self._fault(part, seen)
            faults += [(part, *fault)] if fault else []
            marks.append(0 if fault else part.points)
        parts, withheld = self.question.parts, ()
        if not any(mark for mark, part in zip(marks, parts, strict=True) if not part.unchanged):
            withheld = tuple(part.name for mark, part in zip(marks, parts, strict=True) if mark)
            marks = [0 for _ in marks]
        return tuple((p.name, m, p.points) for p, m in zip(parts, marks, strict=True)), faults, withheld

    def _fault(self, part, seen):
        for k in self._counting(part):
            outcome, expected = seen[k], self.expected[k]
            if "error" in outcome:
                return k, f"Your answer stopped with {outcome['error']['kind']}."
            value, right = outcome["value"], expected["value"]
            if part.of:
                if found := _other_container(value, right):
                    return k, f"Your answer {found}."
                value, right = part.of(value), part.of(right)
            if part.options and value is not Ellipsis and not _chosen(value, part.options):
                return k, f"For {part.name}, choose one of: {', '.join(part.options)}."
            if found := difference(value, right, self.question.rtol, self.question.atol):
                return k, f"For {part.name}, your answer {found}."
        return None

    def _changed(self, seen):
        for k, outcome in enumerate(seen):
            for name, given in self.inputs[k].items():
                if "after" in outcome and not _identical(outcome["after"].get(name), given):
                    return k, (
                        f"Your function changes its input {name} in place. "
                        "Write x = x + … and not x += …, or work on a copy."
                    )
        return None

    def _where_it_is_right(self, seen):
        """Return a sentence on what the right cases of an answer that stops have in common, or ""."""
        tolerances = self.question.rtol, self.question.atol
        right = [
            "value" in one and difference(one["value"], other["value"], *tolerances) is None
            for one, other in zip(seen, self.expected, strict=True)
        ]
        said = properties.where_right(self.inputs, right) if any(right) else None
        return f" {said[0].upper()}{said[1:]}." if said else ""

    def _run(self, more):
        """Return what an answer does with the related inputs; an error for each if that cannot be said."""
        cases = self._related.cases
        outcomes = more(cases) if more and cases else None
        try:
            return self._decoded(outcomes, len(cases))
        except ValueError:  # None, or not in the format: the points are given, and nothing more can be said
            return [{"error": None}] * len(cases)

    def _direction(self, part, everything):
        """Return a rank, lower for what says more, and a clause on how a part of an answer is wrong; or None."""
        if part.unchanged or part.options:
            return None
        counting = self._counting(part)
        chosen = [self._picked(part, everything, k) for k in counting]
        if any(mine is None for mine, _ in chosen):
            return None
        spread = _wrong_item([mine for mine, _ in chosen], [right for _, right in chosen], self.question)
        if spread is None:
            return None
        item, mine, right = spread
        cases, general = [self.inputs[k] for k in counting], callable(self.question.stub)
        if general and (clause := properties.direction(cases, mine, right, part.each)):
            return 0, clause
        found = []
        for one, places in self._related.properties:
            listed = isinstance(one, list)  # the names of changed inputs
            if places[0] != counting[0] or not (listed or one.part in ("", part.name)):
                continue
            whole = not listed and one.whole
            picked = [self._picked(None if whole else part, everything, place) for place in places]
            values = [[_item(pair[side], None if whole else item) for pair in picked] for side in (0, 1)]
            with np.errstate(all="ignore"):
                if listed:
                    said = properties.follows(one, [self._related.inputs[place] for place in places], *values)
                    found += [(2 + said[0], said[1])] if said else []
                elif clause := one.says([self._related.inputs[place] for place in places], *values):
                    found.append((100 if one.last else 1, clause))
        if general and (clause := properties.at_last(mine, right, part.each)):
            found.append((50, clause))
        return min(found, key=lambda one: one[0], default=None)

    def _picked(self, part, seen, k):
        """Return what a part sees of an answer and of the reference in one case, None for what is not there."""
        mine, right = (outcomes[k].get("value") for outcomes in (seen, self._related.expected))
        if right is None or (part is not None and part.of is None) or part is None:
            return mine, right
        return (None if mine is None or _other_container(mine, right) else part.of(mine)), part.of(right)

    def _near_enough(self, part):
        """Return a sentence on the tolerance, where it is wide enough to matter to a reader."""
        _, right = self._picked(part, self.expected, self._counting(part)[0])
        numeric = isinstance(right, (int, float, np.generic, np.ndarray)) and not isinstance(right, bool)
        said = near_enough(self.question.rtol, self.question.atol) if numeric else ""
        return f" {said}" if said else ""

    def _section(self):
        return f"Chapter {self.question.chapter}, “{self.question.section}”" if self.question.section else ""

    def _own(self, part, outcome):
        """Return what the answer gave, for a part, as a student would print it."""
        if part.unchanged or "value" not in outcome:
            return ""
        value = outcome["value"]
        if part.of and not _other_container(value, self.expected[0]["value"]):
            value = part.of(value)
        return printable(properties.shown(value))

    def _all_same(self, seen, theirs):
        return all(self._same(one, other) for one, other in zip(seen, theirs, strict=True))

    def _same(self, one, other):
        if "error" in one or "error" in other:
            kinds = [outcome.get("error", {}).get("kind") for outcome in (one, other)]
            return kinds[0] == kinds[1]
        if difference(one["value"], other["value"], self.question.rtol, self.question.atol):
            return False
        return all(
            difference(item, other["after"].get(name), self.question.rtol, self.question.atol) is None
            for name, item in one["after"].items()
            if isinstance(item, (int, float, list, np.ndarray))
        )

    def _warnings(self, seen):
        found = []
        if not any(part.unchanged for part in self.question.parts) and (fault := self._changed(seen)):
            found.append(fault[1])
        for outcome, inputs in zip(seen, self.inputs, strict=True):
            if "value" in outcome and _has_float32(outcome["value"]) and not _has_float32(inputs):
                found.append("Your answer computes in float32, so it keeps 7 digits where float64 keeps 16.")
                break
        return tuple(found)

    def _example(self, k):
        if not self.inputs[k]:
            return ""
        shown = ", ".join(f"{name}={values.source(item)}" for name, item in self.inputs[k].items())
        return f"{self.question.name}({shown})"


def _outcome(outcome):
    if type(outcome) is dict and outcome.keys() == {"error"}:
        return {"error": _error(outcome["error"])}
    if type(outcome) is not dict or outcome.keys() != {"value", "after"}:
        raise ValueError("an outcome is not in the grader's format")
    if type(outcome["after"]) is not dict:
        raise ValueError("an outcome is not in the grader's format")
    after = {name: values.decode(item, formulas=False) for name, item in outcome["after"].items()}
    return {"value": values.decode(outcome["value"]), "after": after}


def _error(error):
    if type(error) is not dict or error.keys() != {"kind", "text", "where"}:
        raise ValueError("an error is not in the grader's format")
    return {key: printable(text) for key, text in error.items()}


def printable(text):
    """Return one line that is safe on a terminal, in a table and in UTF-8."""
    return "".join(c if c.isprintable() else " " for c in str(text)[:300])


def _identical(one, other):
    if isinstance(other, values.Formula):
        return True
    if isinstance(other, np.ndarray):
        return isinstance(one, np.ndarray) and np.array_equal(one, other, equal_nan=True)
    if isinstance(other, (list, tuple)):
        same_length = type(one) is type(other) and len(one) == len(other)
        return same_length and all(map(_identical, one, other))
    if isinstance(other, dict):
        return (
            type(one) is dict and one.keys() == other.keys() and all(_identical(one[key], other[key]) for key in other)
        )
    return one == other


def _has_float32(value):
    if isinstance(value, (list, tuple)):
        return any(map(_has_float32, value))
    if isinstance(value, dict):
        return any(map(_has_float32, value.values()))
    return isinstance(value, np.ndarray) and value.dtype == np.float32


def _other_container(value, right):
    """Return what is wrong with ``value`` as a tuple or dict like ``right``, its items aside, or None."""
    if isinstance(right, dict):
        return difference(value, right, np.inf, np.inf) if not isinstance(value, dict) else None
    stacked = isinstance(value, np.ndarray) and value.ndim == 1 + np.ndim(right[0])
    if (isinstance(value, (tuple, list)) or stacked) and len(value) == len(right):
        return None
    if value is None:
        return "is None: is a return missing?"
    count = f"{len(value)} values" if isinstance(value, (tuple, list)) else "one value"
    return f"holds {count} where {len(right)} are wanted"


def _chosen(value, options):
    return isinstance(value, str) and value.strip().lower() in [name.lower() for name in options]


def _wrong_item(mine, right, question):
    """Return (which, values, right values): of results that are tuples, the first item that is wrong in any case."""
    if not isinstance(right[0], tuple):
        rough = any("right" not in found for found in _differences(mine, right, question))
        return None if rough else (None, mine, right)
    if not all(isinstance(value, (tuple, list)) and len(value) == len(right[0]) for value in mine):
        return None
    for item in range(len(right[0])):
        pair = [value[item] for value in mine], [value[item] for value in right]
        if found := _differences(*pair, question):
            return (item, *pair) if all("right" in one for one in found) else None
    return None


def _differences(mine, right, question):
    pairs = zip(mine, right, strict=True)
    return [found for one, other in pairs if (found := difference(one, other, question.rtol, question.atol))]


def _item(value, item):
    if item is None or value is None:
        return value
    return value[item] if isinstance(value, (tuple, list)) and len(value) > item else None


def rows(verdict):
    """Return one line for each part: its points, and whether it is right.

    Parameters
    ----------
    verdict : dict
        A :class:`Verdict` as a dict.

    Returns
    -------
    list of str
        For instance ``"✓ 1 of 1  the new velocity"``.
    """
    withheld = verdict.get("withheld", ())
    return [
        f"{'✓' if earned else '–' if part in withheld else '✗'} {earned:g} of {possible:g}  {part}"
        + (", which counts beside another part" if part in withheld else "")
        for part, earned, possible in verdict["parts"]
    ]
