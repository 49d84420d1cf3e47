"""The leaderboard of a class on one page that needs nothing else."""

import html
import statistics

from lecture_grader.capstone import marks, runs
from lecture_optim.contest import SCHEDULES

STYLE = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; margin-bottom: 1.5rem; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: bold; padding: .6rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .7rem; text-align: right; white-space: nowrap; }
th[scope=row] { text-align: left; white-space: normal; min-width: 7rem; max-width: 14rem; overflow-wrap: anywhere; }
th[scope=row], thead th:first-child { position: sticky; left: 0; background: Canvas; }
thead th { vertical-align: bottom; }
thead th:first-child { text-align: left; }
td { font-variant-numeric: tabular-nums; }
tr.eight th { font-weight: normal; font-style: italic; }
"""


def leaderboard(students, eight, hide_names=False):
    """Return the page.

    Parameters
    ----------
    students : dict of str to dict
        From :func:`lecture_grader.capstone.classes.grade_class`.
    eight : dict of str to list of dict
        The results of the eight.
    hide_names : bool, default False
        Whether students are called by a number in the order of the page.

    Returns
    -------
    str
        HTML. It has no points: these are in the table of the class.
    """
    took_part = {name: result["results"] for name, result in students.items() if result["results"]}
    rows = []
    for named, entries in ((False, eight), (True, took_part)):
        for name, results in entries.items():
            stands = marks.standing(results, eight)
            rows.append((statistics.mean(stand["place"] for stand in stands), named, name, results, stands))
    rows.sort(key=lambda row: (row[0], not row[1], row[2]))  # where places are equal, the class comes first
    labels, number = [], 0
    for _, named, name, _, _ in rows:
        number += named
        labels.append(f"Rule {number}" if named and hide_names else name)
    out = len(students) - len(took_part)
    body = ["<h1>Leaderboard</h1>", f"<p>{_how()}</p>", _overall(rows, labels)]
    body += [_losses(rows, labels, schedule) for schedule in SCHEDULES]
    body.append("<p>* The best rate lies at an end of the grid: it is not known.</p>" if _ends(rows) else "")
    body.append(f"<p>{out} of {len(students)} rules did not get to the end, and are not listed.</p>" if out else "")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Leaderboard</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main>\n" + "\n".join(filter(None, body)) + "\n</main></body></html>\n"
    )


def _how():
    judged, chosen = len(runs.JUDGED_ON), len(runs.CHOSEN_ON)
    return (
        f"Every rule has {runs.BUDGET} gradients for a run. On each problem and for each schedule its rate is chosen "
        f"on {chosen} runs, and it is judged on {judged} others; a run that diverged counts as ∞. "
        "<b>Place</b>: 1 plus how many of the eight are better, that is, lower on at least "
        f"{marks.SHARE:.0%} of these runs. So a place does not depend on the class. The eight are in italics."
    )


def _overall(rows, labels):
    lines = []
    for (place, named, _, _, stands), label in zip(rows, labels, strict=True):
        counts = [sum(stand["sgd"] == word for stand in stands) for word in ("better", "worse")]
        lines.append(_row(label, named, [f"{place:.2f}", *counts]))
    heads = ("Rule", "Mean place", "Better than SGD", "Worse than SGD")
    return _table(f"All {len(rows[0][4])} problems and schedules", heads, lines)


def _losses(rows, labels, schedule):
    names = [row["problem"] for row in rows[0][3] if row["schedule"] == schedule]
    lines = []
    for (_, named, _, results, stands), label in zip(rows, labels, strict=True):
        cells = []
        for row, stand in zip(results, stands, strict=True):
            if row["schedule"] == schedule:
                loss = f"{statistics.median(row['losses']):.2g}".replace("inf", "∞").replace("-", "−")
                cells.append(f"{loss}{'*' if row['end'] else ''} ({stand['place']})")
        lines.append(_row(label, named, cells))
    return _table(f"{schedule.capitalize()} rate: median loss (place)", ("Rule", *names), lines)


def _ends(rows):
    return any(row["end"] for _, _, _, results, _ in rows for row in results)


def _row(label, named, cells):
    numbers = "".join(f"<td>{cell}</td>" for cell in cells)
    kind = "" if named else ' class="eight"'
    return f'<tr{kind}><th scope="row">{html.escape(label)}</th>{numbers}</tr>'


def _table(caption, heads, rows):
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
