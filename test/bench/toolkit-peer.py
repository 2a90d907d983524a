"""The benches of toolkit-models.ts in PyTorch: prints one line of JSON, milliseconds a step. Usage: toolkit-peer.py BENCH THREADS STEPS"""
import json, sys, time
import torch
from torch import nn
import torch.nn.functional as F

bench, threads, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask):
        b, t, c = x.shape
        q, k, v = (part.view(b, t, self.heads, -1).transpose(1, 2) for part in self.qkv(self.norm1(x)).split(c, 2))
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(2, 3) + mask
        x = x + self.out((F.softmax(scores, -1) @ v).transpose(1, 2).reshape(b, t, c))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Gpt(nn.Module):
    def __init__(self, layers, width, heads, context, vocabulary=65):
        super().__init__()
        self.token, self.position = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)
        self.register_buffer('mask', torch.full((context, context), -1e9).triu(1))

    def forward(self, tokens):
        x = self.token(tokens) + self.position.weight
        for block in self.blocks:
            x = block(x, self.mask)
        return self.head(self.norm(x))


def gpt(layers, width, heads, context, batch):
    model = Gpt(layers, width, heads, context)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=0.1)
    tokens, targets = torch.randint(65, (batch, context)), torch.randint(65, (batch, context))

    def step():
        loss = F.cross_entropy(model(tokens).view(-1, 65), targets.view(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return step


def vae(batch=128):
    encode, mean, variance = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
    decode, pixels = nn.Linear(20, 400), nn.Linear(400, 784)
    layers = nn.ModuleList([encode, mean, variance, decode, pixels])
    optimizer = torch.optim.Adam(layers.parameters(), 1e-3)
    x = torch.rand(batch, 784)

    def step():
        h = F.relu(encode(x))
        m, v = mean(h), variance(h)
        z = m + torch.randn_like(m) * (0.5 * v).exp()
        loss = (F.binary_cross_entropy_with_logits(pixels(F.relu(decode(z))), x, reduction='sum') - 0.5 * (1 + v - m * m - v.exp()).sum()) / batch
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(layers.parameters(), 1e9)
        optimizer.step()

    return step


def dcgan(batch=64):
    start = nn.Linear(64, 128 * 49, bias=False)
    up = nn.Sequential(nn.BatchNorm2d(128), nn.ReLU(), nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.ConvTranspose2d(64, 1, 4, 2, 1), nn.Tanh())
    d = nn.Sequential(nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(64, 128, 4, 2, 1, bias=False), nn.BatchNorm2d(128), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(128 * 49, 1))
    g = nn.ModuleList([start, up])
    og, od = (torch.optim.Adam(m.parameters(), 2e-4, betas=(0.5, 0.999)) for m in (g, d))
    real = torch.rand(batch, 1, 28, 28)
    ones, zeros = torch.ones(batch, 1), torch.zeros(batch, 1)
    bce = F.binary_cross_entropy_with_logits

    def make():
        return up(start(torch.randn(batch, 64)).view(batch, 128, 7, 7))

    def step():
        od.zero_grad(set_to_none=True)
        (bce(d(real), ones) + bce(d(make().detach()), zeros)).backward()
        nn.utils.clip_grad_norm_(d.parameters(), 1e9)
        od.step()
        og.zero_grad(set_to_none=True)
        for p in d.parameters():
            p.requires_grad_(False)
        bce(d(make()), ones).backward()
        for p in d.parameters():
            p.requires_grad_(True)
        nn.utils.clip_grad_norm_(g.parameters(), 1e9)
        og.step()

    return step


step = {'gpt-small': lambda: gpt(4, 128, 4, 64, 12), 'gpt-large': lambda: gpt(6, 384, 6, 256, 8), 'vae': vae, 'dcgan': dcgan}[bench]()
for _ in range(3):
    step()
times = []
for _ in range(steps):
    began = time.perf_counter()
    step()
    times.append((time.perf_counter() - began) * 1000)
print(json.dumps({'torch': torch.__version__, 'threads': threads, 'ms': sorted(times)[len(times) // 2]}))
