"""Run an experiment's settings in two processes and store the rows; recompute a sample and compare."""

import argparse
import csv
import datetime
import hashlib
import importlib
import json
import multiprocessing
import pickle
import platform
import sys
import time
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
RESULTS = FOLDER.parent / "lecture_optim" / "results"
UNFINISHED = FOLDER.parent / "_build" / "experiments"


# What an experiment says of a measured column: when a stored and a recomputed number agree.


def exact(stored, again):
    """Agree if equal to the digits stored (one unit of the fourth digit is forgiven)."""
    return relative(1e-3)(stored, again)


def relative(tolerance):
    """Return the rule: within this fraction of the larger; infinite agrees with infinite."""

    def agree(stored, again):
        finite = np.isfinite(stored) & np.isfinite(again)
        with np.errstate(invalid="ignore"):
            close = np.abs(stored - again) <= tolerance * np.maximum(np.abs(stored), np.abs(again))
        return np.where(finite, close, stored == again)

    return agree


def absolute(tolerance):
    """Return the rule: the difference is at most this; infinite agrees with infinite."""

    def agree(stored, again):
        finite = np.isfinite(stored) & np.isfinite(again)
        with np.errstate(invalid="ignore"):
            return np.where(finite, np.abs(stored - again) <= tolerance, stored == again)

    return agree


def decades(tolerance, least=1e-300):
    """Return the rule: their logarithms to base 10 differ by at most this; below ``least`` all are alike."""

    def agree(stored, again):
        with np.errstate(all="ignore"):
            return absolute(tolerance)(np.log10(np.maximum(stored, least)), np.log10(np.maximum(again, least)))

    return agree


def names():
    """Return the names of all experiments: the files of this folder beside the machinery."""
    return sorted(p.stem for p in FOLDER.glob("*.py") if p.stem not in ("__init__", "__main__", "harness"))


def load(name):
    """Return the module of an experiment."""
    return importlib.import_module(f"experiments.{name}")


def file_of(experiment, setting):
    """Return the path of the CSV that holds the rows of a setting."""
    part = [str(setting[column]) for column in getattr(experiment, "PART", ())]
    return RESULTS / ("_".join([experiment.NAME, *part]) + ".csv")


def columns_of(experiment, setting):
    """Return what of a setting stands in its rows: all but what the file's name says."""
    return {name: value for name, value in setting.items() if name not in getattr(experiment, "PART", ())}


def complete(experiment, setting, rows):
    """Return the rows with the columns of their setting in front."""
    return [{**columns_of(experiment, setting), **row} for row in rows]


def text(value, digits=4):
    """Return a number or a word as the CSV holds it."""
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return f"{value:.{digits}g}"
    return str(value)


def write(path, rows, experiment, command):
    """Write rows to a CSV below lines that say how they were made."""
    import scipy
    import sklearn

    path.parent.mkdir(parents=True, exist_ok=True)
    digits = getattr(experiment, "DIGITS", 4)
    lines = [
        experiment.__doc__.strip().splitlines()[0],
        f"command: {command}",
        f"versions: Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}, "
        f"scikit-learn {sklearn.__version__}",
        f"date: {datetime.date.today().isoformat()}",
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        file.writelines(f"# {line}\n" for line in lines)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([text(value, digits) for value in row.values()] for row in rows)


def read(path):
    """Return the rows of a CSV as dictionaries of strings."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def _one(job):
    name, index, setting, keep = job
    started = time.perf_counter()
    rows = complete(load(name), setting, load(name).run(**setting))
    if keep:
        keep.write_bytes(pickle.dumps(rows))
    return index, rows, time.perf_counter() - started


def perform(name, processes=2, resume=False, show=print):
    """Run all settings of an experiment and write its CSV files.

    Parameters
    ----------
    name : str
        Name of its file.
    processes : int, default 2
        How many settings at once.
    resume : bool, default False
        Take over the settings that an interrupted run has finished. The results are kept apart for each
        state of the experiment's file, but not of ``lecture_optim``.
    show : callable
        Gets a line for each setting.
    """
    experiment, started = load(name), time.perf_counter()
    settings, found = experiment.runs(), {}
    source = hashlib.sha256((FOLDER / f"{name}.py").read_bytes()).hexdigest()[:12]
    folder = UNFINISHED / f"{name}-{source}"
    folder.mkdir(parents=True, exist_ok=True)
    jobs = []
    for i, setting in enumerate(settings):
        keep = folder / f"{hashlib.sha256(json.dumps(setting).encode()).hexdigest()[:16]}.pickle"
        if resume and keep.exists():
            found[i] = pickle.loads(keep.read_bytes())
        else:
            jobs.append((name, i, setting, keep))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for i, rows, seconds in pool.imap_unordered(_one, jobs):
            found[i] = rows
            show(f"{name} {len(found)}/{len(settings)}: {settings[i]} {len(rows)} rows, {seconds:.1f} s")
    files = {}
    for i, setting in enumerate(settings):
        files.setdefault(file_of(experiment, setting), []).extend(found[i])
    for path, rows in files.items():
        write(path, rows, experiment, f"python -m experiments {name}")
        show(f"{path.name}: {len(rows)} rows, {path.stat().st_size / 1000:.0f} kB")
    show(f"{name}: {time.perf_counter() - started:.0f} s")
    for keep in folder.glob("*.pickle"):
        keep.unlink()


def recompute(name, rng):
    """Run a random sample of an experiment's settings again and compare with what is stored.

    Parameters
    ----------
    name : str
        Name of its file.
    rng : numpy.random.Generator
        Draws the sample.

    Returns
    -------
    dict
        For each measured column a pair: how many recomputed numbers agree, and of how many.
    """
    experiment = load(name)
    settings = experiment.runs()
    sample = rng.choice(len(settings), size=min(getattr(experiment, "SAMPLE", 1), len(settings)), replace=False)
    found = {column: [0, 0] for column in experiment.MEASURED}
    for setting in (settings[i] for i in sample):
        smaller = experiment.light(setting, rng) if hasattr(experiment, "light") else setting
        again = complete(experiment, setting, experiment.run(**smaller))
        keys = [column for column in again[0] if column not in experiment.MEASURED]
        digits = getattr(experiment, "DIGITS", 4)
        stored = {tuple(row[k] for k in keys): row for row in read(file_of(experiment, setting))}
        pairs = [(stored[tuple(text(row[k], digits) for k in keys)], row) for row in again]
        for column, rule in experiment.MEASURED.items():
            if column not in again[0]:  # another part's
                continue
            old = np.array([float(row[column]) for row, _ in pairs])
            new = np.array([float(text(row[column], digits)) for _, row in pairs])
            found[column][0] += int(np.sum(rule(old, new)))
            found[column][1] += len(pairs)
    return {column: tuple(counts) for column, counts in found.items()}


def main():
    """Run what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m experiments", description="Run experiments, store their results.")
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(names())}; without a name all")
    parser.add_argument("--processes", type=int, default=2, help="how many settings at once")
    parser.add_argument("--resume", action="store_true", help="take over what an interrupted run has finished")
    given = parser.parse_args()
    for name in given.names:
        if name not in names():
            sys.exit(f"no experiment {name!r}; there are {', '.join(names())}")
    for name in given.names or names():
        perform(name, given.processes, given.resume, show=lambda line: print(line, flush=True))
