"""Makes reference.json with PyTorch: logits of tiny models in the shapes of Hugging Face's families, each row alone; left-padded batches must agree with them.
Weights are waves on both sides. Run with Debian's python3-torch: python3 test/plugins/transformer/reference.py"""
import json, math, os
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
PAD = 0


def wave(shape, seed):
    n = math.prod(shape)
    return torch.tensor([math.sin(1.3 * i + 0.7 * seed) + 0.5 * math.cos(2.9 * i * (seed + 1)) for i in range(n)], dtype=torch.float64).float().view(shape)


def weight(name, shape, seed):
    return 1 + 0.1 * wave(shape, seed) if 'norm' in name or 'ln_' in name and name.endswith('weight') else 0.3 * wave(shape, seed)


def rotated(x, inverse, places, scale):
    angles = places[:, None, :, None].double() * inverse
    c, s = (torch.cat([f(angles)] * 2, -1).float() * scale for f in (torch.cos, torch.sin))
    x, still = x[..., :c.shape[-1]], x[..., c.shape[-1]:]
    half = x.shape[-1] // 2
    return torch.cat([x * c + torch.cat([-x[..., half:], x[..., :half]], -1) * s, still], -1)


def rope(config, width):
    base = config.get('rope_theta', 10000.0)
    width = int(width * config.get('partial_rotary_factor', 1))
    inverse = base ** (-torch.arange(0, width, 2).double() / width)
    told = config.get('rope_scaling')
    if not told: return inverse, 1.0
    factor = told['factor']
    fast, slow = told.get('beta_fast', 32), told.get('beta_slow', 1)
    if told['rope_type'] == 'linear': return inverse / factor, 1.0
    original = told['original_max_position_embeddings']
    if told['rope_type'] == 'llama3':
        low, high = told['low_freq_factor'], told['high_freq_factor']
        lengths = 2 * math.pi / inverse
        smooth = (original / lengths - low) / (high - low)
        blend = (1 - smooth) * inverse / factor + smooth * inverse
        return torch.where(lengths > original / low, inverse / factor, torch.where(lengths < original / high, inverse, blend)), 1.0
    place = lambda turns: width * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(base))
    first, last = place(fast), place(slow)
    if told.get('truncate', True): first, last = math.floor(first), math.ceil(last)
    first, last = max(first, 0), min(last, width - 1)
    ramp = ((torch.arange(width // 2).double() - first) / ((last - first) or 0.001)).clamp(0, 1)
    sharp = lambda weight: 0.1 * weight * math.log(factor) + 1
    both = told.get('mscale') and told.get('mscale_all_dim')
    usual = sharp(told['mscale']) / sharp(told['mscale_all_dim']) if both else sharp(1)
    return inverse / factor * ramp + inverse * (1 - ramp), told.get('attention_factor', usual)


def visible(ids, places, window):
    real = places >= 0
    distance = torch.arange(ids.shape[1])[:, None] - torch.arange(ids.shape[1])[None]
    return (distance >= 0) & (distance < (window or 10 ** 9)) & real[:, None, None, :]


def look(q, k, v, seen):
    k, v = (x.repeat_interleave(q.shape[1] // x.shape[1], 1) for x in (k, v))
    scores = (q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])).masked_fill(~seen, -1e9)
    return F.softmax(scores, -1) @ v


def heads(x, count):
    return x.view(x.shape[0], x.shape[1], count, -1).transpose(1, 2)


def whole(x):
    return x.transpose(1, 2).flatten(2)


def gpt2(config, w, ids, places):
    x = w['transformer.wte.weight'][ids] + w['transformer.wpe.weight'][places.clamp(min=0)]
    seen = visible(ids, places, None)
    norm = lambda name, x: F.layer_norm(x, x.shape[-1:], w[f'{name}.weight'], w[f'{name}.bias'], config['layer_norm_epsilon'])
    product = lambda name, x: x @ w[f'{name}.weight'] + w[f'{name}.bias']
    for layer in range(config['n_layer']):
        name = f'transformer.h.{layer}'
        q, k, v = (heads(part, config['n_head']) for part in product(f'{name}.attn.c_attn', norm(f'{name}.ln_1', x)).chunk(3, -1))
        x = x + product(f'{name}.attn.c_proj', whole(look(q, k, v, seen)))
        x = x + product(f'{name}.mlp.c_proj', F.gelu(product(f'{name}.mlp.c_fc', norm(f'{name}.ln_2', x)), approximate='tanh'))
    return norm('transformer.ln_f', x) @ w['transformer.wte.weight'].t()


def llama(config, w, ids, places):
    x = w['model.embed_tokens.weight'][ids]
    seen = visible(ids, places, config.get('sliding_window'))
    norm = lambda name, x: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + config['rms_norm_eps']) * w[f'{name}.weight']
    product = lambda name, x: F.linear(x, w[f'{name}.weight'], w.get(f'{name}.bias'))
    inverse, scale = rope(config, config['head_dim'])
    for layer in range(config['num_hidden_layers']):
        name = f'model.layers.{layer}'
        h = norm(f'{name}.input_layernorm', x)
        q = heads(product(f'{name}.self_attn.q_proj', h), config['num_attention_heads'])
        k, v = (heads(product(f'{name}.self_attn.{part}_proj', h), config['num_key_value_heads']) for part in 'kv')
        if config['model_type'] == 'qwen3': q, k = norm(f'{name}.self_attn.q_norm', q), norm(f'{name}.self_attn.k_norm', k)
        q, k = (rotated(part, inverse, places.clamp(min=0), scale) for part in (q, k))
        x = x + product(f'{name}.self_attn.o_proj', whole(look(q, k, v, seen)))
        h = norm(f'{name}.post_attention_layernorm', x)
        x = x + product(f'{name}.mlp.down_proj', F.silu(product(f'{name}.mlp.gate_proj', h)) * product(f'{name}.mlp.up_proj', h))
    return F.linear(norm('model.norm', x), w['model.embed_tokens.weight' if config['tie_word_embeddings'] else 'lm_head.weight'])


def gpt2_shapes(c):
    n, v = c['n_embd'], c['vocab_size']
    shapes = {'transformer.wte.weight': [v, n], 'transformer.wpe.weight': [c['n_positions'], n]}
    for layer in range(c['n_layer']):
        for part, sizes in {'ln_1': [n], 'attn.c_attn': [n, 3 * n], 'attn.c_proj': [n, n], 'ln_2': [n], 'mlp.c_fc': [n, 4 * n], 'mlp.c_proj': [4 * n, n]}.items():
            shapes[f'transformer.h.{layer}.{part}.weight'], shapes[f'transformer.h.{layer}.{part}.bias'] = sizes, sizes[-1:]
    return {**shapes, 'transformer.ln_f.weight': [n], 'transformer.ln_f.bias': [n]}


def llama_shapes(c):
    n, v, f, d = c['hidden_size'], c['vocab_size'], c['intermediate_size'], c['head_dim']
    q, k = c['num_attention_heads'] * d, c['num_key_value_heads'] * d
    shapes = {'model.embed_tokens.weight': [v, n]}
    for layer in range(c['num_hidden_layers']):
        name = f'model.layers.{layer}'
        for part, out in (('q', q), ('k', k), ('v', k)):
            shapes[f'{name}.self_attn.{part}_proj.weight'] = [out, n]
            if c['model_type'] == 'qwen2': shapes[f'{name}.self_attn.{part}_proj.bias'] = [out]
        if c['model_type'] == 'qwen3': shapes[f'{name}.self_attn.q_norm.weight'] = shapes[f'{name}.self_attn.k_norm.weight'] = [d]
        shapes[f'{name}.self_attn.o_proj.weight'] = [n, q]
        shapes[f'{name}.mlp.gate_proj.weight'] = shapes[f'{name}.mlp.up_proj.weight'] = [f, n]
        shapes[f'{name}.mlp.down_proj.weight'] = [n, f]
        shapes[f'{name}.input_layernorm.weight'] = shapes[f'{name}.post_attention_layernorm.weight'] = [n]
    shapes['model.norm.weight'] = [n]
    return shapes if c['tie_word_embeddings'] else {**shapes, 'lm_head.weight': [v, n]}


def case(config):
    forward, shapes = (gpt2, gpt2_shapes(config)) if config['model_type'] == 'gpt2' else (llama, llama_shapes(config))
    w = {name: weight(name, shape, seed) for seed, (name, shape) in enumerate(shapes.items())}
    rows = [[(3 * i * i + 5 * r + 2) % config['vocab_size'] for i in range(length)] for r, length in enumerate([7, 3, 11, 1])]
    logits = [forward(config, w, torch.tensor([row]), torch.arange(len(row))[None])[0] for row in rows]
    longest = max(map(len, rows))
    padded = torch.tensor([[PAD] * (longest - len(row)) + row for row in rows])
    places = torch.stack([torch.arange(longest) - (longest - len(row)) for row in rows])
    for row, alone, beside in zip(rows, logits, forward(config, w, padded, places)):
        assert (alone - beside[longest - len(row):]).abs().max() < 1e-4, config
    return {'config': config, 'tensors': shapes, 'rows': rows, 'logits': [[round(x, 6) for x in each.flatten().tolist()] for each in logits]}


base = {'vocab_size': 19, 'hidden_size': 16, 'intermediate_size': 24, 'num_hidden_layers': 2, 'num_attention_heads': 4, 'num_key_value_heads': 2, 'head_dim': 4,
        'hidden_act': 'silu', 'max_position_embeddings': 32, 'rms_norm_eps': 1e-5, 'rope_theta': 10000.0, 'tie_word_embeddings': False}
llama3 = {'rope_type': 'llama3', 'factor': 8.0, 'low_freq_factor': 1.0, 'high_freq_factor': 4.0, 'original_max_position_embeddings': 16}
yarn = {'rope_type': 'yarn', 'factor': 4.0, 'original_max_position_embeddings': 8}
cases = [
    {'model_type': 'gpt2', 'vocab_size': 19, 'n_positions': 32, 'n_embd': 16, 'n_layer': 2, 'n_head': 4, 'activation_function': 'gelu_new', 'layer_norm_epsilon': 1e-5},
    {**base, 'model_type': 'llama'},
    {**base, 'model_type': 'llama', 'rope_theta': 500.0, 'rope_scaling': llama3},
    {**base, 'model_type': 'llama', 'rope_scaling': {'rope_type': 'linear', 'factor': 4.0}},
    {**base, 'model_type': 'llama', 'head_dim': 8, 'rope_scaling': {'rope_type': 'yarn', 'factor': 4.0, 'original_max_position_embeddings': 16}},
    {**base, 'model_type': 'llama', 'head_dim': 8, 'partial_rotary_factor': 0.5},
    {**base, 'model_type': 'llama', 'head_dim': 8, 'rope_theta': 50.0, 'rope_scaling': {**yarn, 'mscale': 1.0, 'mscale_all_dim': 0.4}},
    {**base, 'model_type': 'llama', 'head_dim': 8, 'rope_theta': 50.0, 'rope_scaling': {**yarn, 'beta_fast': 4.0, 'beta_slow': 0.5, 'truncate': False}},
    {**base, 'model_type': 'llama', 'head_dim': 16, 'rope_theta': 50.0, 'partial_rotary_factor': 0.5, 'rope_scaling': {**yarn, 'attention_factor': 0.8}},
    {**base, 'model_type': 'mistral', 'sliding_window': 4},
    {**base, 'model_type': 'qwen2', 'tie_word_embeddings': True},
    {**base, 'model_type': 'qwen3', 'head_dim': 6, 'tie_word_embeddings': True},
    {**base, 'model_type': 'qwen3', 'head_dim': 8, 'partial_rotary_factor': 0.25},
]
if __name__ == '__main__':
    with open(os.path.join(os.path.dirname(__file__), 'reference.json'), 'w') as out:
        json.dump([case(config) for config in cases], out, separators=(',', ':'))
