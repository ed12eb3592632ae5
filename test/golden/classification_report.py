"""Writes random.json: scikit-learn's own answers to seeded random cases.

Run with Debian 12's python3-sklearn (scikit-learn 1.2.1, NumPy 1.24.2):
    python3 test/golden/classification_report.py
"""

import json
import random
import warnings
from pathlib import Path

import sklearn
from sklearn.metrics import classification_report

LABELS = ["toxic", "not toxic", "accuracy", "macro avg", "micro avg", "Z", "é", "毒", "😀", "～", "", "10", "9", "x" * 30]


def random_case(rng, name):
    n_classes = rng.choice([1, 2, 2, 3, 5, 9, 17, 20, 40])
    if rng.random() < 0.15:
        classes = [rng.randint(-50, 200) for _ in range(n_classes)]
    else:
        classes = [rng.choice(LABELS) if n_classes <= 20 else f"c{i}" for i in range(n_classes)]
    y_true = [rng.choice(classes) for _ in range(rng.choice([1, 2, 3, 5, 8, 16, 40, 64]))]
    accuracy = rng.choice([0, 0.1, 0.5, 0.9, 1])
    y_pred = [t if rng.random() < accuracy else rng.choice(classes) for t in y_true]
    args = {"zero_division": rng.choice([0, 1, "warn"])}
    if rng.random() < 0.4:
        labels = list(dict.fromkeys(classes))
        rng.shuffle(labels)
        args["labels"] = labels[: rng.randint(1, len(labels))]
    if rng.random() < 0.2:
        n_names = len(args.get("labels", set(y_true) | set(y_pred)))
        args["target_names"] = [f"name {i}" for i in range(n_names)]
    if rng.random() < 0.5:
        args["digits"] = rng.choice([0, 1, 2, 3, 4, 5, 13, 16, 20])
    as_dict = {key: value for key, value in args.items() if key != "digits"}
    return {
        "name": name,
        "sklearn": sklearn.__version__,
        "y_true": y_true,
        "y_pred": y_pred,
        "args": args,
        "text": classification_report(y_true, y_pred, **args),
        "dict": classification_report(y_true, y_pred, output_dict=True, **as_dict),
        "error": None,
    }


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    rng = random.Random(20240513)
    cases = [random_case(rng, f"seeded-{i:03d}") for i in range(150)]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    Path(__file__).with_name("classification-report").joinpath("random.json").write_text(f"[\n{lines}\n]\n")
