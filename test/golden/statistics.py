"""Writes statistics.json: SciPy's, statsmodels' and scikit-learn's answers to seeded cases.

Run with Debian 12's python3-sklearn python3-scipy python3-statsmodels (scikit-learn 1.2.1,
SciPy 1.10.1, statsmodels 0.13.5, NumPy 1.24.2):
    python3 test/golden/statistics.py
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import special, stats
from scipy.stats._resampling import _bca_interval
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

RESAMPLES = 100_000


def finite(value):
    """NumPy's numbers as JSON has them; what is not defined as null."""
    return None if value is None or not math.isfinite(value) else float(value)


def distributions():
    lgamma_at = [0.5, 1, 1.5, 2, 3, 10, 33.5, 171, 1e3, 12345, 1e6]
    cdf_at = [-37, -12, -8, -7, -5, -3.3, -1.96, -1, -1e-3, 0, 0.5, 1, 2.5, 5, 7, 8]
    quantile_at = [1e-300, 1e-50, 1e-12, 1e-6, 0.001, 0.025, 0.075, 0.2, 0.5, 0.6, 0.925, 0.975, 0.995, 1 - 1e-9]
    return {
        "log_gamma": [[x, float(special.gammaln(x))] for x in lgamma_at],
        "normal_cdf": [[x, float(special.ndtr(x))] for x in cdf_at],
        "normal_quantile": [[p, float(special.ndtri(p))] for p in quantile_at],
    }


def wilson():
    cases = [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (7, 100), (50, 100), (362, 5083), (99999, 100000)]
    return [
        {"k": k, "n": n, "confidence": c, "interval": [float(end) for end in proportion_confint(k, n, 1 - c, "wilson")]}
        for k, n in cases
        for c in (0.9, 0.95, 0.99)
    ]


def mcnemar_exact():
    cases = [(0, 1), (1, 0), (0, 6), (5, 5), (3, 9), (12, 4), (100, 130), (130, 100), (1500, 1700), (49000, 50000)]
    return [
        {
            "b": b,
            "c": c,
            "p": float(mcnemar([[0, b], [c, 0]], exact=True).pvalue),
            "binomial_p": float(stats.binomtest(b, b + c, 0.5).pvalue),
        }
        for b, c in cases
    ]


def holm():
    cases = [[0.01], [0.01, 0.04, 0.03], [0.5, 0.6, 0.9], [0.02, 0.02, 0.001, 0.2, 1], [0.04, 0.03, 0.03, 0.0005]]
    return [{"p": p, "corrected": multipletests(p, method="holm")[1].tolist()} for p in cases]


def rows_of(tp, fp, fn, tn):
    return [1] * tp + [0] * fp + [1] * fn + [0] * tn, [1] * tp + [1] * fp + [0] * fn + [0] * tn


def tables():
    cases = [(40, 10, 20, 30), (5, 0, 0, 5), (0, 5, 5, 0), (1, 2, 3, 4), (300, 80, 62, 4641), (7, 0, 3, 90), (0, 3, 7, 90), (0, 0, 5, 20), (5, 3, 0, 0), (0, 0, 0, 9)]
    out = []
    for tp, fp, fn, tn in cases:
        truth, said = rows_of(tp, fp, fn, tn)
        figures = {}
        for average in ("macro", "weighted"):
            p, r, f, _ = metrics.precision_recall_fscore_support(truth, said, labels=[0, 1], average=average, zero_division=0)
            figures[average] = {"precision": p, "recall": r, "f1": f}
        for name, label in (("toxic", 1), ("not_toxic", 0)):
            p, r, f, _ = metrics.precision_recall_fscore_support(truth, said, labels=[label], zero_division=0)
            figures[name] = {"precision": p[0], "recall": r[0], "f1": f[0]}
        out.append(
            {
                "counts": {"tp": tp, "fp": fp, "fn": fn, "tn": tn},
                **figures,
                "accuracy": metrics.accuracy_score(truth, said),
                "balanced_accuracy": metrics.balanced_accuracy_score(truth, said),
                "mcc": metrics.matthews_corrcoef(truth, said),
                "kappa": finite(metrics.cohen_kappa_score(truth, said)),
            }
        )
    return out


