"""A small static SVG of a moving picture, for pages without scripts and for paper."""

import html
import io
import re

#: Colours and dashes of the algorithms, the same as in ``explorers.js``, light theme: the first three are Okabe and
#: Ito's, the others were chosen to stay apart from them and from one another, with a colour vision deficiency too.
#: The two of the pages' face serve the controls alone. As series its orange would come as near the brown, to a
#: protanope, as 0.029 in OKLab (now no two nearer than 0.049), and its blue has 2.4:1 on the dark page.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#d30fb2", "#8a5a2b", "#7e5be0", "#00a0c8", "#111111")
DASHES = ((0, (5, 2)), "-", (0, (8, 2, 2, 2)), (0, (2, 2)), (0, (10, 2)), (0, (6, 2, 2, 2, 2, 2)), (0, (3, 1)), "-")
MARKERS = "osD^vPX*"


def svg(draw, alt, title):
    """Return what ``draw(figure)`` draws as one SVG element with its alternative text.

    Parameters
    ----------
    draw : callable
        Draws on the matplotlib figure it is given.
    alt, title : str
        Alternative text and heading.

    Returns
    -------
    str
        ``<svg role="img" …>``; text stays text, black follows the page's colour.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    settings = {"svg.fonttype": "none", "svg.hashsalt": title, "path.simplify_threshold": 1.0, "font.size": 9}
    settings |= {"xtick.minor.size": 0, "ytick.minor.size": 0, "axes.spines.top": False, "axes.spines.right": False}
    with rc_context(settings):
        figure = Figure(figsize=(7, 3.2), layout="constrained")
        draw(figure)
        for axes in figure.axes:
            if axes.get_label() != "<colorbar>":
                axes.minorticks_off()
        buffer = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(buffer, format="svg", dpi=54, transparent=True, metadata=nothing)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", text, flags=re.S)
    used = set(re.findall(r"#([\w-]+)", text))
    text = re.sub(r' id="([\w.-]+)"', lambda m: m.group() if m.group(1) in used else "", text)
    short = lambda m: f"{float(m.group()):.1f}".removesuffix(".0")  # noqa: E731
    text = re.sub(r"<[^>]*>", lambda tag: re.sub(r"\d+\.\d{2,}", short, tag.group()), text)  # not what is written
    text = re.sub(r'<g>\s*<path d="[^"]*" style="fill: none"/>\s*</g>', "", text)  # empty backgrounds
    text = re.sub(r";? stroke-(linejoin: miter|linecap: (square|butt))", "", text)
    text = re.sub(r"(?<=\d)\s+L (?=[\d-])", " ", text)  # a line goes on without its letter
    text = re.sub(r"\s*\n\s*", " ", text).replace("#000000", "currentColor").replace(COLOURS[-1], "currentColor")
    text = re.sub(r"font-family: [^;\"]*;?|stroke-width: 0.8;?| transform=\"rotate\(-0 [^\"]*\"", "", text)
    head = f'<svg role="img" aria-label="{html.escape(alt)}" class="explorer-static" font-family="inherit"'
    text = re.sub(r'^<svg xmlns:xlink="[^"]*" width="[^"]*" height="[^"]*"', head, text)
    return re.sub(r"> +<", "><", text).strip()
