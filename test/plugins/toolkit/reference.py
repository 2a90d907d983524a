"""Makes reference.json with PyTorch, which the tests compare with: values and gradients of layers, ten steps of each optimiser and schedule.
Inputs are wave(n, seed) on both sides. Run with Debian's python3-torch: python3 test/plugins/toolkit/reference.py"""
import json, math, os
import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def wave(shape, seed):
    n = math.prod(shape)
    return torch.tensor([math.sin(1.3 * i + 0.7 * seed) + 0.5 * math.cos(2.9 * i * (seed + 1)) for i in range(n)], dtype=torch.float64).float().view(shape)


def case(f, *shapes):
    """f's value on waves, and the gradients of sum(value * wave) with respect to each."""
    xs = [wave(shape, seed).requires_grad_() for seed, shape in enumerate(shapes)]
    y = f(*xs)
    (y * wave(y.shape, 9)).sum().backward()
    return {'value': y.flatten().tolist(), 'gradients': [x.grad.flatten().tolist() for x in xs]}


def attention(q, k, v, mask=None):
    k, v = (x.repeat_interleave(q.shape[1] // x.shape[1], 1) for x in (k, v))
    scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
    return F.softmax(scores if mask is None else scores + mask, -1) @ v


def rope(x):
    t, d = x.shape[-2:]
    angles = torch.outer(torch.arange(t).double(), 10000 ** (-torch.arange(0, d, 2).double() / d)).float()
    c, s = torch.cat([angles.cos()] * 2, -1), torch.cat([angles.sin()] * 2, -1)
    return x * c + torch.cat([-x[..., d // 2:], x[..., :d // 2]], -1) * s


def alibi(heads, t):
    slopes = torch.tensor([2 ** (-8 * (h + 1) / heads) for h in range(heads)])
    distance = (torch.arange(t)[:, None] - torch.arange(t)[None]).clamp(min=0)
    return -slopes[:, None, None] * distance


causal = torch.full((5, 5), -1e9).triu(1)
targets = torch.tensor([1, 0, 6, 3])


def multihead(x, w, b, wo, bo):
    q, k, v = (part.view(2, 5, 4, 2).transpose(1, 2) for part in (x @ w + b).split(8, -1))
    return attention(q, k, v, causal).transpose(1, 2).reshape(2, 5, 8) @ wo + bo


layers = {
    'layerNorm': case(lambda x, w, b: F.layer_norm(x, (6,), w, b), (4, 6), (6,), (6,)),
    'rmsNorm': case(lambda x, w: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * w, (4, 6), (6,)),
    'batchNorm': case(lambda x, w, b: F.batch_norm(x, None, None, w, b, True), (3, 4, 2, 3), (4,), (4,)),
    'groupNorm': case(lambda x, w, b: F.group_norm(x, 2, w, b), (2, 4, 3), (4,), (4,)),
    'attention': case(attention, (2, 2, 5, 4), (2, 2, 5, 4), (2, 2, 5, 4)),
    'attentionCausal': case(lambda q, k, v: attention(q, k, v, causal), (2, 2, 5, 4), (2, 2, 5, 4), (2, 2, 5, 4)),
    'attentionGrouped': case(lambda q, k, v: attention(q, k, v, causal), (1, 4, 5, 4), (1, 2, 5, 4), (1, 2, 5, 4)),
    'attentionAlibi': case(lambda q, k, v: attention(q, k, v, alibi(2, 5) + causal), (1, 2, 5, 4), (1, 2, 5, 4), (1, 2, 5, 4)),
    'multiHead': case(multihead, (2, 5, 8), (8, 24), (24,), (8, 8), (8,)),
    'rotary': case(rope, (2, 2, 5, 6)),
    'crossEntropy': case(lambda x: F.cross_entropy(x, targets, reduction='none', label_smoothing=0.1), (4, 7)),
    'binaryCrossEntropy': case(lambda x: F.binary_cross_entropy_with_logits(x, torch.full((3, 4), 0.25), reduction='none'), (3, 4)),
    'conv1d': case(lambda x, w, b: F.conv1d(x, w, b, 2, 1, 2), (2, 3, 11), (4, 3, 3), (4,)),
    'conv2d': case(lambda x, w, b: F.conv2d(x, w, b, (2, 1), (1, 0), (1, 2), 2), (2, 4, 6, 7), (6, 2, 3, 2), (6,)),
    'convTransposed1d': case(lambda x, w, b: F.conv_transpose1d(x, w, b, 3, 1, 1), (2, 3, 5), (3, 2, 4), (2,)),
    'convTransposed2d': case(lambda x, w, b: F.conv_transpose2d(x, w, b, 2, 1, 1, 2, 1), (2, 4, 3, 4), (4, 3, 3, 2), (6,)),
    'maxPool': case(lambda x: F.max_pool2d(x, 3, 2, 1), (2, 2, 6, 5)),
    'averagePool': case(lambda x: F.avg_pool2d(x, 3, 2, 1), (2, 2, 6, 5)),
    'upsampleLinear': case(lambda x: F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False), (1, 2, 3, 4)),
    'gelu': case(F.gelu, (3, 4)),
    'geluTanh': case(lambda x: F.gelu(x, approximate='tanh'), (3, 4)),
    'elu': case(lambda x: F.elu(x, 1.3), (3, 4)),
    'softplus': case(F.softplus, (3, 4)),
}


class Lion(torch.optim.Optimizer):
    """Algorithm 2 of Chen et al. (2023)."""

    def __init__(self, params, lr, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group['betas']
            for p in group['params']:
                m = self.state[p].setdefault('m', torch.zeros_like(p))
                c = (b1 * m + (1 - b1) * p.grad).sign()
                p -= group['lr'] * (c + group['weight_decay'] * p)
                m.copy_(b2 * m + (1 - b2) * p.grad)


def trajectory(make, clip=None, schedule=None, value=None):
    w = wave((3, 4), 0).requires_grad_()
    optimizer = make([w])
    rates = schedule(optimizer) if schedule else None
    path, used = [], []
    for step in range(10):
        used.append(optimizer.param_groups[0]['lr'])
        optimizer.zero_grad()
        ((w * wave((3, 4), 1) - wave((3, 4), 2 + step)) ** 2).sum().backward()
        if value:
            torch.nn.utils.clip_grad_value_([w], value)
        if clip:
            torch.nn.utils.clip_grad_norm_([w], clip)
        optimizer.step()
        if rates:
            rates.step()
        path.append(w.detach().flatten().tolist())
    return {'path': path, 'rates': used}


O, S = torch.optim, torch.optim.lr_scheduler
optimizers = {
    'sgd': trajectory(lambda w: O.SGD(w, 0.01)),
    'momentum': trajectory(lambda w: O.SGD(w, 0.01, momentum=0.9)),
    'nesterov': trajectory(lambda w: O.SGD(w, 0.01, momentum=0.9, nesterov=True)),
    'rmsProp': trajectory(lambda w: O.RMSprop(w, 0.01)),
    'adam': trajectory(lambda w: O.Adam(w, 0.05)),
    'adamW': trajectory(lambda w: O.AdamW(w, 0.05, betas=(0.8, 0.95), weight_decay=0.1)),
    'lion': trajectory(lambda w: Lion(w, 0.05, weight_decay=0.1)),
    'clipNorm': trajectory(lambda w: O.SGD(w, 0.1), clip=0.5),
    'clipValue': trajectory(lambda w: O.SGD(w, 0.1), value=0.3),
}


def warm(optimizer, then):
    """Three steps of warm-up: a third, two thirds, the whole."""
    return S.SequentialLR(optimizer, [S.LambdaLR(optimizer, lambda step: (step + 1) / 3), then], [3])


sgd = lambda w: O.SGD(w, 0.02)
schedules = {
    'constant': trajectory(sgd),
    'linear': trajectory(sgd, schedule=lambda o: S.LinearLR(o, 1, 0.1, 8)),
    'cosine': trajectory(sgd, schedule=lambda o: S.LambdaLR(o, lambda t: 0.1 + 0.9 * (1 + math.cos(math.pi * min(t, 8) / 8)) / 2)),
    'constantWarm': trajectory(sgd, schedule=lambda o: warm(o, S.LambdaLR(o, lambda t: 1))),
    'linearWarm': trajectory(sgd, schedule=lambda o: warm(o, S.LinearLR(o, 1, 0.1, 6))),
    'cosineWarm': trajectory(sgd, schedule=lambda o: warm(o, S.LambdaLR(o, lambda t: 0.1 + 0.9 * (1 + math.cos(math.pi * min(t, 6) / 6)) / 2))),
    'inverseSquareRoot': trajectory(sgd, schedule=lambda o: S.LambdaLR(o, lambda t: min((t + 1) / 3, math.sqrt(3 / (t + 1))))),
    'oneCycle': trajectory(sgd, schedule=lambda o: S.OneCycleLR(o, 0.02, total_steps=10, cycle_momentum=False)),
}


def rounded(x):
    if isinstance(x, float):
        return float(f'{x:.8g}')
    if isinstance(x, dict):
        return {key: rounded(value) for key, value in x.items()}
    return [rounded(value) for value in x] if isinstance(x, list) else x


path = os.path.join(os.path.dirname(__file__), 'reference.json')
with open(path, 'w') as file:
    json.dump(rounded({'torch': torch.__version__, 'layers': layers, 'optimizers': optimizers, 'schedules': schedules}), file, separators=(',', ':'))
    file.write('\n')
