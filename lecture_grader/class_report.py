"""What a class got wrong, on one page that needs nothing else and names nobody."""

import html
import io
import json
import re
from collections import Counter

import numpy as np

from lecture_grader import bank, reports
from lecture_grader.judge import BLANK, ERROR, RIGHT, WRONG
from lecture_grader.sheets import Refused

MOST_GROUPS = 5  # of unknown answers to one question
LARGEST_EXPORT = 2**21  # bytes
FORMAT = "answers-of-a-reader"  # of book/assets/store.js
INK, POINT = "#010203", "#2b86d9"


def read(path):
    """Return the students of the last run of ``grade``, as :meth:`lecture_grader.classroom.Kept.write_class` kept them.

    Raises
    ------
    Refused
        If there was none.
    """
    try:
        students = json.loads(path.read_text(encoding="utf-8"))["students"]
    except OSError:
        raise Refused(f"There are no kept results in {path.parent}. Grade the class first.") from None
    for student in students:
        student["marks"] = {int(chapter): points for chapter, points in student["marks"].items()}
        known = {name: verdict for name, verdict in student["questions"].items() if name in bank.names()}
        student["questions"] = known
    return students


def quizzes(folder):
    """Return the answers to the book's predictions and quizzes in a folder of exported files.

    Parameters
    ----------
    folder : Path or None
        Where the files are that readers saved on the book's page of their answers.

    Returns
    -------
    dict of (str, str) to list of (bool, bool)
        By kind and name: for each reader who answered, whether the first answer was right, and the last one.

    Raises
    ------
    Refused
        If a file is not one of these.
    """
    found = {}
    for path in sorted(folder.glob("*.json")) if folder else ():
        try:
            with open(path, "rb") as file:
                content = json.loads(file.read(LARGEST_EXPORT))
        except (OSError, ValueError, RecursionError):
            content = None
        entries = content.get("entries") if isinstance(content, dict) and content.get("format") == FORMAT else None
        if not isinstance(entries, dict):
            raise Refused(f"{path} is not a file of answers that the book's page has saved.")
        for kind in ("predict", "quiz"):
            answered = entries.get(kind)
            for name, entry in answered.items() if isinstance(answered, dict) else ():
                # Only what the book calls its own, and truth or falsehood: the rest of the file is the reader's.
                if re.fullmatch(r"\d\d/[a-z0-9_-]{1,80}", name) and isinstance(entry, dict):
                    if isinstance(right := entry.get("right"), bool):
                        first = right and entry.get("first") == entry.get("chosen")
                        found.setdefault((kind, name), []).append((first, right))
    return dict(sorted(found.items(), key=lambda item: (item[0][1], item[0][0])))


def shares(students):
    """Return, for every student who handed in anything, the points as a share of those possible in all exercises."""
    possible = sum(bank.CHAPTERS[chapter].points for chapter in _chapters(students))
    return [sum(one["marks"].values()) / possible for one in students if one["questions"]]


def _chapters(students):
    return reports.chapters(dict(enumerate(students)))


def items(students):
    """Return what there is to say of every question that was handed in.

    Parameters
    ----------
    students : list of dict
        From :func:`read`.

    Returns
    -------
    dict of str to dict
        By question, in the order of the chapters: ``count`` of the students who handed in its exercise; ``share``, the
        mean share of its points that they earned; ``discrimination``, the correlation of that share with the share of
        the points of all other questions that the student handed in, or None; ``status``, how many of each; ``known``,
        how many made which known mistake; ``unknown``, the other wrong answers in groups that did the same, as
        ``(count, call, value)``, the largest first.
    """
    found = {}
    for name in sorted(
        {name for one in students for name in one["questions"]}, key=lambda n: (bank.load(n).chapter, n)
    ):
        mine, rest, verdicts = [], [], []
        for one in students:
            if name not in one["questions"]:
                continue
            verdict = one["questions"][name]
            others = [other for key, other in one["questions"].items() if key != name]
            verdicts.append(verdict)
            mine.append(verdict["points"] / verdict["possible"])
            rest.append(sum(other["points"] for other in others) / max(1, sum(other["possible"] for other in others)))
        traces = [v["trace"] for v in verdicts if v["status"] in (WRONG, ERROR) and "trace" in v]
        first = {trace["did"]: (trace["call"], trace["value"]) for trace in reversed(traces)}
        groups = Counter(trace["did"] for trace in traces)
        known = Counter(v["message"] for v in verdicts if v["status"] not in (RIGHT, BLANK, WRONG, ERROR))
        found[name] = {
            "count": len(verdicts),
            "share": float(np.mean(mine)),
            "discrimination": _correlation(mine, rest),
            "status": Counter(verdict["status"] for verdict in verdicts),
            "known": _ordered(known),
            "unknown": [(count, *first[did]) for did, count in _ordered(groups)],
        }
    return found


def _correlation(one, other):
    constant = len(one) < 3 or np.ptp(one) < 1e-12 or np.ptp(other) < 1e-12
    return None if constant else float(np.corrcoef(one, other)[0, 1])


def _ordered(counter):
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


