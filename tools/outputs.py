"""Compare what a notebook prints with what is stored: exactly, except for numbers that are marked with ≈.

A number after ≈ may be another one on another machine. nbval passes over it (`tools/nbval.cfg` has the same
pattern); here it is held within a relative tolerance: a tenth, or what the cell's metadata say.
"""

import configparser
import math
import re
from itertools import zip_longest

from paths import ROOT

TOLERANCE = 0.1
_SANITIZER = configparser.ConfigParser(interpolation=None)
_SANITIZER.read(ROOT / "tools" / "nbval.cfg", encoding="utf-8")
APPROXIMATE = re.compile(_SANITIZER["approximate"]["regex"])
MASK = _SANITIZER["approximate"]["replace"]


def text_of(cell):
    """Return what a cell printed and showed as text, without pictures."""
    text = ""
    for output in cell.outputs:
        if output.output_type == "stream":
            text += output.text  # one stream, wherever the kernel cut it
        elif output.output_type == "error":
            text += f"\n{output.ename}: {output.evalue}\n"
        else:
            data = output.get("data", {})
            text += "".join(f"\n{data[kind]}\n" for kind in ("text/plain", "text/html") if kind in data)
    return "\n".join(filter(None, map(str.rstrip, text.splitlines())))


def numbers(text):
    """Return the numbers that are marked with ≈."""
    found = [match[0].strip().lstrip("≈").strip() for match in APPROXIMATE.finditer(text)]
    words = {"∞": math.inf, "-∞": -math.inf, "?": math.nan}
    return [words[word] if word in words else float(word.replace(",", "").replace("−", "-")) for word in found]


def near(a, b, tolerance):
    """Tell whether two marked numbers are the same within the tolerance."""
    if math.isfinite(a) and math.isfinite(b):
        return abs(a - b) <= tolerance * max(abs(a), abs(b))
    return a == b or (math.isnan(a) and math.isnan(b))


def difference(stored, found, tolerance=TOLERANCE):
    """Return the first lines that differ by more than they may, or an empty text."""
    for old, new in zip_longest(stored.splitlines(), found.splitlines(), fillvalue=""):
        same = APPROXIMATE.sub(MASK, old) == APPROXIMATE.sub(MASK, new)
        if not same or not all(map(near, numbers(old), numbers(new), [tolerance] * len(numbers(old)))):
            return f"  stored: {old}\n  found:  {new}"
    return ""


def differences(stored, found):
    """Yield a complaint for each code cell whose output differs from the stored one.

    Parameters
    ----------
    stored, found : NotebookNode
        The notebook as it lies in git, and executed anew.
    """
    # The build's cache keeps code cells alone.
    pairs = [[cell for cell in notebook.cells if cell.cell_type == "code"] for notebook in (stored, found)]
    for number, (old, new) in enumerate(zip(*pairs, strict=True), 1):
        if "nbval-ignore-output" in old.metadata.get("tags", []):
            continue
        tolerance = old.metadata.get("tolerance", TOLERANCE)
        lines = difference(text_of(old), text_of(new), tolerance)
        if lines:
            yield f"code cell {number} ({old.id})\n{lines}"
