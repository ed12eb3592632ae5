"""Writes differences.json: SciPy's and statsmodels' answers on what the verdicts stand on.

Run with NumPy 2.4, SciPy 1.17 and statsmodels 0.15:
    python3 test/golden/differences.py
"""

import itertools
import json
from pathlib import Path

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

CELLS = [
    (70, 3, 4, 2, 5, 3, 6, 7),
    (400, 12, 5, 3, 10, 4, 16, 50),
    (19, 0, 0, 0, 0, 0, 1, 0),
    (18, 0, 0, 0, 0, 0, 1, 1),
    (90, 2, 1, 0, 3, 1, 0, 3),
    (5, 0, 0, 0, 0, 0, 0, 5),
    (4600, 40, 55, 30, 90, 60, 75, 150),
    (0, 0, 0, 0, 0, 7, 2, 4),
]


def f1s(cells):
    cells = np.asarray(cells, float)
    toxic = cells[4:].sum()
    out = []
    for bit in (2, 1):
        called = [c for c in range(8) if c & bit]
        hits = sum(cells[c] for c in called if c & 4)
        out.append(2 * hits / (sum(cells[c] for c in called) + toxic))
    return out


def difference(cells):
    a, b = f1s(cells)
    return a - b


def delta(cells, added):
    """By numerical differentiation of the difference of the shares."""
    cells = np.array(cells, float)
    cells[[1, 2, 5, 6]] += added
    n = cells.sum()
    p = cells / n
    step = 1e-6
    gradient = np.array([(difference(p + step * e) - difference(p - step * e)) / (2 * step) for e in np.eye(8)])
    covariance = (np.diag(p) - np.outer(p, p)) / n
    return difference(cells), float(np.sqrt(gradient @ covariance @ gradient))


def permutation_p(cells):
    """SciPy's exact permutation test where it can enumerate, else the two binomials summed."""
    columns = np.array([[c >> 2 & 1, c >> 1 & 1, c & 1] for c, n in enumerate(cells) for _ in range(n)]).T
    truth, a, b = columns

    def f1(said):
        found = (truth * said).sum()
        total = truth.sum() + said.sum()
        return 2 * found / total if total else 0.0

    differ = np.flatnonzero(a != b)
    seen = abs(f1(a) - f1(b))
    if len(differ) == 0:
        return 1.0
    if len(differ) <= 14:
        count = 0
        for swaps in itertools.product((0, 1), repeat=len(differ)):
            x, y = a.copy(), b.copy()
            rows = differ[np.array(swaps, bool)]
            x[rows], y[rows] = b[rows], a[rows]
            count += abs(f1(x) - f1(y)) >= seen - 1e-12
        return count / 2 ** len(differ)
    rng = np.random.default_rng(5)
    tries = 200_000
    toxic, other = cells[5] + cells[6], cells[1] + cells[2]
    found, wrong = rng.binomial(toxic, 0.5, tries), rng.binomial(other, 0.5, tries)
    positives = sum(cells[4:])

    def of(hits, alarms):
        hits = cells[7] + hits
        return 2 * hits / (hits + cells[3] + alarms + positives)

    return float(np.mean(np.abs(of(found, wrong) - of(toxic - found, other - wrong)) >= seen - 1e-12))


def cases():
    out = []
    for cells in CELLS:
        value, error = delta(cells, 0.5)
        half = stats.norm.ppf(0.975) * error
        low_value, low_error = delta(cells, 1)
        out.append(
            {
                "cells": list(cells),
                "value": difference(cells),
                "standard_error": error,
                "interval": [value - half, value + half],
                "bound": low_value - stats.norm.ppf(0.95) * low_error,
                "p": permutation_p(cells),
                "exact": sum(cells[c] for c in (1, 2, 5, 6)) <= 14,
            }
        )
    return out


