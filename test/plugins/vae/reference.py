"""Objectives of autoencoders and their gradients in PyTorch, with fixed weights and fixed noise: prints reference.json. Usage: reference.py > reference.json"""
import json, math
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def fill(shape, seed, size=0.5):
    count = math.prod(shape)
    return (size * torch.sin(torch.arange(count, dtype=torch.float64) * 1.7 + seed * 0.9)).reshape(shape).requires_grad_(True)


class Net:
    """Weights by name, made as they are first asked for."""

    def __init__(self):
        self.weights = {}

    def get(self, name, shape):
        if name not in self.weights:
            self.weights[name] = fill(shape, len(self.weights) + 1)
        return self.weights[name]

    def linear(self, name, x, outputs):
        return x @ self.get(name + '.weight', (x.shape[1], outputs)) + self.get(name + '.bias', (outputs,))

    def conv(self, name, x, outputs, back, extra=None):
        places = x.dim() - 2
        window = (4,) * places
        bias = self.get(name + '.bias', (outputs,))
        if back:
            weight = self.get(name + '.weight', (x.shape[1], outputs) + window)
            return (F.conv_transpose1d if places == 1 else F.conv_transpose2d)(x, weight, bias, stride=2, padding=1, output_padding=extra)
        weight = self.get(name + '.weight', (outputs, x.shape[1]) + window)
        return (F.conv1d if places == 1 else F.conv2d)(x, weight, bias, stride=2, padding=1)


def run(case):
    net = Net()
    n, length, levels, latent = case['rows'], case['length'], case['levels'], case['latent']
    shape, ordered = case.get('shape'), case.get('shape') is not None or levels == 2
    ids = torch.tensor([[(7 * i + 3 * j + i * j) % levels for j in range(length)] for i in range(n)])
    mask = torch.tensor([[1.0 if j <= length - 1 - i % 3 else 0.0 for j in range(length)] for i in range(n)]) if case.get('stop') is not None else None
    if mask is not None:
        for i in range(n):
            for j in range(length):
                if j >= length - 1 - i % 3:
                    ids[i, j] = case['stop']
    classes = case.get('classes', 0)
    given = F.one_hot(torch.tensor([(2 * i + 1) % classes for i in range(n)]), classes).double() if classes else torch.zeros(n, 0)
    x = (ids.double() / (levels - 1)).unsqueeze(2) if ordered else F.one_hot(ids, levels).double()
    inputs = x.shape[2]
    outputs = 2 if case.get('likelihood') == 'logistic' else 1 if levels == 2 else levels
    noise = {}
    clean = x
    if 'corruption' in case:
        noise['corruption'] = fill((n, length, inputs), 77, 1.3).detach()
        x = x + case['corruption']['deviation'] * noise['corruption']
        if case['corruption'].get('clip'):
            x = x.clamp(0, 1)

    channels, layers, width = case.get('channels'), case.get('layers'), case.get('width', 5)
    if channels:
        size = tuple(shape[:2]) if shape else (length,)
        colours = shape[2] if shape and len(shape) == 3 else 1
        h = x.reshape((n,) + size + (colours * inputs,))
        h = h.permute(0, h.dim() - 1, *range(1, h.dim() - 1))
        sizes = [size]
        for at, c in enumerate(channels):
            h = F.relu(net.conv(f'encoder.conv.{at}', h, c, False))
            sizes.append(tuple(h.shape[2:]))
        h = F.relu(net.linear('encoder.dense.0', h.flatten(1), width))
    else:
        h = x.flatten(1)
        for at, w in enumerate(layers):
            h = F.relu(net.linear(f'encoder.{at}', h, w))
    h = torch.cat([h, given], 1)
    mean = net.linear('posterior.mean', h, latent)
    draws = case.get('samples', 1)
    if case['family'] == 'autoencoder':
        z, log_variance = mean, None
    else:
        log_variance = net.linear('posterior.log_variance', h, latent)
        noise['epsilon'] = fill((n * draws, latent), 5, 1.2).detach()
        z = mean.repeat_interleave(draws, 0) + noise['epsilon'] * (0.5 * log_variance.repeat_interleave(draws, 0)).exp()

    d = torch.cat([z, given.repeat_interleave(draws, 0)], 1)
    if channels:
        d = F.relu(net.linear('decoder.dense.0', d, width))
        flat = channels[-1] * math.prod(sizes[-1])
        d = F.relu(net.linear('decoder.dense.1', d, flat)).reshape((n * draws, channels[-1]) + sizes[-1])
        back = list(reversed(channels))[1:] + [colours * outputs]
        for at, c in enumerate(back):
            target = sizes[len(channels) - 1 - at]
            d = net.conv(f'decoder.conv.{len(back) - 1 - at}', d, c, True, [t % 2 for t in target])
            if at < len(back) - 1:
                d = F.relu(d)
        d = d.permute(0, *range(2, d.dim()), 1).reshape(n * draws, length, outputs)
    else:
        for at, w in enumerate(reversed(layers)):
            d = F.relu(net.linear(f'decoder.{at}', d, w))
        d = net.linear('decoder.out', d, length * outputs).reshape(n * draws, length, outputs)

    target = ids.repeat_interleave(draws, 0)
    if case.get('likelihood') == 'logistic':
        span = levels - 1
        location = torch.sigmoid(d[:, :, 0]) * span
        scale = (d[:, :, 1] + math.log(span / 8)).clamp(math.log(span / 1000), math.log(span * 2)).exp()
        cdf = lambda v: torch.sigmoid((v - location) / scale)
        low = torch.where(target == 0, torch.zeros(()), cdf(target - 0.5))
        high = torch.where(target == levels - 1, torch.ones(()), cdf(target + 0.5))
        nats = -(high - low).log()
    elif outputs == 1:
        nats = F.binary_cross_entropy_with_logits(d[:, :, 0], target.double(), reduction='none')
    else:
        nats = F.cross_entropy(d.reshape(-1, levels), target.reshape(-1), reduction='none').reshape(n * draws, length)
    if mask is not None:
        nats = nats * mask.repeat_interleave(draws, 0)
    nats = nats.sum(1)

    if log_variance is None:
        divergence, loss = torch.zeros(()), nats.mean()
    else:
        posterior = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
        prior = torch.distributions.Normal(torch.zeros(()), torch.ones(()))
        unit = torch.distributions.kl_divergence(posterior, prior).mean(0)
        divergence = unit.sum()
        if case['family'] == 'importance_weighted':
            wide = torch.distributions.Normal(mean.repeat_interleave(draws, 0), (0.5 * log_variance.repeat_interleave(draws, 0)).exp())
            weight = (-nats + (prior.log_prob(z) - wide.log_prob(z)).sum(1)).reshape(n, draws)
            loss = -(weight.logsumexp(1) - math.log(draws)).mean()
        else:
            loss = nats.mean() + case.get('beta', 1) * unit.clamp(min=case.get('free_bits', 0)).sum()
    loss.backward()
    flat = lambda t: [float(f'{v:.9g}') for v in t.detach().reshape(-1).tolist()]
    return {
        **case,
        'ids': ids.reshape(-1).tolist(),
        **({'mask': mask.reshape(-1).tolist()} if mask is not None else {}),
        **({'given': flat(given)} if classes else {}),
        'noise': {k: flat(v) for k, v in noise.items()},
        'weights': {k: {'dims': list(v.shape), 'seed': at + 1} for at, (k, v) in enumerate(net.weights.items())},
        'loss': loss.item(),
        'reconstruction': nats.mean().item(),
        'divergence': divergence.item(),
        'gradients': {k: flat(v.grad) for k, v in net.weights.items()},
    }


