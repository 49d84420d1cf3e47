"""Turn what an answer did into points and the one message that fits."""

import functools
from dataclasses import asdict, dataclass

import numpy as np

from lecture_grader.compare import difference
from lecture_grader.inside import values
from lecture_grader.inside.observe import observe

#: What became of an answer.
BLANK, RIGHT, MISTAKE, ERROR, WRONG = "not answered", "right", "known mistake", "error", "wrong"


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
    """

    name: str
    status: str
    parts: tuple
    message: str = ""
    example: str = ""
    detail: str = ""
    warnings: tuple = ()

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


class Judge:
    """Judges answers to one question on the cases of one seed.

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
        self.cases = [{name: values.encode(item) for name, item in case.items()} for case in self.inputs]
        self.expected = self._decoded(observe(question.reference, self.cases))

    @functools.cached_property
    def _mistakes(self):
        return [(mistake, self._decoded(observe(mistake.wrong, self.cases))) for mistake in self.question.mistakes]

    def rehearse(self):
        """Run the known mistakes now; later calls of :meth:`verdict` only compare."""
        return self._mistakes

    def _decoded(self, outcomes):
        """Return outcomes with their values decoded, or raise ValueError: they may be forged."""
        if not isinstance(outcomes, list) or len(outcomes) != len(self.cases):
            raise ValueError("there must be one outcome for each case")
        return [_outcome(outcome) for outcome in outcomes]

    def verdict(self, outcomes):
        """Judge what an answer did.

        Parameters
        ----------
        outcomes : list of dict
            One per case, as :func:`lecture_grader.inside.observe.observe` returns them.

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
        parts, faults = self._mark(seen)
        result = functools.partial(Verdict, self.question.name, parts=parts)
        if not faults:
            return result(RIGHT, warnings=self._warnings(seen))
        for mistake, theirs in self._mistakes:
            if all(self._same(a, b) for a, b in zip(seen, theirs, strict=True)):
                return result(MISTAKE, message=mistake.message, example=self._example(faults[0][0]))
        for k, outcome in enumerate(seen):
            if "error" in outcome:
                error = outcome["error"]
                where = f", in {error['where']}" if error["where"] else ""
                message = f"Your answer stopped with {error['kind']}{where}."
                return result(ERROR, message=message, example=self._example(k), detail=error["text"])
        k, sentence = faults[0]
        return result(WRONG, message=sentence, example=self._example(k), warnings=self._warnings(seen))

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
        """Return points per part, and the faults as pairs of case and sentence."""
        marks, faults = [], []
        for part in self.question.parts:
            fault = self._changed(seen) if part.unchanged else self._fault(part, seen)
            faults += [fault] if fault else []
            marks.append(0 if fault else part.points)
        parts = self.question.parts
        if not any(mark for mark, part in zip(marks, parts, strict=True) if not part.unchanged):
            marks = [0 for _ in marks]
        return tuple((p.name, m, p.points) for p, m in zip(parts, marks, strict=True)), faults

    def _fault(self, part, seen):
        for k, (outcome, expected) in enumerate(zip(seen, self.expected, strict=True)):
            if part.where and not part.where(**self.inputs[k]):
                continue
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
