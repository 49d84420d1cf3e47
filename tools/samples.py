"""Make lecture_grader/samples.json: the small extracts of real data that questions train on.

Run by hand, and seldom: what students have handed in was graded on the extract of its day. The documents depend on the
versions of NumPy and Matplotlib; digits and tumours are scikit-learn's and do not.
"""

import json

import numpy as np
from paths import ROOT
from sklearn.datasets import load_breast_cancer, load_digits

from lecture_optim import data

TARGET = ROOT / "lecture_grader" / "samples.json"
EACH = 50
FEATURES = ("mean radius", "mean texture", "mean smoothness", "mean concavity")
TERMS = ("array", "axes", "default", "figure", "length", "return", "shape", "value")


def balanced(y, classes, rng):
    """Return the numbers of as many examples of each of two classes, in random order."""
    chosen = [rng.permutation(np.flatnonzero(y == c))[:EACH] for c in classes]
    return rng.permutation(np.concatenate(chosen))


def digits(rng):
    X, y = load_digits(return_X_y=True)
    chosen = balanced(y, (3, 8), rng)
    blocks = X[chosen].reshape(-1, 4, 2, 4, 2).sum(axis=(2, 4))  # 4 × 4 blocks of four pixels
    return dict(numbers=chosen, X=blocks.reshape(-1, 16).astype(int), y=(y[chosen] == 8).astype(int))


def tumours(rng):
    found = load_breast_cancer()
    columns = [list(found.feature_names).index(name) for name in FEATURES]
    chosen = balanced(found.target, (0, 1), rng)
    return dict(numbers=chosen, X=found.data[chosen][:, columns], y=1 - found.target[chosen])


def documents(rng):
    made = data.documents(rng)
    columns = [made.terms.index(term) for term in TERMS]
    X = made.X_train[:, columns].toarray().astype(int)
    some = np.where(X.any(axis=1), made.y_train, -1)  # a document without any of the terms says nothing
    chosen = balanced(some, (0, 1), rng)
    return dict(X=X[chosen], y=made.y_train[chosen])


def main():
    """Write the file."""
    made = dict(digits=digits, tumours=tumours, documents=documents)
    plain = {
        name: {key: array.tolist() for key, array in make(np.random.default_rng(1)).items()}
        for name, make in made.items()
    }
    TARGET.write_text(json.dumps(plain, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