STYLE = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
svg { max-width: 100%; height: auto; }
figure { margin: 1rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
caption { text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .6rem; text-align: left; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
code { overflow-wrap: anywhere; }
"""
HOW_TO_READ = """
<p><b>Share</b>: the mean share of the points. <b>Discrimination</b>: the correlation of a question's points with the
points on all other questions that the same students handed in. Near or below 0, the question does not go with the rest:
look at its text, and at the unknown answers below. With n students a discrimination that is 0 in truth is found between
−2/√n and 2/√n nineteen times in twenty, so in a small class it says little.</p>
"""


def page(students, quiz):
    """Return the page.

    Parameters
    ----------
    students : list of dict
        From :func:`read`.
    quiz : dict
        From :func:`quizzes`.

    Returns
    -------
    str
        HTML.
    """
    found, marks = items(students), shares(students)
    body = ["<h1>What the class got wrong</h1>", f"<p>{_summary(students, marks)}</p>"]
    if marks:
        body += ["<h2>Points</h2>", _distribution(marks), "<h2>Questions</h2>", _difficulty(found), HOW_TO_READ]
        body += [_table(found), "<h2>Mistakes</h2>"]
    for name, item in found.items():
        if item["known"] or item["unknown"]:
            body += [f"<h3>{name}</h3>", *_mistakes(item)]
    if quiz:
        body += ["<h2>Predictions and quizzes of the book</h2>", _quiz_table(quiz)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>What the class got wrong</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main>\n" + "\n".join(body) + "\n</main></body></html>\n"
    )


def _summary(students, marks):
    nothing = len(students) - len(marks)
    said = f"{_count(len(marks), 'student')} handed in something"
    said += f", {nothing} of the class handed in nothing." if nothing else "."
    if marks:
        low, middle, high = np.quantile(marks, [0.25, 0.5, 0.75])
        said += f" Half of them have between {low:.0%} and {high:.0%} of the points; the median is {middle:.0%}."
    return said


def _count(number, word):
    return f"{number} {word}{'' if number == 1 else 's'}"


def _table(found):
    rows = []
    for name, item in found.items():
        status, known = item["status"], sum(count for _, count in item["known"])
        unknown = status[WRONG] + status[ERROR]
        discrimination = "–" if item["discrimination"] is None else f"{item['discrimination']:+.2f}".replace("-", "−")
        cells = [item["count"], f"{item['share']:.0%}", discrimination, status[RIGHT], known, unknown, status[BLANK]]
        numbers = "".join(f'<td class="n">{cell}</td>' for cell in cells)
        rows.append(f'<tr><th scope="row">{name}</th>{numbers}</tr>')
    heads = ("Question", "Handed in", "Share", "Discrimination", "Right", "Known mistake", "Unknown", "Blank")
    return _html_table("Every question that was handed in", heads, rows)


def _html_table(caption, heads, rows):
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _mistakes(item):
    made = [f"<li>{count} × {html.escape(message)}</li>" for message, count in item["known"]]
    if made:
        yield f"<p>Known mistakes:</p><ul>{''.join(made)}</ul>"
    shown = []
    for count, call, value in item["unknown"][:MOST_GROUPS]:
        where = f" for <code>{html.escape(call)}</code>" if call else ""
        shown.append(f"<li>{count} × <code>{html.escape(value)}</code>{where}</li>")
    if shown:
        more = len(item["unknown"]) - len(shown)
        rest = f"<p>And {_count(more, 'other group')}.</p>" if more else ""
        yield "<p>Wrong in no known way, in groups that did the same on all inputs; what they gave:</p>"
        yield f"<ul>{''.join(shown)}</ul>{rest}"


def _quiz_table(quiz):
    rows = []
    for (kind, name), answers in quiz.items():
        first, last = np.mean(answers, axis=0)
        cells = "".join(f'<td class="n">{cell}</td>' for cell in (len(answers), f"{first:.0%}", f"{last:.0%}"))
        rows.append(f'<tr><th scope="row">{name}</th><td>{kind}</td>{cells}</tr>')
    heads = ("Where", "Kind", "Answered by", "Right at first", "Right in the end")
    return _html_table("From the files that readers handed in", heads, rows)


def _figure(size, label):
    import matplotlib
    from matplotlib.figure import Figure

    settings = {"svg.fonttype": "none", "svg.hashsalt": "course", "font.family": "sans-serif", "font.size": 11}
    settings |= {f"{part}.color": INK for part in ("xtick", "ytick", "text")}
    settings |= {f"axes.{part}": INK for part in ("edgecolor", "labelcolor")}
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        yield axes
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = out.getvalue()
    # The page's own colour, so that it is read in both themes; the picture says in words what it shows.
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{html.escape(label)}"', 1)
    yield f"<figure>{svg}</figure>"


def _distribution(marks):
    counts, _ = np.histogram(marks, bins=np.linspace(0, 1, 11))
    told = ", ".join(f"{10 * k} to {10 * k + 10} %: {count}" for k, count in enumerate(counts) if count)
    steps = _figure((7, 2.6), f"How many students have which share of the points. {told}.")
    axes = next(steps)
    axes.bar(np.arange(10) * 10 + 5, counts, width=9, color=POINT)
    axes.set(xlabel="share of the points in %", ylabel="students", xlim=(0, 100), xticks=range(0, 101, 10))
    axes.yaxis.get_major_locator().set_params(integer=True)
    return next(steps)


def _difficulty(found):
    by_chapter = {}
    for name, item in found.items():
        by_chapter.setdefault(bank.load(name).chapter, []).append(item["share"])
    told = ", ".join(f"exercise {c}: {np.mean(mine):.0%}" for c, mine in by_chapter.items())
    steps = _figure((7, 2.6), f"The share of the points of every question, by exercise. The means: {told}.")
    axes = next(steps)
    for chapter, mine in by_chapter.items():
        axes.plot([chapter] * len(mine), [100 * share for share in mine], "o", color=POINT, alpha=0.75)
        axes.plot([chapter - 0.3, chapter + 0.3], [100 * np.mean(mine)] * 2, color=INK)
    axes.set(xlabel="exercise", ylabel="share of the points in %", ylim=(-5, 105), xticks=list(by_chapter))
    return next(steps)
