"""Sphinx extension: what the text says of speed is drawn from the stored measurements, so that nothing is typed.

`{{ measured_goals }}`, `{{ measured_steps }}` and `{{ measured_rest }}` are made from `benchmarks/results.json`, which
`make bench` writes. Without that file they say how to make it.
"""

import html
import io
import json
import statistics
import sys

from paths import ROOT

FOLDER = ROOT / "benchmarks"
STORED = FOLDER / "results.json"
SHOWN = {"SGD": "SGD", "MOMENTUM": "Momentum", "ADAGRAD": "AdaGrad", "ADAM": "Adam"}
#: Beginnings of contestants' names, of which the fastest is drawn: label, colour's number, marker.
KINDS = {
    "torch": ("PyTorch, its best", 0, "o"), "optax": ("optax under jit, its best", 1, "s"), "Keras": ("Keras", 2, "^"),
    "NumPy, with checks": ("NumPy, with checks", 3, "D"), "C": ("a loop in C", 5, "v"),
}  # fmt: skip
ENGINES = {"NumPy": "NumPy", "compiled": "compiled", "page": "the page", "start": "NumPy"}
PARTS = {
    "threads": "Ten million parameters, by the wall's clock",
    "map": "65,536 starts at once",
    "training": "Training",
    "start": "From the start of a process, by the wall's clock",
    "page": "The page's engine, by the wall's clock",
}
NAMES = {
    "numpy": "NumPy",
    "numba": "Numba",
    "torch": "PyTorch",
    "jax": "JAX",
    "keras": "Keras",
    "sklearn": "scikit-learn",
}

FIGURE = """```{{raw}} html
<figure class="align-default">
{drawn}
<figcaption><p><span class="caption-text">The time of a step over that of the same rule compiled, against the number of
parameters, in one thread. Above the dashed line the compiled rule is faster. Bands reach from the lower to the upper
quartile of the paired ratios.</span></p></figcaption>
</figure>
```"""


def goals():
    """Return the module that knows the goals."""
    sys.path.insert(0, str(FOLDER))
    try:
        import goals
    finally:
        sys.path.remove(str(FOLDER))
    return goals


def setting(content):
    """Return a paragraph on where and how it was measured."""
    machine, versions = content["machine"], content["versions"]
    there = [f"{NAMES.get(name, name)} {version}" for name, version in versions.items() if version]
    absent = [NAMES.get(name, name) for name, version in versions.items() if not version]
    text = f"Measured on {content['date']}: {machine['processor']}, {machine['cores']} cores, {machine['system']}"
    text += f", Python {machine['python']}, {', '.join(there)}."
    if absent:
        text += f" Not installed there, so not measured: {', '.join(absent)}."
    if content["preliminary"]:
        text += " **Preliminary**: other work kept the machine busy, so the spreads are too wide."
    return text


def goal_table(content):
    """Return the table of goals in MyST, and below it what falls short, with its reason."""
    known, rows, short = goals(), [], []
    for goal, found in known.judged(content):
        measured, met = known.words(goal, found)
        what = f"<br>{html.escape(found.what)}" if found else ""
        met = {"yes": "✓\N{NO-BREAK SPACE}yes", "no": "✗\N{NO-BREAK SPACE}no", "?": "–"}[met]
        rows.append(f"| {ENGINES[goal.engine]} | {goal.text} | {goal.bound} | {measured}{what} | {met} |")
        if met.startswith("✗"):
            short.append(f"- {goal.text[0].upper()}{goal.text[1:]}: {measured} instead of {goal.bound}. {goal.because}")
    text = "| engine | what is compared | wanted | median (quartiles) | met |\n|---|---|---|---|---|\n" + "\n".join(
        rows
    )
    if short:
        text += "\n\nWhat falls short:\n\n" + "\n".join(short)
    return text


def ratios(content, name):
    """Return for each kind of peer its sizes, medians and quartiles over the compiled run."""
    known, found = goals(), {kind: [] for kind in KINDS}
    for result in content["results"]:
        if result["part"] != "steps" or not result["case"].startswith(f"{name}, n = "):
            continue
        times = known.times_of(content, "steps", result["case"])
        for kind in KINDS:
            peer = known.best(times, kind)
            if peer is not None and "compiled" in times:
                size = int(result["case"].rpartition(" ")[2])
                found[kind].append((size, *known.paired(times[peer], times["compiled"])))
    return {kind: sorted(points) for kind, points in found.items() if points}


