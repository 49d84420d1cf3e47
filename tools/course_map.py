"""The map of the first page: the chapters and what leads to what, read from their lines "Before you start"."""

import re

import nbformat
import yaml
from paths import ROOT, TOC
from plain import book

LANES = {"03": -2, "06": -2, "04": -1, "05": -1, "10": 1}  # beside the trunk


def needs(path):
    """Return the chapters that a chapter's line "Before you start" names, by number; `A to B` names all between."""
    text = nbformat.read(path, as_version=4).cells[0].source
    (line,) = re.findall(r"\*\*Before you start:\*\*(.*?)(?=\n- |\n:::)", text, re.DOTALL)
    found, roles = set(), r"\{doc\}`(?:[^`<]*<)?/?(?:book/)?(\d\d)_\w+>?`"
    for first, last in re.findall(rf"{roles}\s+to\s+{roles}", line):
        found |= {f"{number:02}" for number in range(int(first), int(last) + 1)}
    return found | set(re.findall(roles, line))


def chapters():
    """Return the chapters by number: their name, title, part of the course and what they need."""
    found = {}
    for part, block in enumerate(yaml.safe_load(TOC.read_text(encoding="utf-8"))["parts"]):
        for item in block["chapters"]:
            name = item["file"]
            if number := re.match(r"book/(\d\d)_", name):
                found[number[1]] = {
                    "name": name.removeprefix("book/"),
                    "title": book().titles[name],
                    "part": part,
                    "caption": block["caption"],
                    "needs": needs(ROOT / f"{name}.ipynb"),
                }
    return found


def before(found, number):
    """Return all chapters that come before one, at first or second hand."""
    direct = found[number]["needs"]
    return direct.union(*(before(found, one) for one in direct))


def arrows(found):
    """Return the arrows (from, to) that are drawn: what follows from others is left out."""
    drawn = []
    for number, chapter in found.items():
        implied = set().union(*(before(found, one) for one in chapter["needs"]))
        drawn += [(one, number) for one in sorted(chapter["needs"] - implied)]
    return drawn


def places(found):
    """Return each chapter's place: how many arrows lie before it at most, and its lane beside the trunk."""
    column = {}
    for number in found:
        column[number] = 1 + max((column[one] for one in found[number]["needs"]), default=-1)
    return {number: (column[number], LANES.get(number, 0)) for number in found}


def lines(title, room):
    """Return a title broken into lines of so many characters, at spaces and hyphens."""
    rows = [""]
    for word in re.findall(r"[^\s-]+-?", title):
        glue = "" if not rows[-1] or rows[-1].endswith("-") else " "
        if len(rows[-1] + glue + word) <= room or not rows[-1]:
            rows[-1] += glue + word
        else:
            rows.append(word)
    return rows


def drawn_map(upright):
    """Return the map as SVG: from left to right, or upright for a narrow page."""
    found = chapters()
    place, top = places(found), min(LANES.values())
    step, box = ((90, 92), (86, 66)) if upright else ((124, 82), (102, 62))
    pad = 8 if upright else 10
    last, lanes = max(x for x, _ in place.values()), len({*LANES.values(), 0})

    def corner(number):
        along, lane = place[number][0], place[number][1] - top
        x, y = (lane, along) if upright else (along, lane)
        return 2 + x * step[0], 2 + y * step[1]

    size = (lanes, last + 1) if upright else (last + 1, lanes)
    width, height = (4 + n * s - (s - b) for n, s, b in zip(size, step, box, strict=True))
    shapes = ""
    for one, other in arrows(found):
        (x0, y0), (x1, y1) = corner(one), corner(other)
        if upright:
            x0, y0, x1, y1 = x0 + box[0] / 2, y0 + box[1], x1 + box[0] / 2, y1 - 7
            turn = y1 + 7 - step[1] + box[1]  # the gap before the chapter; up to there the arrow keeps to its lane
            way = f"M{x0:g} {y0:g}V{turn:g}C{x0:g} {turn + 18:g} {x1:g} {y1 - 20:g} {x1:g} {y1:g}"
            tip = f"M{x1 - 4:g} {y1:g}h8l-4 6z"
        else:
            x0, y0, x1, y1 = x0 + box[0], y0 + box[1] / 2, x1 - 7, y1 + box[1] / 2
            turn = x1 + 7 - step[0] + box[0]
            way = f"M{x0:g} {y0:g}H{turn:g}C{turn + 14:g} {y0:g} {x1 - 18:g} {y1:g} {x1:g} {y1:g}"
            tip = f"M{x1:g} {y1 - 4:g}v8l6 -4z"
        shapes += f'<path class="map-way" d="{way}"/><path class="map-tip" d="{tip}"/>'
    for number, chapter in found.items():
        x, y = corner(number)
        rows = lines(chapter["title"], 12 if upright else 14)
        base = y + 30 + (14 * (2 - len(rows)) / 2 if len(rows) < 3 else 0)
        # Between the words there are spaces, so that what is read aloud is what is written.
        text = "".join(
            f'<tspan x="{x + pad:g}" y="{base + 13.5 * i:g}">{row}</tspan>' + " " * (not row.endswith("-"))
            for i, row in enumerate(rows)
        )
        after = " and ".join(str(int(one)) for one, other in arrows(found) if other == number)
        label = f"{int(number)} {chapter['title']}" + (f", after {after}" if after else "")
        shapes += (
            f'<a href="{chapter["name"]}.html" class="map-chapter map-part-{chapter["part"]}" '
            f'data-chapter="{number}" aria-label="{label}">'
            f'<rect x="{x:g}" y="{y:g}" width="{box[0]}" height="{box[1]}" rx="6"/>'
            f'<path class="map-edge" d="M{x + 1.5:g} {y + 5:g}V{y + box[1] - 5:g}"/>'
            f'<text class="map-number" x="{x + pad:g}" y="{y + 15:g}">{int(number)}</text> <text>{text}</text>'
            f'<path class="map-read" d="M{x + box[0] - 20:g} {y + 11:g}l4 4l8 -8"/></a>'
        )
    kind = "map-upright" if upright else "map-level"
    label = "Map of the thirteen chapters. An arrow leads from a chapter to the one that builds on it."
    return (
        f'<svg class="map {kind}" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="group" aria-label="{label}">{shapes}</svg>'
    )


def course_map():
    """Return the map in both forms, with the names of the course's parts."""
    parts = {chapter["part"]: chapter["caption"] for chapter in chapters().values()}
    names = "".join(f'<li class="map-part-{part}">{caption}</li>' for part, caption in parts.items())
    return f'<div class="course-map">{drawn_map(False)}{drawn_map(True)}<ul class="map-parts">{names}</ul></div>'
