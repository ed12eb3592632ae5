"""Writes cascade.json: SciPy's exact tests and two-sample tests, and a cascade counted row by row with NumPy.

Run with NumPy 2.4 and SciPy 1.17:
    python3 test/golden/cascade.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
import scipy.special
from scipy import stats

TESTS = [(46, 50, 0.9), (95, 100, 0.9), (100, 100, 0.97), (61, 80, 0.7), (700, 930, 0.7), (1, 3, 0.2), (9, 10, 0.95), (2850, 3000, 0.94)]


def exact_tests():
    out = []
    for successes, n, aim in TESTS:
        test = stats.binomtest(successes, n, aim, alternative="greater")
        bound = test.proportion_ci(confidence_level=0.95, method="exact").low
        out.append({"successes": successes, "n": n, "aim": aim, "p": float(test.pvalue), "bound": float(bound)})
    return out


def two_samples():
    rng = np.random.default_rng(15)
    pairs = [
        (rng.random(60), rng.random(80)),
        (rng.random(200), rng.random(150) ** 1.4),
        (np.round(rng.random(300), 2), np.round(rng.random(90) * 0.9, 2)),
        (rng.normal(size=40), rng.normal(1.5, 1, 50)),
        (rng.random(30), rng.random(30)),
    ]
    out = []
    for a, b in pairs:
        distance = stats.ks_2samp(a, b).statistic
        effective = len(a) * len(b) / (len(a) + len(b))
        limit = stats.kstwobign.sf(np.sqrt(effective) * distance)
        out.append({"a": a.tolist(), "b": b.tolist(), "distance": float(distance), "p": float(limit), "exact_p": float(stats.ks_2samp(a, b, method="exact").pvalue)})
    return out


def curve():
    """Of a student and a teacher that left some rows without a label: the nearest rows in log odds are the teacher's."""
    rng = np.random.default_rng(16)
    n, threshold = 240, 0.35
    truth = (rng.random(n) < 0.25).astype(int)
    score = 1 / (1 + np.exp(-(rng.normal(size=n) * 1.2 + 2.2 * truth - 1.6)))
    teacher = np.where(rng.random(n) < 0.1, 1 - truth, truth)
    teacher[rng.random(n) < 0.05] = -1
    usd = np.round(rng.random(n) / 1000, 6)
    logit = lambda p: np.log(p / (1 - p))
    order = np.argsort(np.abs(logit(score) - logit(threshold)))
    points = []
    for share in (0, 0.05, 0.1, 0.2, 0.4, 1):
        for stands_in in (False, True):
            asked = np.zeros(n, bool)
            asked[order[: round(share * n)]] = True
            student = (score >= threshold).astype(int)
            said = np.where(asked, np.where((teacher < 0) & stands_in, student, teacher), student)
            hits, called = int(np.sum((said == 1) & (truth == 1))), int(np.sum(said == 1))
            points.append(
                {
                    "share": share, "stands_in": stands_in, "escalated": int(asked.sum()), "unanswered": int(np.sum(said < 0)),
                    "precision": hits / called, "recall": hits / int(truth.sum()), "f1": 2 * hits / (called + int(truth.sum())),
                    "usd_per_1000": float(usd[asked].sum() / n * 1000),
                }
            )
    rows = {"score": score.tolist(), "teacher": teacher.tolist(), "truth": truth.tolist(), "usd": usd.tolist()}
    return {"threshold": threshold, "rows": rows, "points": points}


def auprc_intervals():
    """By log odds, with Student's t."""
    out = []
    for auprc, positive in [(0.65, 17), (0.1, 5), (0.76, 371), (0.99, 40), (0.5, 2)]:
        z = np.log(auprc / (1 - auprc))
        low, high = stats.t.interval(0.95, positive - 1, loc=z, scale=1 / np.sqrt(positive * auprc * (1 - auprc)))
        out.append({"auprc": auprc, "positive": positive, "low": float(scipy.special.expit(low)), "high": float(scipy.special.expit(high))})
    return out


if __name__ == "__main__":
    golden = {
        "versions": {module.__name__: module.__version__ for module in (np, scipy)},
        "exact_tests": exact_tests(),
        "two_samples": two_samples(),
        "curve": curve(),
        "auprc_intervals": auprc_intervals(),
    }
    parts = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items())
    Path(__file__).with_suffix(".json").write_text(f"{{\n{parts}\n}}\n")
