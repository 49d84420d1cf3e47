"""Keep what a wrong answer did, so that equal answers can be counted together; and nothing that can hold a name."""

import builtins
import hashlib
import json

import numpy as np

from lecture_grader.compare import difference
from lecture_grader.inside import values

LONGEST = 400


def trace(judge, outcomes):
    """Return what an answer did, in short.

    Parameters
    ----------
    judge : Judge
        The question's judge.
    outcomes : list of dict
        One per case, as :func:`lecture_grader.inside.observe.observe` returns them.

    Returns
    -------
    dict
        ``did``, the same for answers that do the same; ``call``, the first input on which the answer is not the
        reference; ``value``, what it gave there. Texts of the student's own are left out.
    """
    seen = [_outcome(outcome, judge.question) for outcome in outcomes]
    digest = hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]
    for inputs, outcome, short, expected in zip(judge.inputs, outcomes, seen, judge.expected, strict=True):
        value = values.decode(outcome["value"]) if "value" in outcome else None
        if "error" in outcome or difference(value, expected["value"], judge.question.rtol, judge.question.atol):
            shown = ", ".join(f"{name}={values.source(item)}" for name, item in inputs.items())
            call = f"{judge.question.name}({shown})" if inputs else judge.question.name
            return {"did": digest, "call": _cut(call), "value": _cut(short)}
    return {"did": digest, "call": "", "value": "the right value, but an input is changed"}


def ended(reason):
    """Return the trace of an answer that gave nothing, with the reason."""
    return {"did": hashlib.sha256(reason.encode()).hexdigest()[:16], "call": "", "value": reason}


def _outcome(outcome, question):
    if "error" in outcome:
        kind = outcome["error"]["kind"]
        known = isinstance(getattr(builtins, kind, None), type) or kind in ("LinAlgError", "AxisError")
        return f"stops with {kind}" if known else "stops with an exception of its own"
    options = {option.lower() for part in question.parts for option in part.options}
    return _shown(values.decode(outcome["value"]), options)


def _shown(value, options):
    """Return a value to six digits, so that answers that differ by rounding are the same."""
    if isinstance(value, str):
        return repr(value) if value.strip().lower() in options else "a text"
    if isinstance(value, values.Other):
        return "something else"
    if isinstance(value, np.ndarray):
        return f"array({_shown(value.tolist(), options)})"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(_shown(item, options) for item in value)
        return f"({inner})" if isinstance(value, tuple) else f"[{inner}]"
    if isinstance(value, dict):
        return f"dict of {len(value)}: {_shown(list(value.values()), options)}"
    return f"{value:.6g}" if isinstance(value, float) else repr(value)


def _cut(text):
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