def drawing(content):
    """Return the picture of the steps as SVG."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    from lecture_optim import figures

    with plt.rc_context():
        figures.use_style()
        fig, axes = plt.subplots(2, 2, figsize=(7, 6), sharex=True, sharey=True)
        for ax, (name, title) in zip(axes.flat, SHOWN.items(), strict=True):
            ax.axhline(1, color=figures.NEUTRAL, linewidth=1, linestyle="--")
            for kind, points in ratios(content, name).items():
                label, colour, marker = KINDS[kind]
                sizes, middle, low, high = zip(*points, strict=True)
                ax.plot(sizes, middle, marker=marker, markersize=4.5, color=figures.PALETTE[colour], label=label)
                ax.fill_between(sizes, low, high, color=figures.PALETTE[colour], alpha=0.25, linewidth=0)
            ax.set(xscale="log", yscale="log", title=title)
            ax.grid(True, axis="y")
        for ax in axes[1]:
            ax.set_xlabel("parameters")
        for ax in axes[:, 0]:
            ax.set_ylabel("time ÷ the compiled rule's")
        handles = {}
        for ax in axes.flat:
            handles |= dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
        fig.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=2, fontsize=9)
        file = io.StringIO()
        fig.savefig(file, format="svg", metadata={"Date": None})
        plt.close(fig)
    svg = file.getvalue()
    return svg[svg.index("<svg") :]


def picture(content):
    """Return the picture with its text, as MyST."""
    said = []
    for name, title in SHOWN.items():
        for kind, points in ratios(content, name).items():
            first, last = points[0], points[-1]
            said.append(
                f"{title}, {KINDS[kind][0]}: {first[1]:.2g} times at {first[0]:,} parameters, "
                f"{last[1]:.2g} times at {last[0]:,}"
            )
    alt = "Time of a step over the compiled rule's, against the number of parameters. " + "; ".join(said) + "."
    drawn = drawing(content).replace("<svg ", f'<svg role="img" aria-label="{html.escape(alt)}" ', 1)
    return FIGURE.format(drawn=drawn)


def numbers(content, part):
    """Return the table of a part's cases in MyST: microseconds, and how often they are the first contestant's."""
    known = goals()
    rows = ["| case | contestant | microseconds | times the first |", "|---|---|---|---|"]
    for result in content["results"]:
        if result["part"] != part:
            continue
        if "said" in result:
            rows.append(f"| {result['case']} | {result['said']} | | |")
            continue
        first = result["contestants"][0]["microseconds"]
        for i, row in enumerate(result["contestants"]):
            times = row["microseconds"]
            ratio = known.paired(times, first)
            told = "" if i == 0 else f"{known.number(ratio[0])} ({known.number(ratio[1])} to {known.number(ratio[2])})"
            middle = known.number(statistics.median(times))
            rows.append(f"| {'' if i else result['case']} | {row['contestant']} | {middle} | {told} |")
    return "\n".join(rows) if len(rows) > 2 else ""


def folded(title, text):
    """Return a table behind a button, which opens in print too."""
    return f"````{{dropdown}} {title}\n\n{text}\n\n````" if text else ""


def configure(app, config):
    """Give the text its measurements."""
    if not STORED.is_file():
        nothing = "No measurement is stored with this copy: `make bench` makes one for your machine."
        config.myst_substitutions |= {"measured_goals": nothing, "measured_steps": "", "measured_rest": ""}
        return
    content = json.loads(STORED.read_text(encoding="utf-8"))
    rest = [folded(title, numbers(content, part)) for part, title in PARTS.items()]
    config.myst_substitutions |= {
        "measured_goals": f"{setting(content)}\n\n{goal_table(content)}",
        "measured_steps": f"{picture(content)}\n\n{folded('All steps, in numbers', numbers(content, 'steps'))}",
        "measured_rest": "\n\n".join(filter(None, rest)),
    }


def setup(app):
    app.connect("config-inited", configure, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
