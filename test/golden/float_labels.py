"""Writes float-labels.json: what scikit-learn 1.2.1 says of labels that are fractions.

Run with scikit-learn 1.2.1:
    python3 test/golden/float_labels.py
"""

import json
import warnings
from pathlib import Path

from sklearn.metrics import classification_report

NAN, INFINITY = float("nan"), float("inf")
CASES = [
    ([0.5, 1.5], [0.5, 1.5]),
    ([0, 1], [0.5, 1.5]),
    ([0.2, 0.9], [0, 1]),
    ([0, 1, 2], [0.5, 1, 1]),
    ([0.5, 1.5], ["a", "b"]),
    (["a", "b", "c"], [0.5, 1, 1]),
    ([0, NAN], [0, 1]),
    ([0, 1], [0, INFINITY]),
]


def refusal(y_true, y_pred):
    try:
        classification_report(y_true, y_pred)
    except ValueError as error:
        return str(error)
    return None


def as_json(labels):
    return [str(label) if label in (INFINITY,) or label != label else label for label in labels]


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    golden = [{"y_true": as_json(t), "y_pred": as_json(p), "error": refusal(t, p)} for t, p in CASES]
    lines = ",\n".join(json.dumps(case) for case in golden)
    Path(__file__).with_name("float-labels.json").write_text(f"[\n{lines}\n]\n")