cases = [
    {'name': 'β-VAE, dense, two levels', 'family': 'vae', 'beta': 0.7, 'rows': 3, 'length': 6, 'levels': 2, 'shape': [2, 3], 'latent': 2, 'layers': [4]},
    {'name': 'free bits, two dense layers, ids without order, masked, conditional', 'family': 'vae', 'free_bits': 0.05, 'rows': 4, 'length': 5, 'levels': 4, 'stop': 0, 'classes': 3, 'latent': 3, 'layers': [5, 4]},
    {'name': 'discretised logistic', 'family': 'vae', 'likelihood': 'logistic', 'rows': 3, 'length': 6, 'levels': 16, 'shape': [2, 3], 'latent': 2, 'layers': [4]},
    {'name': 'convolutions over odd lengths, conditional', 'family': 'vae', 'rows': 2, 'length': 42, 'levels': 2, 'shape': [7, 6], 'classes': 2, 'latent': 2, 'channels': [2, 3]},
    {'name': 'convolutions over colours', 'family': 'vae', 'rows': 2, 'length': 48, 'levels': 3, 'shape': [4, 4, 3], 'latent': 2, 'channels': [2]},
    {'name': 'convolutions along rows', 'family': 'vae', 'rows': 3, 'length': 9, 'levels': 4, 'stop': 3, 'latent': 2, 'channels': [3, 2]},
    {'name': 'importance-weighted', 'family': 'importance_weighted', 'samples': 3, 'rows': 3, 'length': 6, 'levels': 2, 'shape': [2, 3], 'latent': 2, 'layers': [4]},
    {'name': 'denoising autoencoder', 'family': 'autoencoder', 'corruption': {'use': 'gaussian', 'deviation': 0.5, 'clip': True}, 'rows': 3, 'length': 6, 'levels': 4, 'shape': [2, 3], 'latent': 2, 'layers': [4]},
]
print('[\n' + ',\n'.join(json.dumps(run(case), ensure_ascii=False) for case in cases) + '\n]')
