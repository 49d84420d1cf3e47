"""What all measurements share: contestants that take turns, and one JSON file for all numbers."""

import datetime
import importlib
import json
import os
import platform
import statistics
import time
from importlib import metadata
from pathlib import Path

OUT = Path(__file__).parent.parent / "_build" / "bench.json"
PEERS = ("numpy", "numba", "torch", "jax", "optax", "keras", "scikit-learn")
CLOCKS = {"processor": time.process_time, "wall": time.perf_counter}
#: Rounds of a case, at least and at most, and how long a contestant's turn should last.
ROUNDS, TURN = (5, 25), 2e-3


def installed(name):
    """Return the module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def version(name):
    """Return the version of a distribution, or None where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def seconds(contestants, allowed, clock="processor"):
    """Return the seconds a call of each of ``{name: function}`` in each round, and the calls of each in a round.

    Within a round they take turns, so that a busy moment falls on all of them. There are as many rounds as fit into
    the seconds that are ``allowed``.
    """
    now, calls, round_ = CLOCKS[clock], {}, 0.0
    for name, call in contestants.items():
        start = time.perf_counter()
        call()
        once = max(time.perf_counter() - start, 1e-7)
        calls[name] = max(1, min(500, round(TURN / once)))
        round_ += calls[name] * once
    rounds = max(ROUNDS[0], min(ROUNDS[1], int(allowed / round_)))
    times = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, call in contestants.items():
            many = range(calls[name])
            start = now()
            for _ in many:
                call()
            times[name].append((now() - start) / calls[name])
    return times, calls


def spread(values):
    """Return the median and the quartiles."""
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return median, low, high


def machine():
    """Describe the machine, as far as it says."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    flags = next((line.split(":")[1].split() for line in lines if line.startswith("flags")), [])
    widest = next((name for name in ("avx512f", "avx2", "avx") if name in flags), "")
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "vectors": widest,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


class Book:
    """Collect the results of all parts, print them, and write them as JSON.

    The numbers are marked preliminary if other work kept more than half a core busy before.

    Parameters
    ----------
    out : Path
        The file.
    allowed : float
        Seconds for a case.
    """

    def __init__(self, out=OUT, allowed=2.0):
        self.out, self.allowed, self.results = Path(out), allowed, []
        self.load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        self.started = time.perf_counter()

    def take(self, part, case, contestants, *, scales=None, clock="processor", share=1.0, deals=1):
        """Measure one case: the time of each contestant in each round.

        ``scales`` says of a contestant that does a part of the work by how much its time is multiplied. Where an array
        happens to lie moves the time of a loop over it: with ``deals`` above 1 ``contestants`` is a function, and is
        asked so many times for new ones, with new arrays.
        """
        kept, times, left_out = [], {}, set()
        for _ in range(deals):
            kept.append(contestants() if deals > 1 else contestants)  # kept, so that the next ones lie elsewhere
            working = {}
            for name, call in kept[-1].items():
                try:
                    call()  # compile, allocate
                except Exception as error:  # another version of a peer: the others still have their case
                    text = f"{name} is left out: {type(error).__name__}: {error}".splitlines()[0]
                    if text not in left_out:
                        self.say(part, case, text)
                    left_out.add(text)
                else:
                    working[name] = call
            found, calls = seconds(working, share * self.allowed / deals, clock)
            for name, values in found.items():
                times.setdefault(name, []).extend(values)
        self.add(part, case, clock, times, calls, scales)

    def add(self, part, case, clock, times, calls, scales=None):
        """Print and keep the seconds of each contestant in each round."""
        print(f"\n{part}, {case}: microseconds by the {clock}'s clock (quartiles)", flush=True)
        rows = []
        for name, found in times.items():
            found = [1e6 * value * (scales or {}).get(name, 1) for value in found]
            median, low, high = spread(found)
            print(f"  {name:40}{median:14.2f}  ({low:.2f} to {high:.2f})")
            rows.append({"contestant": name, "calls": calls[name], "microseconds": [float(f"{x:.4g}") for x in found]})
        self.results.append({"part": part, "case": case, "clock": clock, "contestants": rows})

    def say(self, part, case, text):
        """Keep what is not a measurement of contestants: something left out, and why."""
        print(f"\n{part}, {case}: {text}", flush=True)
        self.results.append({"part": part, "case": case, "said": text})

    def write(self):
        """Write the file, a case a line."""
        content = {
            "preliminary": self.load > 0.5,
            "load before": self.load,
            "date": datetime.date.today().isoformat(),
            "seconds": round(time.perf_counter() - self.started),
            "machine": machine(),
            "versions": {name: version(name) for name in PEERS},
        }
        head = json.dumps(content, indent=1)[:-2]
        cases = ",\n".join("  " + json.dumps(result, ensure_ascii=False) for result in self.results)
        self.out.parent.mkdir(exist_ok=True)
        self.out.write_text(f'{head},\n "results": [\n{cases}\n ]\n}}\n', encoding="utf-8")
        note = " (preliminary: the machine was busy)" if content["preliminary"] else ""
        print(f"\n{self.out}: {content['seconds']} s{note}")
        return content | {"results": self.results}
