"""Distinct-n, self-BLEU and shares of random rows, straight from the papers' definitions, with Counters and nothing else.

Writes reference.json: /usr/bin/python3 test/plugins/metrics/reference.py
"""

import json
import math
import pathlib
import random
from collections import Counter


def grams(row, n):
    return [tuple(row[i : i + n]) for i in range(len(row) - n + 1)]


def bleu(hypothesis, references, order):
    """Papineni et al. 2002; an n-gram count of none counts 0.1 (Chen and Cherry 2014, smoothing 1), but not among unigrams."""
    if not hypothesis:
        return 0.0
    logs = 0.0
    for n in range(1, order + 1):
        have = Counter(grams(hypothesis, n))
        matched = sum(min(count, max(Counter(grams(r, n))[g] for r in references)) for g, count in have.items())
        if matched == 0 and n == 1:
            return 0.0
        logs += math.log((matched or 0.1) / max(1, len(hypothesis) - n + 1)) / order
    closest = min((abs(len(r) - len(hypothesis)), len(r)) for r in references)[1]
    return math.exp(min(0.0, 1 - closest / len(hypothesis)) + logs)


random.seed(3)
cases = []
for rows, longest, ids, order in [(2, 6, 3, 2), (8, 12, 4, 4), (20, 9, 12, 3), (30, 30, 50, 5), (5, 3, 2, 4), (3, 4, 1, 1)]:
    generated = [[random.randrange(ids) for _ in range(random.randrange(longest + 1))] for _ in range(rows)]
    if rows > 6:
        generated[3] = generated[0]
        generated[5] = generated[0]
    training = [[random.randrange(ids) for _ in range(random.randrange(longest + 1))] for _ in range(rows)] + [generated[0]]
    tokens = sum(map(len, generated))
    measures = {f"distinct_{n}": len({g for r in generated for g in grams(r, n)}) / tokens for n in range(1, order + 1)}
    others = lambda i: generated[:i] + generated[i + 1 :]
    measures["self_bleu"] = sum(bleu(r, others(i), order) for i, r in enumerate(generated)) / rows
    measures["unique_share"] = len(set(map(tuple, generated))) / rows
    measures["copied_share"] = sum(r in training for r in generated) / rows
    cases.append({"n": order, "generated": generated, "training": training, "measures": measures})

path = pathlib.Path(__file__).with_name("reference.json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
