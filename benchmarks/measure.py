"""What all measurements share: contestants that take turns, and one JSON file for all numbers."""

import importlib
import json
import os
import platform
import statistics
import time
from pathlib import Path

OUT = Path(__file__).parent.parent / "_build" / "bench.json"
PEERS = ("numpy", "numba", "torch", "jax", "optax", "keras", "sklearn")
CLOCKS = {"processor": time.process_time, "wall": time.perf_counter}


def installed(name):
    """Return the module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def seconds(contestants, calls, rounds, clock="processor"):
    """Return the seconds a call of each of ``{name: function}`` in each round; within a round they take turns."""
    times, now = {name: [] for name in contestants}, CLOCKS[clock]
    for call in contestants.values():
        call()  # compile, allocate
    for _ in range(rounds):
        for name, call in contestants.items():
            start = now()
            for _ in range(calls):
                call()
            times[name].append((now() - start) / calls)
    return times


def spread(values):
    """Return the median and the quartiles."""
    if len(values) < 2:
        return {"median": values[0], "low": values[0], "high": values[0]}
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": median, "low": low, "high": high}


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
    """Collect the results of all parts, print them, and write them to ``_build/bench.json``.

    The numbers are marked preliminary if other work kept more than half a core busy before or after.
    """

    def __init__(self, out=OUT):
        self.out, self.results = Path(out), []
        self.load = [os.getloadavg()[0]]

    def take(self, part, case, contestants, base, *, calls=1, rounds=15, clock="processor"):
        """Measure, print and keep one case: medians, and ratios to the contestant ``base``, paired by rounds."""
        times = seconds(contestants, calls, rounds, clock)
        print(f"\n{part}, {case}: microseconds by the {clock}'s clock, and times {base} (quartiles)")
        rows = []
        for name, found in times.items():
            ratio = spread([one / other for one, other in zip(found, times[base], strict=True)])
            rows.append({"contestant": name, "seconds": spread(found), f"over {base}": ratio})
            print(
                f"  {name:34}{statistics.median(found) * 1e6:14.2f}{ratio['median']:10.2f}"
                f"  ({ratio['low']:.2f} to {ratio['high']:.2f})"
            )
        more = {"clock": clock, "rounds": rounds, "calls": calls, "base": base}
        self.results.append({"part": part, "case": case, **more, "contestants": rows})

    def say(self, part, case, text):
        """Keep what is not a measurement of contestants: something left out, and why."""
        print(f"\n{part}, {case}: {text}")
        self.results.append({"part": part, "case": case, "said": text})

    def write(self):
        """Write the file."""
        self.load.append(os.getloadavg()[0])
        versions = {name: getattr(installed(name), "__version__", None) for name in PEERS}
        content = {
            "preliminary": self.load[0] > 0.5,
            "load before and after": self.load,
            "machine": machine(),
            "versions": versions,
            "results": self.results,
        }
        self.out.parent.mkdir(exist_ok=True)
        self.out.write_text(json.dumps(content, indent=1) + "\n")
        print(f"\n{self.out}{' (preliminary: the machine was busy)' if content['preliminary'] else ''}")
