"""Writes weighted.json: figures of what rows were drawn from with unequal probabilities, by NumPy.

Run with NumPy 2.4:
    python3 test/golden/weighted.py
"""

import json
from pathlib import Path

import numpy as np

DRAWS = 1_000_000
# What a label counts for where rows were drawn unequally.
WORTH = 0.92
NAMED = 0.02

# Rows as (cell, probability, rows): two weights; many weights, some within a factor of 2 of each other.
CASES = [
    [("tp", 1, 60), ("fp", 1, 90), ("fn", 1, 20), ("tn", 1, 230), ("tp", 0.05, 2), ("fp", 0.05, 6), ("fn", 0.05, 3), ("tn", 0.05, 589)],
    [("tp", 1, 12), ("fn", 1, 3), ("fp", 1, 9), ("tn", 1, 76), ("tp", 0.4, 5), ("fp", 0.3, 11), ("tn", 0.4, 90), ("tn", 0.3, 70), ("fn", 0.02, 1), ("tn", 0.02, 300), ("fp", 0.02, 4)],
]


def seen(rows):
    """Rows with weights: shares and rates as weighted means."""
    cells, weights = zip(*[(cell, 1 / p) for cell, p, n in rows for _ in range(n)])
    cells, weights = np.array(cells), np.array(weights)
    positive, called = np.isin(cells, ["tp", "fn"]), np.isin(cells, ["tp", "fp"])
    return [float(np.average(of, weights=w)) for of, w in [(positive, weights), (called[positive], weights[positive]), (called[~positive], weights[~positive])]]


def drawn(rows, rng):
    """By class of weights from 2^k up to below 2^(k+1)."""
    totals = {cell: 0.0 for cell in ("tp", "fp", "fn", "tn")}
    powers = [int(np.floor(np.log2(1 / p))) for _, p, _ in rows]
    for power in sorted(set(powers)):
        members = [(cell, 1 / p, n) for (cell, p, n), own in zip(rows, powers) if own == power]
        weight = sum(w * n for _, w, n in members)
        size = WORTH * weight**2 / sum(w * w * n for _, w, n in members)
        count = {cell: size * sum(w * n for c, w, n in members if c == cell) / weight for cell in totals}
        beta = lambda a, b: rng.beta(a + 0.5, b + 0.5, DRAWS)
        positive = beta(count["tp"] + count["fn"], count["fp"] + count["tn"])
        found, alarms = beta(count["tp"], count["fn"]), beta(count["fp"], count["tn"])
        total = weight * rng.gamma(size, size=DRAWS) / size
        for cell, share in {"tp": positive * found, "fn": positive * (1 - found), "fp": (1 - positive) * alarms, "tn": (1 - positive) * (1 - alarms)}.items():
            totals[cell] = totals[cell] + total * share
    tp, fp, fn, tn = totals.values()
    return (tp + fn) / (tp + fp + fn + tn), tp / (tp + fn), fp / (fp + tn)


def figures(pi, r, f):
    return {
        "share": pi,
        "precision": pi * r / (pi * r + (1 - pi) * f),
        "recall": r,
        "f1": 2 * pi * r / (pi * r + pi + (1 - pi) * f),
        "alarms_per_1000": 1000 * (pi * r + (1 - pi) * f),
    }


def case(rows, rng):
    point, draws = seen(rows), drawn(rows, rng)
    ends = lambda values: [float(end) for end in np.quantile(values, [0.025, 0.975])]
    both = {name: [value, *ends(figures(*draws)[name])] for name, value in figures(*point).items()}
    moved = {name: [value, *ends(figures(NAMED, *draws[1:])[name])] for name, value in figures(NAMED, *point[1:]).items() if name not in ("share", "recall")}
    return {"rows": [dict(zip(("cell", "probability", "rows"), row)) for row in rows], "own": both, "named": moved}


if __name__ == "__main__":
    rng = np.random.default_rng(13)
    golden = {"versions": {"numpy": np.__version__}, "named_prevalence": NAMED, "weighted": [case(rows, rng) for rows in CASES]}
    parts = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items())
    Path(__file__).with_suffix(".json").write_text(f"{{\n{parts}\n}}\n")
