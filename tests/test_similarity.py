"""Which submissions are alike: copies in disguise are found, and work of one's own is not."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from submissions import STEP, notebook  # noqa: E402

from lecture_grader import cli, names, similarity  # noqa: E402

ORIGINAL = '''
def slope(values, at, small):
    left, right = list(values), list(values)
    left[at] -= small
    right[at] += small
    return left, right

def momentum_step(theta, g, v, epsilon, alpha):
    """A step."""
    new_v = np.zeros_like(v)
    new_theta = np.zeros_like(theta)
    for index in np.ndindex(*theta.shape):
        pull = epsilon * g[index]
        if abs(pull) > 1e300:
            raise OverflowError("too far")
        new_v[index] = alpha * v[index] - pull
        new_theta[index] = theta[index] + new_v[index]
    return new_theta, new_v
'''
COPY = '''
def momentum_step(theta, g, v, epsilon, alpha):
    # I wrote this myself
    speed = np.zeros_like(v)
    place = np.zeros_like(theta)


    for k in np.ndindex(*theta.shape):
        force = (epsilon * g[k])   # the force
        if abs(force) > 1e300:
            raise OverflowError('too far')
        speed[k] = (alpha * v[k]) - force
        place[k] = place_of(theta, k) + speed[k]
    return (place, speed)

def place_of(where, k):
    """Nothing to see."""
    return where[k]
'''
OWN = [
    STEP,
    STEP.replace("v = alpha", "velocity = alpha").replace("theta + v, v", "theta + velocity, velocity"),
    """
def momentum_step(theta, g, v, epsilon, alpha):
    flat = [alpha * a - epsilon * b for a, b in zip(v.ravel(), g.ravel())]
    moved = np.array(flat).reshape(v.shape)
    return np.add(theta, moved), moved
""",
    """
def momentum_step(theta, g, v, epsilon, alpha):
    step = -epsilon * np.asarray(g, dtype=float)
    step = step + np.multiply(alpha, v)
    out = theta.copy()
    out = out + step
    return out, step
""",
    """
def momentum_step(theta, g, v, epsilon, alpha):
    stacked = np.stack([v, g], axis=-1)
    weights = np.array([alpha, -epsilon])
    v = stacked @ weights
    assert v.shape == theta.shape
    return tuple([theta + v, v])
""",
]


@pytest.fixture
def folder(tmp_path):
    for number, own in enumerate(OWN):
        (tmp_path / f"own{number}.ipynb").write_bytes(notebook(own))
    (tmp_path / "first.ipynb").write_bytes(notebook(ORIGINAL, "x = 1 / 0"))
    (tmp_path / "second.ipynb").write_bytes(notebook(COPY))
    (tmp_path / "broken.ipynb").write_bytes(b"{")
    (tmp_path / "deep.ipynb").write_bytes(notebook("momentum_step = " + "(" * 90 + "-" * 5000 + "1" + ")" * 90))
    return tmp_path


def test_a_copy_in_disguise_is_found_and_nobody_else(folder, capsys):
    ((pair,),) = similarity.groups(names.find(folder), 0.6)
    share, count, *who, where = pair
    assert who == ["first", "second"] and where == ["momentum_step"]
    assert share >= 0.6 and count >= similarity.FEWEST
    assert similarity.groups(names.find(folder), 0.99) == []
    assert cli.main(["similar", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Group 1: first, second" in said and "1 group of at least 60%." in said
    assert "What it cannot say: why." in said


def test_three_are_one_group_and_what_many_have_counts_for_nobody(folder):
    (folder / "third.ipynb").write_bytes(notebook(COPY.replace("speed", "z")))
    (group,) = similarity.groups(names.find(folder), 0.6)
    assert len(group) == 3 and {name for pair in group for name in pair[2:4]} == {"first", "second", "third"}
    for number in range(20):
        (folder / f"many{number}.ipynb").write_bytes(notebook(COPY))
    assert not [p for group in similarity.groups(names.find(folder), 0.6) for p in group if "many1" in p]


def test_the_public_solution_and_the_stub_count_for_nobody(tmp_path):
    solution = similarity.SOLUTIONS / "08_momentum.ipynb"
    for name in ("a", "b"):
        (tmp_path / f"{name}.ipynb").write_bytes(solution.read_bytes())
    assert similarity.groups(names.find(tmp_path), 0.1) == []


def test_tokens_forget_names_comments_and_documentation():
    one = similarity.tokens('def f(a):\n    """Text."""\n    return np.sqrt(a) + len([a, 1])  # why\n')
    other = similarity.tokens("def g(b):\n\n  return (np.sqrt(b)\n      + len([b, 1]))\n")
    assert one == other and "sqrt" in one and "len" in one
    assert one != similarity.tokens("def g(b):\n    return np.exp(b) + len([b, 1])\n")
