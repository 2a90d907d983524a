#!/usr/bin/env python3
"""Prints reference.json: n-gram probabilities straight from the definitions, in dictionaries of tuples and exact fractions.

Modified Kneser-Ney after Chen & Goodman 1998 with KenLM's choices; add-k after Laplace. Shares no code and no method with the plugin.
"""
import json
import random
from collections import Counter, defaultdict
from fractions import Fraction as F


def events(rows, order, start):
    """Every (context, id) a row holds, with contexts of all lengths that `order` and the row allow."""
    for row in rows:
        for i, token in enumerate(row):
            if start is None or i > 0:
                for begin in range(max(0, i - order + 1), i + 1):
                    yield tuple(row[begin:i]), token


def laplace(rows, order, vocabulary, start, k):
    counts, totals = Counter(), Counter()
    for context, token in events(rows, order, start):
        counts[context + (token,)] += 1
        totals[context] += 1
    size = vocabulary - (start in range(vocabulary))

    def p(history, token):
        if token == start:
            return F(0)
        context = tuple(history[len(history) - order + 1:]) if len(history) >= order else tuple(history)
        context = context if order > 1 else ()
        return (counts[context + (token,)] + k) / (totals[context] + k * size)

    return p


def kneser_ney(rows, order, vocabulary, start, fallback):
    raw = [Counter() for _ in range(order + 1)]
    left = [defaultdict(set) for _ in range(order + 1)]
    for row in rows:
        for end in range(1, len(row) + 1):
            for n in range(1, order + 1):
                if end - n < 0:
                    continue
                gram = tuple(row[end - n:end])
                if gram == (start,):
                    continue
                raw[n][gram] += 1
                left[n][gram].add(row[end - n - 1] if end > n else "edge")
    a = [None] * (order + 1)
    discounts = [None] * (order + 1)
    for n in range(1, order + 1):
        a[n] = {g: c if n == order or (start is not None and g[0] == start) else len(left[n][g]) for g, c in raw[n].items()}
        of = Counter(a[n].values())
        found = None
        if of[1] and of[2] and of[3]:
            y = F(of[1], of[1] + 2 * of[2])
            found = [j - (j + 1) * y * F(of[j + 1], of[j]) for j in (1, 2, 3)]
        good = found and all(0 < d <= j for j, d in enumerate(found, 1))
        discounts[n] = [F(0)] + (found if good else fallback)
    size = vocabulary - (start in range(vocabulary))
    follow = [defaultdict(list) for _ in range(order + 1)]
    for n in range(1, order + 1):
        for gram, count in a[n].items():
            follow[n][gram[:-1]].append(count)

    def p(history, token):
        if token == start:
            return F(0)

        def at(context):
            lower = at(context[1:]) if context else F(1, size)
            n = len(context) + 1
            counts = follow[n].get(context)
            if not counts:
                return lower
            count = a[n].get(context + (token,), 0)
            own = count - discounts[n][min(count, 3)]
            spared = sum(discounts[n][min(c, 3)] for c in counts)
            return (own + spared * lower) / sum(counts)

        return at(tuple(history[max(0, len(history) - order + 1):]) if order > 1 else ())

    return p


def corpus(seed, rows, ids, start, stop):
    """Rows in which some ids are frequent and what follows depends on what was before."""
    luck = random.Random(seed)
    made = []
    for _ in range(rows):
        row, state = [], 0
        for _ in range(luck.randint(1, 9)):
            state = min(len(ids) - 1, int(luck.expovariate(0.45)) + (state * 3) % 4)
            row.append(ids[state])
        made.append(([] if start is None else [start]) + row + ([] if stop is None else [stop]))
    return made


def main():
    corpora = {
        "start and stop": (dict(vocabulary=12, start=1, stop=2), corpus(1, 160, list(range(3, 11)), 1, 2)),
        "no start": (dict(vocabulary=9, start=None, stop=8), corpus(2, 90, list(range(0, 7)), None, 8)),
        "one id for both": (dict(vocabulary=8, start=-1, stop=0), corpus(4, 70, list(range(1, 7)), -1, 0)),
        "too few to estimate discounts": (dict(vocabulary=6, start=0, stop=1), [[0, 2, 3, 1], [0, 2, 2, 1], [0, 4, 1]]),
    }
    cases = []
    luck = random.Random(3)
    said = lambda row: [max(0, token) for token in row]  # where start and stop are one id, -1 is it as start
    for name, (ids, rows) in corpora.items():
        for order in range(1, 7):
            histories = [luck.choice(rows)[:-1][:luck.randint(1, 7)] for _ in range(3)]
            strange = [i for i in range(ids["vocabulary"]) if i != ids["start"] and i != ids["stop"]]
            histories.append([luck.choice(strange) for _ in range(6)])
            for smoothing, settings, p in [
                ("kneser-ney", {}, kneser_ney(rows, order, ids["vocabulary"], ids["start"], [F(1, 2), F(1), F(3, 2)])),
                ("laplace", {"k": 0.5}, laplace(rows, order, ids["vocabulary"], ids["start"], F(1, 2))),
            ]:
                answers = []
                for history in histories:
                    found = [p(history, token) for token in range(ids["vocabulary"])]
                    assert sum(found) == 1, (name, order, smoothing, history, float(sum(found)))
                    answers.append({"history": said(history), "p": [round(float(x), 10) for x in found]})
                cases.append({"corpus": name, "order": order, "smoothing": {"use": smoothing, "with": settings}, "answers": answers})
    whole = {"corpora": {name: {**ids, "start": ids["start"] and max(0, ids["start"]), "rows": [said(row) for row in rows]} for name, (ids, rows) in corpora.items()}, "cases": cases}
    print(json.dumps(whole, separators=(",", ":")))


main()
