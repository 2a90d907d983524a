"""Distances between fixed features by NumPy and SciPy alone, each by its definition: python3 reference.py > reference.json"""
import json
import numpy as np, scipy
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist
from scipy.special import softmax

rng = np.random.RandomState(7)

def case(n, m, width, shift, stretch, k):
    real = rng.randn(n, width).astype(np.float32)
    generated = (rng.randn(m, width) @ (np.eye(width) + stretch * rng.randn(width, width)) + shift).astype(np.float32)
    a, b = real.astype(float), generated.astype(float)
    s1, s2 = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    gap = a.mean(0) - b.mean(0)
    fid = gap @ gap + np.trace(s1 + s2 - 2 * sqrtm(s1 @ s2).real)

    kernel = lambda x, y: (x @ y.T / width + 1) ** 3
    off = lambda g: (g.sum() - np.trace(g)) / (len(g) * (len(g) - 1))
    kid = off(kernel(a, a)) + off(kernel(b, b)) - 2 * kernel(a, b).mean()

    radius = lambda x: np.sort(cdist(x, x), axis=1)[:, k]  # the 0th is the row itself
    apart = cdist(a, b)
    in_real, in_generated = apart <= radius(a)[:, None], apart <= radius(b)[None, :]
    return {
        "k": k, "real": real.tolist(), "generated": generated.tolist(), "fid": fid, "kid": kid,
        "precision": in_real.any(0).mean(), "recall": in_generated.any(1).mean(),
        "density": in_real.sum(0).mean() / k, "coverage": in_real.any(1).mean(),
    }

def classes(n, width, scale):
    logits = (scale * rng.randn(n, width)).astype(np.float32)
    p = softmax(logits.astype(float), axis=1)
    marginal = p.mean(0)
    return {
        "logits": logits.tolist(), "inception_score": np.exp((p * (np.log(p) - np.log(marginal))).sum(1).mean()),
        "classes_found": int(len(set(p.argmax(1)))), "sure_share": (p.max(1) > 0.9).mean(),
        "rarest_class_share": np.bincount(p.argmax(1), minlength=width).min() / n,
    }

def resized():
    x = rng.rand(2, 5, 7).astype(np.float32)
    def along(array, axis, to):  # linear between pixel centres, which lie on halves; beyond the last centre its value
        size = array.shape[axis]
        places = (np.arange(to) + 0.5) * size / to - 0.5
        return np.apply_along_axis(lambda line: np.interp(places, np.arange(size), line), axis, array)
    to = lambda height, width: along(along(x, 1, height), 2, width)
    return {"from": x.reshape(-1).tolist(), "larger": to(9, 12).reshape(-1).tolist(), "smaller": to(3, 4).reshape(-1).tolist()}

print(json.dumps({
    "numpy": np.__version__, "scipy": scipy.__version__,
    "sets": [case(40, 30, 4, 0.5, 0.2, 5), case(60, 60, 8, 0.0, 0.1, 3), case(25, 50, 2, 2.0, 0.0, 1)],
    "classes": [classes(50, 10, 3.0), classes(20, 3, 0.5)],
    "resized": resized(),
}))
