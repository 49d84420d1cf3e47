"""Compare the stored outputs of notebooks as on other machines: jitter, other processors, more threads.

Each setting below makes NumPy and its BLAS compute as on another machine, or moves what lecture_optim computes by one
unit in the last place (`tools/jitter.py`). Outputs must be the stored ones; numbers marked with ≈ must be near
(`tools/outputs.py`).

    python tools/robust.py                                     every setting, every notebook
    python tools/robust.py --jitter 1 2 -- book/03*.ipynb      two seeds of jitter, one notebook
"""

import argparse
import copy
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import nbformat
from build_book import WORKERS, environment, execute
from outputs import differences
from paths import ROOT, notebooks

SETTINGS = {
    "one thread": {},
    "two threads": {"OPENBLAS_NUM_THREADS": "2"},
    "BLAS for Prescott": {"OPENBLAS_CORETYPE": "Prescott"},
    "BLAS for Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "NumPy without AVX": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"},
}
SEEDS = range(1, 9)
CELL_TIMEOUT = 300  # seconds; small steps take several times as long when each is moved


def jittered(seed):
    """Return the environment in which kernels move what they compute."""
    return {"JITTER_SEED": str(seed), "PYTHONPATH": str(ROOT / "tools")}


def complaints(path, setting):
    """Execute a notebook in a setting; return its outputs' differences from the stored ones."""
    os.environ.update(setting)
    stored = nbformat.read(path, as_version=4)
    found, _, problem = execute(path, copy.deepcopy(stored), timeout=CELL_TIMEOUT)
    return [problem] if problem else list(differences(stored, found))


def check(setting, paths):
    """Compare the notebooks in one setting, two at a time; return how many differ."""
    failed = 0
    # A pool for each setting: a worker's kernels inherit what it has put into its environment.
    with ProcessPoolExecutor(WORKERS) as pool:
        jobs = {pool.submit(complaints, path, setting): path for path in paths}
        for job in as_completed(jobs):
            found = job.result()
            failed += bool(found)
            for line in found:
                print(f"{os.path.relpath(jobs[job], ROOT)}, {line}", flush=True)
    return failed


def main():
    parser = argparse.ArgumentParser(description="Compare the stored outputs of notebooks as on other machines.")
    parser.add_argument("--jitter", type=int, nargs="+", metavar="SEED", help="only the jitter, with these seeds")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of the book and the exercises")
    args = parser.parse_args()
    settings = {} if args.jitter else dict(SETTINGS)
    settings |= {f"jitter {seed}": jittered(seed) for seed in args.jitter or SEEDS}
    paths = [path.resolve() for path in args.notebooks] or notebooks()
    os.environ.update(environment())
    failed = []
    for name, setting in settings.items():
        print(f"{name}:", flush=True)
        differ = check(setting, paths)
        print(f"  {len(paths) - differ} of {len(paths)} notebooks as stored", flush=True)
        failed += [name] * bool(differ)
    print("Outputs differ under: " + ", ".join(failed) if failed else "The same under all.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
