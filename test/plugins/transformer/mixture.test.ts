import { describe, expect, it } from 'vitest';
import { checkGradients, constant } from '../../../plugins/toolkit/index.ts';
import { mixture } from '../../../plugins/transformer/architecture/mixture.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';

describe('a mixture of experts that learns', () => {
  // a router that all rows choose the first expert by, who has no seat for the last of them, and one that spreads them
  const routers = { crowded: [5, 1, 0, 5, 0, 1, 5, 1, 0, 5, 0, 1], spread: [3, -2, -1, -1, 3, -2, -2, -1, 3, 1, -3, 2] };
  for (const [name, router] of Object.entries(routers)) {
    it(`has the derivative that finite differences say, ${name}`, async () => {
      const experts = { count: 3, active: 2 };
      const { architecture } = new TransformerModel({ layers: 1, heads: 1, width: 4, feed_forward: 3, experts }, { vocabulary: 5 });
      const wide = architecture.gated ? 6 : 3;
      const { first } = await checkGradients({
        f: (x, up, down) => {
          const weights = [constant(router, [4, 3]), up!, down!];
          const names = ['layers.0.router.weight', 'layers.0.experts.up.weight', 'layers.0.experts.down.weight'];
          return mixture(architecture, (of) => weights[names.indexOf(of)]!, 0, x!).mixed;
        },
        shapes: [
          [6, 4],
          [3, 4, wide],
          [3, 3, 4],
        ],
        dtype: 'float32',
        seed: 4,
        ...(name === 'crowded' && { domain: Math.abs }),
      });
      expect(first).toBeLessThan(1e-2);
    });
  }
});
