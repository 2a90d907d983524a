"""What Hugging Face's generate leaves of a row of logits, step by step as its documentation words it, in numpy alone.

Writes reference.json: /usr/bin/python3 test/plugins/sampling/reference.py
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(5)


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def penalise(x, seen, penalty):
    out = x.copy()
    for i in set(seen):
        out[i] = x[i] * penalty if x[i] < 0 else x[i] / penalty
    return out


def top_k(x, k):
    if k == 0 or k >= len(x):
        return x
    return np.where(x < np.sort(x)[-k], -np.inf, x)


def top_p(x, p):
    if p >= 1:
        return x
    order = np.argsort(-x, kind="stable")[::-1]  # from the least probable; of equals the larger ids first
    cut = order[softmax(x)[order].cumsum() <= 1 - p]
    out = x.copy()
    out[np.setdiff1d(cut, order[-1:])] = -np.inf
    return out


def min_p(x, p):
    probabilities = softmax(x)
    return np.where(probabilities < p * probabilities.max(), -np.inf, x)


cases = []
for settings in [
    dict(),
    dict(temperature=0.7),
    dict(temperature=1.9),
    dict(top_k=1),
    dict(top_k=5),
    dict(top_k=400),
    dict(top_p=0.05),
    dict(top_p=0.5),
    dict(top_p=0.9),
    dict(min_p=0.1),
    dict(min_p=1.0),
    dict(repetition_penalty=1.3),
    dict(repetition_penalty=0.6),
    dict(temperature=1.5, top_k=12, top_p=0.8, min_p=0.1, repetition_penalty=1.4),
    dict(temperature=0.5, top_k=30, top_p=0.95),
    dict(top_p=0.7, min_p=0.25),
    dict(temperature=3.0, min_p=0.3),
    dict(top_k=7, min_p=0.5, repetition_penalty=2.0),
]:
    for size in (6, 40):
        x = np.round(rng.normal(0, 2.5, size), 3)
        if size == 40:
            x[7] = x[19] = x[23] = x.max()  # equals, as the greatest
            x[11] = -np.inf
        seen = [int(i) for i in rng.integers(0, size, 5)]
        s = {"temperature": 1, "top_k": 0, "top_p": 1, "min_p": 0, "repetition_penalty": 1, **settings}
        y = penalise(x, seen, s["repetition_penalty"]) / s["temperature"]
        y = min_p(top_p(top_k(y, s["top_k"]), s["top_p"]), s["min_p"])
        cases.append(
            {
                "settings": s,
                "seen": seen,
                "logits": [None if np.isinf(v) else float(v) for v in x],
                "probabilities": [round(float(v), 12) for v in softmax(y)],
            }
        )

path = pathlib.Path(__file__).with_name("reference.json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
