"""Grade one submission: take the answers out, run each in the sandbox, judge what came back."""

import functools
import hashlib
import hmac
import json
import threading
import warnings

from lecture_grader import bank, traces
from lecture_grader.extract import Answers, NoAnswer, NotANotebook, code_cells
from lecture_grader.judge import ERROR, WRONG, Judge, printable
from lecture_grader.sandbox import Broken, Sandbox

ENDINGS = {
    "time": "Your answer did not come to an end in time. Is there an endless loop?",
    "long": "Your answer returned too much to be read.",
    "signal": "Your answer crashed Python. Did it ask for too much memory or recursion?",
    "silent": "Your answer ended Python before it returned anything.",
    "broken": "Your answer ended the process in which it was run.",
}
NOT_READABLE = "What your answer returned cannot be read as an answer."


def seed_of(secret, name):
    """Return the seed of a question's cases, which cannot be guessed without the secret.

    Parameters
    ----------
    secret : str
        The class's secret, from ``--seed``.
    name : str
        The question.

    Returns
    -------
    int
        From HMAC-SHA256.
    """
    digest = hmac.new(secret.encode(), name.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:16], "big")


class Judges:
    """The judges of a class, each made when it is first asked for.

    Parameters
    ----------
    secret : str
        The class's secret.
    """

    def __init__(self, secret):
        self._secret, self._made, self._lock = secret, {}, threading.Lock()

    def __getitem__(self, name):
        """Return the judge of a question."""
        with self._lock:
            if name not in self._made:
                judge = Judge(bank.load(name), seed_of(self._secret, name))
                judge.rehearse()
                self._made[name] = judge
            return self._made[name]


def grade(notebooks, judges, command, only=None):
    """Grade the notebooks of one student.

    Parameters
    ----------
    notebooks : dict of str to bytes
        File name and content.
    judges : Judges
        Of this class.
    command : list of str
        How to start the sandbox.
    only : list of str, optional
        Names of the questions to grade; default all.

    Returns
    -------
    dict
        ``problems``: sentences about files; ``questions``: verdicts as dicts by name, for every question of every
        exercise of which the student has handed in something.
    """
    problems, answers = [], {}
    for given, content in sorted(notebooks.items()):
        file = printable(given)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = Answers(code_cells(content))
        except NotANotebook as error:
            problems.append(f"{file}: {error}.")
            continue
        chapters = {bank.load(name).chapter for name in found.names() & set(bank.names())}
        if not chapters:
            problems.append(f"{file}: it has no answer to any question of this course.")
        for name in (name for chapter in sorted(chapters) for name in bank.of_chapter(chapter)):
            if name in answers:
                problems.append(f"{file}: {name} is in another notebook too; this one counts.")
            answers[name] = found
    answers = {name: found for name, found in answers.items() if only is None or name in only}
    return {"problems": problems, "questions": dict(_verdicts(answers, judges, command))}


def _verdicts(answers, judges, command):
    sandbox = None
    try:
        for name, found in answers.items():
            judge = judges[name]
            try:
                source = found.source(name)
            except NoAnswer as error:
                yield name, judge.failed(str(error)).as_dict()
                continue
            job = {"name": name, "source": source, "cases": judge.cases}
            for _ in range(2):  # the machine may be to blame once; twice, it is the answer
                sandbox = sandbox or Sandbox(command)
                try:
                    reply = sandbox.run(job)
                    break
                except Broken:
                    sandbox.close()
                    sandbox, reply = None, {"ended": "broken"}
            try:
                result = _judged(judge, reply, functools.partial(_again, sandbox, job))
            except Broken:  # on inputs that earn nothing
                sandbox.close()
                sandbox, result = None, _judged(judge, reply, None)
            yield name, result
    finally:
        if sandbox:
            sandbox.close()


def _again(sandbox, job, cases):
    """Run an answer on further cases, and return its outcomes, or None."""
    try:
        return json.loads(sandbox.run({**job, "cases": cases})["reply"])["outcomes"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _judged(judge, reply, again):
    """Judge a reply, of which not a byte is trusted; of an answer that is wrong in no known way, keep what it did."""
    try:
        if "ended" in reply:
            return _failed(judge, ENDINGS[reply["ended"]])
        inner = json.loads(reply["reply"])
        if "failed" in inner:
            return judge.not_defined(inner["failed"]).as_dict()
        verdict = judge.verdict(inner["outcomes"], again)
        unknown = verdict.status in (ERROR, WRONG)
        return verdict.as_dict() | ({"trace": traces.trace(judge, inner["outcomes"])} if unknown else {})
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return _failed(judge, NOT_READABLE)


def _failed(judge, reason):
    return judge.failed(reason).as_dict() | {"trace": traces.ended(reason)}
