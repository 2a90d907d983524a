"""The VAEs of vae.ts in PyTorch: prints one line of JSON, milliseconds a step. Usage: vae-peer.py dense|conv THREADS STEPS"""
import json, sys, time
import torch
from torch import nn
import torch.nn.functional as F

network, threads, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(1)
Z = 20

if network == 'dense':
    down, features = nn.Sequential(nn.Linear(784, 400), nn.ReLU()), 400
    up = nn.Sequential(nn.Linear(Z, 400), nn.ReLU(), nn.Linear(400, 784))
else:
    down = nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 16, 4, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 4, 2, 1), nn.ReLU(),
        nn.Flatten(), nn.Linear(32 * 49, 256), nn.ReLU())
    features = 256
    up = nn.Sequential(
        nn.Linear(Z, 256), nn.ReLU(), nn.Linear(256, 32 * 49), nn.ReLU(), nn.Unflatten(1, (32, 7, 7)),
        nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Flatten())
mean, log_variance = nn.Linear(features, Z), nn.Linear(features, Z)
layers = nn.ModuleList([down, up, mean, log_variance])
optimizer = torch.optim.Adam(layers.parameters(), 1e-3)
x = (torch.rand(128, 784) > 0.7).float()


def step():
    h = down(x)
    m, v = mean(h), log_variance(h)
    z = m + torch.randn_like(m) * (0.5 * v).exp()
    loss = (F.binary_cross_entropy_with_logits(up(z), x, reduction='sum') - 0.5 * (1 + v - m * m - v.exp()).sum()) / len(x)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(layers.parameters(), 1e9)
    optimizer.step()


for _ in range(3):
    step()
times = []
for _ in range(steps):
    began = time.perf_counter()
    step()
    times.append((time.perf_counter() - began) * 1000)
print(json.dumps({'torch': torch.__version__, 'threads': threads, 'ms': sorted(times)[len(times) // 2]}))