def f1_intervals():
    out = []
    for tp, fp, fn in [(28, 11, 13), (1, 0, 0), (0, 3, 4), (300, 80, 62), (5, 0, 0)]:
        low, high = proportion_confint(tp, tp + fp + fn, 0.05, "wilson")
        out.append({"tp": tp, "fp": fp, "fn": fn, "interval": [float(2 * s / (1 + s)) for s in (low, high)]})
    return out


def q_values():
    cases = [[0.01], [0.01, 0.04, 0.03], [0.5, 0.6, 0.9], [0.02, 0.02, 0.001, 0.2, 1], [0.04, 0.03, 0.03, 0.0005]]
    return [{"p": p, "q": multipletests(p, method="fdr_bh")[1].tolist()} for p in cases]


DRAWS = 1_000_000


def ends(values):
    return [float(end) for end in np.quantile(values, [0.025, 0.975])]


def at_prevalence():
    rng = np.random.default_rng(11)
    out = []
    for (tp, fp, fn, tn), pi in [((28, 11, 13, 148), 0.02), ((5, 0, 3, 40), 0.3), ((300, 80, 62, 4641), 0.005)]:
        r, f = rng.beta(tp + 0.5, fn + 0.5, DRAWS), rng.beta(fp + 0.5, tn + 0.5, DRAWS)
        out.append(
            {
                "counts": {"tp": tp, "fp": fp, "fn": fn, "tn": tn},
                "prevalence": pi,
                "precision": ends(pi * r / (pi * r + (1 - pi) * f)),
                "f1": ends(2 * pi * r / (pi * r + pi + (1 - pi) * f)),
                "alarms_per_1000": ends(1000 * (pi * r + (1 - pi) * f)),
            }
        )
    return out


def post_stratified():
    """Strata as (called, rows, labelled, positive)."""
    rng = np.random.default_rng(12)
    out = []
    for strata in [
        [(False, 4300, 250, 3), (False, 250, 20, 9), (True, 150, 12, 3), (True, 300, 25, 22)],
        [(False, 900, 60, 0), (False, 40, 2, 1), (True, 60, 10, 6)],
    ]:
        called = np.array([s[0] for s in strata])
        rows, labelled, toxic = (np.array(column, float) for column in list(zip(*strata))[1:])
        shares = rng.gamma(rows, size=(DRAWS, len(strata)))
        hits = shares * rng.beta(toxic + 0.5, labelled - toxic + 0.5, size=shares.shape)
        found, missed = hits[:, called].sum(1), hits[:, ~called].sum(1)
        positive = shares[:, called].sum(1)
        out.append(
            {
                "strata": [dict(zip(("called", "rows", "labelled", "positive"), s)) for s in strata],
                "precision": ends(found / positive),
                "recall": ends(found / (found + missed)),
                "f1": ends(2 * found / (positive + found + missed)),
            }
        )
    return out


if __name__ == "__main__":
    shapes = [(0.5, 0.5), (1, 1), (3.5, 0.5), (0.5, 40.5), (12, 300), (1500, 2), (40000, 60000)]
    points = [0.001, 0.02, 0.3, 0.5, 0.77, 0.99]
    tails = [1e-6, 0.025, 0.05, 0.4, 0.5, 0.9, 0.975]
    golden = {
        "versions": {module.__name__: module.__version__ for module in (np, scipy, statsmodels)},
        "beta_cdf": [[x, a, b, float(stats.beta.cdf(x, a, b))] for a, b in shapes for x in points],
        "beta_quantile": [[p, a, b, float(stats.beta.ppf(p, a, b))] for a, b in shapes for p in tails],
        "t_quantile": [[p, df, float(stats.t.ppf(p, df))] for df in (1, 2, 3.5, 10, 40, 1000, 1e5) for p in (0.001, 0.05, 0.5, 0.8, 0.95, 0.975, 0.9995)],
        "differences": cases(),
        "f1_intervals": f1_intervals(),
        "q_values": q_values(),
        "at_prevalence": at_prevalence(),
        "post_stratified": post_stratified(),
    }
    parts = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items())
    Path(__file__).with_suffix(".json").write_text(f"{{\n{parts}\n}}\n")
