"""Writes figures.json: SciPy's, statsmodels' and scikit-learn's answers on clusters, calibration and slices.

Run with NumPy 2.4, SciPy 1.17, statsmodels 0.15 and scikit-learn 1.9:
    python3 test/golden/figures.py
"""

import itertools
import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy import stats
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from statsmodels.stats.proportion import proportion_confint

RESAMPLES = 100_000


def clustered(rng, texts, rate, recall, false_alarms, mean):
    """Rows of texts that repeat, with one answer a text: cluster, truth, said."""
    sizes = rng.geometric(1 / mean, texts)
    truth = rng.random(texts) < rate
    said = np.where(truth, rng.random(texts) < recall, rng.random(texts) < false_alarms)
    rows = np.repeat(np.arange(texts), sizes)
    return rows, truth[rows].astype(int), said[rows].astype(int)


def alike(values, cluster):
    """Of two rows of one text: the share of pairs that are the same, beyond what any two would be; by enumeration."""
    pairs = [values[a] == values[b] for c in set(cluster) for a, b in itertools.combinations(np.flatnonzero(cluster == c), 2)]
    p = values.mean()
    return max(0.0, 1 - (1 - np.mean(pairs)) / (2 * p * (1 - p)))


def share(values, cluster):
    """Korn and Graubard's effective size, from statsmodels' cluster-robust variance of a mean; at least Kish's."""
    n, clusters = len(values), len(set(cluster))
    fit = sm.OLS(values, np.ones(n))
    robust = fit.fit(cov_type="cluster", cov_kwds={"groups": cluster}).bse[0]
    mates = np.bincount(cluster)[cluster].mean()
    deff = max(1.0, (robust / fit.fit().bse[0]) ** 2, 1 + alike(values, cluster) * (mates - 1))
    size = n / deff * (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, clusters - 1)) ** 2
    p = values.mean()
    return {"value": float(p), "effect": float(deff), "interval": [float(x) for x in proportion_confint(p * size, size, 0.05, "wilson")]}


def shares():
    rng = np.random.default_rng(1)
    out = []
    for texts, rate, mean in [(60, 0.3, 3), (300, 0.1, 2), (40, 0.5, 1.2)]:
        cluster, truth, said = clustered(rng, texts, rate, 0.7, 0.1, mean)
        of = lambda rows, values: share(values[rows].astype(float), cluster[rows])
        # Some texts are not always given the same answer.
        said = np.where(rng.random(len(said)) < 0.1, 1 - said, said) if mean == 2 else said
        hits = truth * said
        out.append(
            {
                "cluster": cluster.tolist(), "truth": truth.tolist(), "said": said.tolist(),
                "recall": of(truth == 1, said), "accuracy": of(truth >= 0, (truth == said)), "hits": of(truth + said > 0, hits),
            }
        )
    return out


def mcc(tables, axis=-1):
    tp, fp, fn, tn = np.moveaxis(tables, -1, 0)
    return (tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))


def resampled_clusters():
    cluster, truth, said = clustered(np.random.default_rng(8), 120, 0.3, 0.7, 0.1, 2)
    cells = [truth * said, (1 - truth) * said, truth * (1 - said), (1 - truth) * (1 - said)]
    tables = np.stack([np.bincount(cluster, weights=cell) for cell in cells], axis=-1)
    of = lambda drawn, axis=-1: mcc(tables[drawn].sum(axis=-2))
    result = stats.bootstrap(
        (np.arange(len(tables)),), of, vectorized=True, n_resamples=RESAMPLES, batch=2000,
        method="BCa", rng=np.random.default_rng(7),
    )
    return {
        "cluster": cluster.tolist(), "truth": truth.tolist(), "said": said.tolist(),
        "value": float(of(np.arange(len(tables)))), "interval": [float(x) for x in result.confidence_interval],
        "standard_error": float(result.standard_error),
    }


def f1_difference(truth, a, b, weights):
    f1 = lambda said: 2 * (weights * truth * said).sum() / ((weights * truth).sum() + (weights * said).sum())
    return f1(a) - f1(b)


def difference_effect():
    """Influence by differentiating with respect to the weight of each row; its clustered variance by statsmodels."""
    rng = np.random.default_rng(4)
    out = []
    for texts, mean in [(150, 3), (80, 1.5)]:
        cluster, truth, a = clustered(rng, texts, 0.3, 0.8, 0.1, mean)
        flip = rng.random(texts) < 0.15
        b = np.where(flip[cluster], 1 - a, a)
        n, step = len(truth), 1e-6
        ones = np.ones(n)
        influence = np.array([(f1_difference(truth, a, b, ones + step * e) - f1_difference(truth, a, b, ones - step * e)) / (2 * step) for e in np.eye(n)])
        fit = sm.OLS(influence, ones)
        robust = fit.fit(cov_type="cluster", cov_kwds={"groups": cluster}).bse[0]
        out.append(
            {
                "cluster": cluster.tolist(), "truth": truth.tolist(), "a": a.tolist(), "b": b.tolist(),
                "effect": float((robust / fit.fit().bse[0]) ** 2),
            }
        )
    return out


