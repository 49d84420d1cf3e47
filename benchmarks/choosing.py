"""The contest of the chapter "Choosing an algorithm" on seeds that its stored runs lack, and a longer budget."""

import time

import numpy as np

from lecture_optim import ALGORITHMS, contest

RATES = 10.0 ** np.arange(-5, 3.25, 0.25)
SEEDS = range(100, 109)
BUDGETS = (300, 1200)
PROBLEMS = (
    contest.digits_network,
    contest.documents_regression,
    contest.memory_network,
    contest.curved_valley,
    contest.rotated_quadratic,
    contest.aligned_quadratic,
)


def choosing():
    """Print, for each budget, problem and schedule, every algorithm's best rate, losses, ranks and place."""
    for budget in BUDGETS:
        for make in PROBLEMS:
            problem, start = make(steps=budget), time.perf_counter()
            found = [contest.measured(algorithm, problem, RATES, SEEDS)["train"] for algorithm in ALGORITHMS]
            seconds = time.perf_counter() - start
            for j, schedule in enumerate(contest.SCHEDULES):
                report(problem, schedule, np.array([table[j] for table in found]), seconds)


def report(problem, schedule, losses, seconds):
    """Print the table of one problem and schedule."""
    best, tuned = contest.best_rates(losses), contest.tuned(losses)
    ranks, places = contest.ranks(tuned), contest.places(tuned)
    print(f"\n{problem.name}, {schedule} rate, {problem.steps} steps, {len(SEEDS)} seeds, {len(RATES)} rates", end=" ")
    print(f"({seconds:.0f} s with both schedules)")
    print(f"{'':32}{'best rate':>11}{'lowest':>10}{'median':>10}{'highest':>10}{'ranks':>12}{'place':>7}")
    for i, algorithm in enumerate(ALGORITHMS):
        edge = "" if 0 < best[i] < len(RATES) - 1 else " (edge)"
        spread = f"{np.median(ranks[i]):.0f} ({ranks[i].min()}–{ranks[i].max()})"
        print(
            f"{algorithm.name:32}{RATES[best[i]]:11.2g}{tuned[i].min():10.2g}{np.median(tuned[i]):10.2g}"
            f"{tuned[i].max():10.2g}{spread:>12}{places[i]:7d}{edge}",
            flush=True,
        )
