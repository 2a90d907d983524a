"""Makes reference.json with PyTorch, which the tests compare with: games, penalties and their gradients in every weight of whole discriminators,
spectral normalisation, straight-through Gumbel-softmax. Inputs are wave(shape, seed) on both sides.
Run with Debian's python3-torch: python3 test/plugins/gan/reference.py"""
import json, math, os
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def wave(shape, seed):
    n = math.prod(shape)
    return torch.tensor([math.sin(1.3 * i + 0.7 * seed) + 0.5 * math.cos(2.9 * i * (seed + 1)) for i in range(n)]).view(shape)


def uniform(shape):
    return torch.tensor([((i * 7919) % 97 + 0.5) / 97 for i in range(math.prod(shape))]).view(shape)


def flat(x):
    return x.detach().flatten().tolist()


def weights(shapes):
    return {name: (0.5 * wave(shape, seed)).requires_grad_() for seed, (name, shape) in enumerate(shapes.items())}


DENSE = {'discriminator.0.weight': [3, 5], 'discriminator.0.bias': [5], 'discriminator.1.weight': [5, 5], 'discriminator.1.bias': [5],
         'discriminator.out.weight': [5, 1], 'discriminator.out.bias': [1]}
DCGAN = {'discriminator.0.weight': [2, 1, 4, 4], 'discriminator.0.bias': [2], 'discriminator.1.weight': [4, 2, 4, 4],
         'discriminator.1.bias': [4], 'discriminator.out.weight': [16, 1], 'discriminator.out.bias': [1], 'discriminator.classes': [2, 16]}


def dense(x, w):
    for at in (0, 1):
        x = F.leaky_relu(x @ w[f'discriminator.{at}.weight'] + w[f'discriminator.{at}.bias'], 0.2)
    return (x @ w['discriminator.out.weight'] + w['discriminator.out.bias'])[:, 0]


def dcgan(x, w):
    x = x.view(-1, 1, 8, 8)
    for at in (0, 1):
        x = F.leaky_relu(F.conv2d(x, w[f'discriminator.{at}.weight'], w[f'discriminator.{at}.bias'], stride=2, padding=1), 0.2)
    h = x.flatten(1)
    label = torch.arange(h.shape[0]) % 2
    return (h @ w['discriminator.out.weight'] + w['discriminator.out.bias'])[:, 0] + (w['discriminator.classes'][label] * h).sum(1)


def slope(judge, x, w):
    return torch.autograd.grad(judge(x, w).sum(), x, create_graph=True)[0].flatten(1).norm(2, dim=1)


def penalty(judge, shapes, size):
    """WGAN-GP and R1 on four rows: each value, and its gradient in every weight that it has one in."""
    real, fake, share = wave([4, size], 20), wave([4, size], 21), uniform([4])[:, None]
    made = {}
    for name in ('gradient_penalty', 'r1'):
        w = weights(shapes)
        x = (real if name == 'r1' else fake + share * (real - fake)).requires_grad_()
        value = 0.5 * (slope(judge, x, w) ** 2).mean() if name == 'r1' else ((slope(judge, x, w) - 1) ** 2).mean()
        found = torch.autograd.grad(value, list(w.values()), allow_unused=True)
        gradients = {key: flat(g) for key, g in zip(w, found) if g is not None}
        made[name] = {'value': value.item(), 'gradients': gradients}
    return made


def game(discriminator, generator):
    real, fake = wave([6], 1).requires_grad_(), wave([6], 3).requires_grad_()
    d, g = discriminator(real, fake), generator(fake)
    return {'discriminator': d.item(), 'real': flat(torch.autograd.grad(d, real, retain_graph=True)[0]), 'fake': flat(torch.autograd.grad(d, fake)[0]),
            'generator': g.item(), 'generated': flat(torch.autograd.grad(g, fake)[0])}


bce = F.binary_cross_entropy_with_logits
one, zero = torch.ones(6), torch.zeros(6)
told = lambda real, fake: bce(real, one) + bce(fake, zero)
games = {
    'non-saturating': game(told, lambda fake: bce(fake, one)),
    'saturating': game(told, lambda fake: torch.log(1 - torch.sigmoid(fake)).mean()),
    'least-squares': game(lambda real, fake: F.mse_loss(real, one) / 2 + F.mse_loss(fake, zero) / 2, lambda fake: F.mse_loss(fake, one) / 2),
    'hinge': game(lambda real, fake: F.relu(1 - real).mean() + F.relu(1 + fake).mean(), lambda fake: -fake.mean()),
    'wasserstein': game(lambda real, fake: fake.mean() - real.mean(), lambda fake: -fake.mean()),
}


def spectral():
    layer = torch.nn.utils.spectral_norm(torch.nn.Linear(5, 3, bias=False), eps=1e-30)
    layer.weight_orig.data = wave([3, 5], 3)
    layer.weight_u.data = wave([3], 4) / wave([3], 4).norm()
    layer.train()
    layer(torch.zeros(1, 5))
    (layer.weight * wave([3, 5], 9)).sum().backward()
    return {'weight': flat(layer.weight), 'gradient': flat(layer.weight_orig.grad), 'u': flat(layer.weight_u)}


def gumbel():
    logits = wave([2, 3, 4], 5).requires_grad_()
    soft = F.softmax((logits - torch.log(-torch.log(uniform([2, 3, 4])))) / 0.7, -1)
    hard = F.one_hot(soft.argmax(-1), 4)
    y = hard - soft.detach() + soft
    (y * wave([2, 3, 4], 9)).sum().backward()
    return {'value': flat(y), 'gradient': flat(logits.grad)}


made = {'torch': torch.__version__, 'dense': penalty(dense, DENSE, 3), 'dcgan': penalty(dcgan, DCGAN, 64), 'games': games, 'spectral': spectral(),
        'gumbel': gumbel(), 'shapes': {'dense': DENSE, 'dcgan': DCGAN}}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'reference.json')
with open(path, 'w') as file:
    json.dump(made, file, separators=(',', ':'))
    file.write('\n')