def average_precisions(truth, scores, weights):
    """Of each row of weights; scores have no ties."""
    order = np.argsort(-scores)
    hits = weights[:, order] * truth[order]
    found, called = hits.cumsum(1), weights[:, order].cumsum(1)
    return (hits * found / np.maximum(called, 1)).sum(1) / found[:, -1]


def weights_of(drawn, cluster, clusters):
    drawn = np.atleast_2d(drawn)
    counts = np.stack([np.bincount(each, minlength=clusters) for each in drawn])
    return counts[:, cluster]


def auprc_difference():
    rng = np.random.default_rng(21)
    out = []
    for mean in (1, 2.5):
        cluster, truth, _ = clustered(rng, 150, 0.3, 0.7, 0.1, mean)
        noise = lambda: rng.normal(size=150)[cluster] + rng.normal(0, 1e-6, len(cluster))
        shared = noise()
        a = 1.6 * truth + 0.7 * shared + 0.7 * noise()
        b = 0.9 * truth + 0.7 * shared + 0.7 * noise()
        clusters = cluster.max() + 1

        def statistic(drawn, axis=-1):
            weights = weights_of(drawn, cluster, clusters)
            values = average_precisions(truth, a, weights) - average_precisions(truth, b, weights)
            return values if np.ndim(drawn) > 1 else values[0]

        result = stats.bootstrap(
            (np.arange(clusters),), statistic, vectorized=True, n_resamples=20_000, batch=500,
            method="BCa", rng=np.random.default_rng(7),
        )
        value = average_precision_score(truth, a) - average_precision_score(truth, b)
        out.append(
            {
                "cluster": cluster.tolist(), "truth": truth.tolist(), "a": a.tolist(), "b": b.tolist(),
                "value": float(value), "interval": [float(x) for x in result.confidence_interval],
                "standard_error": float(result.standard_error),
            }
        )
    return out


def fit_cox(scores, truth, **how):
    fit = sm.Logit(truth, sm.add_constant(logit(np.clip(scores, 1e-6, 1 - 1e-6)))).fit(disp=0, tol=1e-12, **how)
    (intercept, slope), ends = fit.params, fit.conf_int()
    return {"slope": [float(slope), *map(float, ends[1])], "intercept": [float(intercept), *map(float, ends[0])]}


def cox():
    rng = np.random.default_rng(6)
    out = []
    for n, slope, shift in [(60, 1, 0), (400, 0.5, -1), (1000, 2, 0.5)]:
        scores = np.round(rng.beta(0.6, 1.5, n), 2)
        truth = (rng.random(n) < 1 / (1 + np.exp(-(shift + slope * logit(np.clip(scores, 1e-3, 1 - 1e-3)))))).astype(int)
        cluster = np.sort(rng.integers(0, n // 3, n))
        robust = fit_cox(scores, truth, cov_type="cluster", cov_kwds={"groups": cluster})
        out.append({"scores": scores.tolist(), "truth": truth.tolist(), "cluster": cluster.tolist(), **fit_cox(scores, truth), "clustered": robust})
    return out


def platt():
    """Scaling to log odds that lie close together, as those of a cautious student do."""
    rng = np.random.default_rng(2)
    truth = (rng.random(300) < 0.2).astype(int)
    logits = np.round(-1.6 + 0.09 * truth + rng.normal(0, 0.08, 300), 4)
    fit = LogisticRegression(C=100, tol=1e-12, max_iter=10_000, solver="newton-cholesky").fit(logits[:, None], truth)
    return {"logits": logits.tolist(), "truth": truth.tolist(), "slope": float(fit.coef_[0, 0]), "intercept": float(fit.intercept_[0])}


def fisher():
    tables = [(1, 9, 11, 3), (8, 2, 1, 5), (0, 4, 7, 0), (3, 0, 40, 7), (0, 0, 5, 5), (5, 5, 5, 5), (120, 80, 900, 300), (10, 0, 0, 10), (2, 1, 2000, 900)]
    return [{"table": list(t), "p": float(stats.fisher_exact([t[:2], t[2:]])[1])} for t in tables]


if __name__ == "__main__":
    golden = {
        "versions": {module.__name__: module.__version__ for module in (np, scipy, statsmodels, sklearn)},
        "shares": shares(),
        "resampled_clusters": resampled_clusters(),
        "difference_effect": difference_effect(),
        "auprc_difference": auprc_difference(),
        "cox": cox(),
        "platt": platt(),
        "fisher": fisher(),
    }
    parts = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items())
    Path(__file__).with_suffix(".json").write_text(f"{{\n{parts}\n}}\n")
