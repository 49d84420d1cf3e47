"""Compare the stored outputs of all notebooks under other processors and thread counts.

The numbers in the text must not depend on the machine. Each setting below makes NumPy and its
BLAS compute as on another one.
"""

import os
import subprocess
import sys

from paths import ROOT

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
SETTINGS = {
    "one thread": ONE_THREAD,
    "two threads": {"OPENBLAS_NUM_THREADS": "2"},
    "BLAS for Prescott": ONE_THREAD | {"OPENBLAS_CORETYPE": "Prescott"},
    "BLAS for Haswell": ONE_THREAD | {"OPENBLAS_CORETYPE": "Haswell"},
    "NumPy without AVX": ONE_THREAD | {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"},
}


def main():
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]
    command += ["--nbval", "--nbval-cell-timeout", "60", "-W", "ignore", "book", "exercises"]
    failed = []
    for name, setting in SETTINGS.items():
        print(f"\n{name}: {setting}", flush=True)
        if subprocess.run(command, cwd=ROOT, env=os.environ | setting).returncode:
            failed.append(name)
    print("\nOutputs differ under: " + ", ".join(failed) if failed else "\nThe same under all.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
