"""The instant check of one answer, in the student's own notebook."""

import functools
import types
import zlib

from lecture_grader import bank, judge
from lecture_grader.inside.observe import observe


def check(answer, question=None):
    """Print the points of one answer and the one message that fits.

    It runs the answer in this notebook, on the same inputs every time, so an endless loop has to be stopped by
    hand (Kernel, Interrupt). It prints; it returns nothing, and it does not raise, whatever the answer does.

    Parameters
    ----------
    answer : callable or object
        Your function; or your number, word or tuple.
    question : str, optional
        The question's name. For a function it is the function's own name.
    """
    name = question or getattr(answer, "__name__", None)
    if name is None:
        print('Say which question this answers: check(answer, question="…")')
    elif name not in bank.names():
        print(f"There is no question named {name!r}. Has the function been renamed?")
    else:
        print(report(name, answer))


def report(name, answer):
    """Return the text that :func:`check` prints.

    Parameters
    ----------
    name : str
        The question's name.
    answer : object
        The answer.

    Returns
    -------
    str
        Some lines.
    """
    verdict = verdict_on(name, answer)
    if verdict.status == judge.BLANK:
        hint = verdict.message.removeprefix("Not answered yet.")
        return f"{name}: not answered yet (0 of {verdict.possible:g} points){hint and '.' + hint}"
    lines = [f"{name}: {verdict.points:g} of {verdict.possible:g} points"]
    lines += [f"  {row}" for row in judge.rows(verdict.as_dict())]
    if verdict.message:
        lines.append(verdict.message)
    if verdict.detail:
        lines.append(f"It said: {verdict.detail}")
    if verdict.section:
        lines.append(f"Read again: {verdict.section}.")
    if verdict.own:
        lines.append(
            f"Your own value{' was' if not verdict.example else ', with the inputs below, was'}: {verdict.own}"
        )
    if verdict.example:
        lines.append(f"Try it with: {verdict.example}")
    lines += [f"Note: {warning}" for warning in verdict.warnings]
    if helper := course_function(answer):
        lines.append(
            f"Note: your function uses {helper} of lecture_optim. When it is graded for the class there is NumPy alone."
        )
    return "\n".join(lines)


def verdict_on(name, answer):
    """Return the :class:`~lecture_grader.judge.Verdict` on an answer, on the instant check's inputs."""
    this = instant_judge(name)
    return this.verdict(observe(answer, this.cases), lambda cases: observe(answer, cases))


def score(name, answer):
    """Print the report and return the points: a test cell of nbgrader takes them as a partial credit."""
    print(report(name, answer))
    return verdict_on(name, answer).points


def earned(name, answer, part):
    """Return whether a part is earned: a test of otter-grader asserts it."""
    return any(name == part and points for name, points, _ in verdict_on(name, answer).parts)


@functools.cache
def instant_judge(name):
    """Return the judge of the instant check, whose inputs are the same everywhere and every time."""
    return judge.Judge(bank.load(name), zlib.crc32(name.encode()))


def course_function(answer):
    """Return the name of something of lecture_optim that a function uses, or None."""
    if not isinstance(answer, types.FunctionType):
        return None
    for name in answer.__code__.co_names:
        found = answer.__globals__.get(name)
        module = getattr(found, "__module__", None) or getattr(found, "__name__", None)
        if isinstance(module, str) and module.split(".")[0] == "lecture_optim":
            return name
    return None
