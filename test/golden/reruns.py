"""Writes reruns.json: the F1 difference of models that were asked several times, by the rows themselves.

Run with NumPy 2.4:
    python3 test/golden/reruns.py
"""

import itertools
import json
from pathlib import Path

import numpy as np


def mean_f1(truth, said, weights):
    """F1 of the mean counts over the runs; each row of `said` is a run."""
    hits = (weights * truth * said).sum() / len(said)
    return 2 * hits / ((weights * truth).sum() + (weights * said).sum() / len(said))


def difference(truth, a, b, weights=None):
    weights = np.ones(len(truth)) if weights is None else weights
    return mean_f1(truth, a, weights) - mean_f1(truth, b, weights)


def standard_error(truth, a, b):
    """A row with all its runs is one draw: by differentiation with respect to the weight of each."""
    n, step = len(truth), 1e-6
    ones = np.ones(n)
    influence = [(difference(truth, a, b, ones + step * e) - difference(truth, a, b, ones - step * e)) / (2 * step) for e in np.eye(n)]
    return float(np.sqrt(np.sum(np.square(influence))))


def permutation_p(truth, a, b):
    """All ways to swap a row's means; runs are swapped together, so that the means are what is swapped."""
    x, y = a.mean(0), b.mean(0)
    differ = np.flatnonzero(np.abs(x - y) > 1e-9)
    assert len(differ) <= 16, len(differ)
    seen = abs(difference(truth, x[None], y[None]))
    count = 0
    for swaps in itertools.product((0, 1), repeat=len(differ)):
        rows = differ[np.array(swaps, bool)]
        v, w = x.copy(), y.copy()
        v[rows], w[rows] = y[rows], x[rows]
        count += abs(difference(truth, v[None], w[None])) >= seen - 1e-12
    return count / 2 ** len(differ)


def cases():
    rng = np.random.default_rng(6)
    out = []
    for n, of_a, of_b, noise in [(50, 3, 3, 0.05), (50, 3, 1, 0.04), (40, 2, 3, 0.04), (40, 5, 5, 0.02)]:
        truth = (rng.random(n) < 0.3).astype(int)
        steady = [np.where(truth == 1, rng.random(n) < r, rng.random(n) < 0.05) for r in (0.7, 0.8)]
        steady[1] = np.where(rng.random(n) < 0.9, steady[0], steady[1])
        a, b = (np.array([np.where(rng.random(n) < noise, ~said, said) for _ in range(runs)]).astype(int) for said, runs in zip(steady, (of_a, of_b)))
        out.append(
            {
                "truth": truth.tolist(), "a": a.tolist(), "b": b.tolist(),
                "value": float(difference(truth, a, b)), "standard_error": standard_error(truth, a, b), "p": permutation_p(truth, a, b),
            }
        )
    return out


if __name__ == "__main__":
    golden = {"versions": {"numpy": np.__version__}, "reruns": cases()}
    parts = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items())
    Path(__file__).with_suffix(".json").write_text(f"{{\n{parts}\n}}\n")