def calibration_error(scores, truth):
    bins = np.minimum(9, np.floor(scores * 10).astype(int))
    gaps = [abs(scores[bins == b].mean() - truth[bins == b].mean()) * (bins == b).mean() for b in range(10) if (bins == b).any()]
    return float(sum(gaps))


def scored(rng, n, rate, digits):
    truth = (rng.random(n) < rate).astype(int)
    truth[0] = 1
    scores = np.clip(rng.normal(0.25 + 0.35 * truth, 0.2), 0, 1).round(digits)
    return truth, scores


def ranking():
    rng = np.random.default_rng(20240513)
    out = []
    for n, rate, digits in [(8, 0.5, 1), (30, 0.3, 1), (60, 0.1, 6), (200, 0.07, 2), (200, 0.5, 6)]:
        truth, scores = scored(rng, n, rate, digits)
        out.append(
            {
                "truth": truth.tolist(),
                "scores": scores.tolist(),
                "auprc": metrics.average_precision_score(truth, scores),
                "auroc": metrics.roc_auc_score(truth, scores),
                "brier": metrics.brier_score_loss(truth, scores),
                "ece": calibration_error(scores, truth),
                "curve": [[float(x) for x in side] for side in metrics.precision_recall_curve(truth, scores)],
            }
        )
    return out


def bca(columns, statistic):
    """Rows are resampled by their number, so that the columns stay together."""
    rows = (np.arange(len(columns[0])),)

    def of_rows(drawn, axis=-1):
        return statistic(*(column[drawn] for column in columns), axis=axis)

    result = stats.bootstrap(
        rows, of_rows, vectorized=True, n_resamples=RESAMPLES, batch=500,
        confidence_level=0.95, method="BCa", random_state=np.random.default_rng(7),
    )
    value = float(of_rows(rows[0]))
    # SciPy returns the acceleration for its own tests; the resamples do not enter it.
    acceleration = _bca_interval(rows, of_rows, -1, 0.025, np.array([value]), 500)[2]
    return {
        "value": value,
        "interval": [float(result.confidence_interval.low), float(result.confidence_interval.high)],
        "standard_error": float(result.standard_error),
        "acceleration": float(np.ravel(acceleration)[0]),
    }


def f1(truth, said, axis=-1):
    tp = (truth * said).sum(axis)
    return 2 * tp / (truth.sum(axis) + said.sum(axis))


def f1_difference(truth, a, b, axis=-1):
    return f1(truth, a, axis) - f1(truth, b, axis)


def bca_of_counts():
    out = []
    for counts in [(28, 11, 13, 148), (30, 20, 15, 435), (90, 10, 12, 88)]:
        truth, said = (np.array(column) for column in rows_of(*counts))
        out.append({"counts": list(counts), **bca((truth, said), f1)})
    return out


def bca_of_pairs():
    out = []
    for cells in [(70, 3, 4, 2, 5, 3, 6, 7), (400, 12, 5, 3, 10, 4, 16, 50)]:
        columns = np.array([[c >> 2 & 1, c >> 1 & 1, c & 1] for c, n in enumerate(cells) for _ in range(n)]).T
        out.append({"cells": list(cells), **bca(tuple(columns), f1_difference)})
    return out


def average_precision(truth, scores, axis=-1):
    flat = [side.reshape(-1, side.shape[-1]) for side in (truth, scores)]
    areas = [metrics.average_precision_score(*pair) for pair in zip(*flat)]
    return np.array(areas).reshape(truth.shape[:-1])


def bca_of_scores():
    truth, scores = scored(np.random.default_rng(3), 120, 0.3, 3)
    return {"truth": truth.tolist(), "scores": scores.tolist(), **bca((truth, scores), average_precision)}


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    golden = {
        "versions": {module.__name__: module.__version__ for module in (np, scipy, statsmodels, sklearn)},
        **distributions(),
        "wilson": wilson(),
        "mcnemar": mcnemar_exact(),
        "holm": holm(),
        "tables": tables(),
        "ranking": ranking(),
        "bca_of_counts": bca_of_counts(),
        "bca_of_pairs": bca_of_pairs(),
        "bca_of_scores": bca_of_scores(),
    }
    parts = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items())
    Path(__file__).with_suffix(".json").write_text(f"{{\n{parts}\n}}\n")
