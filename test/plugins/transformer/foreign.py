"""Exports tiny random GPT-2 and LLaMA models with past and present keys and values through torch.onnx, as folders that transformers.js reads: foreign/gpt2, foreign/llama.
Run with Debian's python3-torch: python3 test/plugins/transformer/foreign.py"""
import json, math, os
import torch
import torch.nn.functional as F
from reference import base, cases, gpt2_shapes, llama_shapes, rope, rotated, weight


def heads(x, count):
    return x.reshape(x.shape[0], x.shape[1], count, x.shape[2] // count).transpose(1, 2)


def look(q, k, v, seen, group, width):
    if group > 1: k, v = (x[:, :, None].expand(-1, -1, group, -1, -1).flatten(1, 2) for x in (k, v))
    return (F.softmax((q @ k.transpose(2, 3) / math.sqrt(width)).masked_fill(~seen, -1e9), -1) @ v).transpose(1, 2).flatten(2)


class Decoder(torch.nn.Module):
    def __init__(self, config, shapes):
        super().__init__()
        self.config, self.names = config, list(shapes)
        for seed, (name, shape) in enumerate(shapes.items()):
            self.register_buffer(name.replace('.', '_'), weight(name, shape, seed))

    def w(self, name):
        return getattr(self, name.replace('.', '_'))

    def seen(self, mask, new):
        keys = torch.arange(mask.shape[1])[None]
        queries = keys[:, -new:].transpose(0, 1)
        return (keys <= queries)[None, None] & (mask[:, None, None, :] == 1)

    def remember(self, past, layer, k, v):
        k, v = torch.cat([past[2 * layer], k], 2), torch.cat([past[2 * layer + 1], v], 2)
        return k, v


class Gpt2(Decoder):
    def forward(self, input_ids, attention_mask, position_ids, *past):
        c, present = self.config, []
        x = self.w('transformer.wte.weight')[input_ids] + self.w('transformer.wpe.weight')[position_ids]
        seen = self.seen(attention_mask, input_ids.shape[1])
        norm = lambda name, x: F.layer_norm(x, (c['n_embd'],), self.w(f'{name}.weight'), self.w(f'{name}.bias'), c['layer_norm_epsilon'])
        product = lambda name, x: x @ self.w(f'{name}.weight') + self.w(f'{name}.bias')
        for layer in range(c['n_layer']):
            name = f'transformer.h.{layer}'
            q, k, v = (heads(part, c['n_head']) for part in product(f'{name}.attn.c_attn', norm(f'{name}.ln_1', x)).split(c['n_embd'], -1))
            k, v = self.remember(past, layer, k, v)
            present += [k, v]
            x = x + product(f'{name}.attn.c_proj', look(q, k, v, seen, 1, c['n_embd'] // c['n_head']))
            x = x + product(f'{name}.mlp.c_proj', F.gelu(product(f'{name}.mlp.c_fc', norm(f'{name}.ln_2', x)), approximate='tanh'))
        return (norm('transformer.ln_f', x) @ self.w('transformer.wte.weight').t(), *present)


class Llama(Decoder):
    def forward(self, input_ids, attention_mask, position_ids, *past):
        c, present = self.config, []
        x = self.w('model.embed_tokens.weight')[input_ids]
        seen = self.seen(attention_mask, input_ids.shape[1])
        norm = lambda name, x: x * torch.rsqrt((x * x).mean(-1, keepdim=True) + c['rms_norm_eps']) * self.w(f'{name}.weight')
        product = lambda name, x: F.linear(x, self.w(f'{name}.weight'))
        inverse, scale = rope(c, c['head_dim'])
        for layer in range(c['num_hidden_layers']):
            name = f'model.layers.{layer}'
            h = norm(f'{name}.input_layernorm', x)
            q = heads(product(f'{name}.self_attn.q_proj', h), c['num_attention_heads'])
            k, v = (heads(product(f'{name}.self_attn.{part}_proj', h), c['num_key_value_heads']) for part in 'kv')
            q, k = (rotated(part, inverse, position_ids, scale) for part in (q, k))
            k, v = self.remember(past, layer, k, v)
            present += [k, v]
            x = x + product(f'{name}.self_attn.o_proj', look(q, k, v, seen, c['num_attention_heads'] // c['num_key_value_heads'], c['head_dim']))
            h = norm(f'{name}.post_attention_layernorm', x)
            x = x + product(f'{name}.mlp.down_proj', F.silu(product(f'{name}.mlp.gate_proj', h)) * product(f'{name}.mlp.up_proj', h))
        return (F.linear(norm('model.norm', x), self.w('lm_head.weight')), *present)


def export(name, model, layers, kv_heads, width):
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'foreign', name)
    os.makedirs(os.path.join(folder, 'onnx'), exist_ok=True)
    with open(os.path.join(folder, 'config.json'), 'w') as out:
        json.dump(model.config, out)
    past = [torch.randn(2, kv_heads, 3, width) for _ in range(2 * layers)]
    names = [f'{layer}.{of}' for layer in range(layers) for of in ('key', 'value')]
    axes = {'input_ids': {0: 'batch', 1: 'new'}, 'attention_mask': {0: 'batch', 1: 'whole'}, 'position_ids': {0: 'batch', 1: 'new'}, 'logits': {0: 'batch', 1: 'new'}}
    for each in names:
        axes[f'past_key_values.{each}'], axes[f'present.{each}'] = {0: 'batch', 2: 'past'}, {0: 'batch', 2: 'whole'}
    ids = torch.zeros(2, 2, dtype=torch.long)
    torch.onnx.export(model.eval(), (ids, torch.ones(2, 5, dtype=torch.long), ids + 3, *past), os.path.join(folder, 'onnx', 'model.onnx'), opset_version=14,
                      input_names=['input_ids', 'attention_mask', 'position_ids', *(f'past_key_values.{each}' for each in names)],
                      output_names=['logits', *(f'present.{each}' for each in names)], dynamic_axes=axes)


small = {**cases[0], 'n_positions': 96}
export('gpt2', Gpt2(small, gpt2_shapes(small)), small['n_layer'], small['n_head'], small['n_embd'] // small['n_head'])
grouped = {**base, 'model_type': 'llama', 'max_position_embeddings': 96}
export('llama', Llama(grouped, llama_shapes(grouped)), grouped['num_hidden_layers'], grouped['num_key_value_heads'], grouped['head_dim'])
