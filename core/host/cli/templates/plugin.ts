/** What a new plugin is made with. */
export interface Names {
  /** As a pipeline says it: `epsilon`. */
  readonly name: string;
  /** As a class is called: `Epsilon`. */
  readonly type: string;
  /** The package, or the way to core/index. */
  readonly core: string;
  readonly laws: string;
  /** The way from the test to the plugin. */
  readonly plugin: string;
  /** The test runner. */
  readonly runner: string;
  /** How relative imports end. */
  readonly extension: 'ts' | 'js';
  /** What runs the laws. */
  readonly command: string;
}

export const indexFile = ({ name, type, core, extension }: Names): string => `import { definePlugin, sampler } from '${core}';
import { ${type}Options } from './options.${extension}';
import { ${type}Sampler } from './sampler.${extension}';

export default definePlugin({
  name: '${name}',
  contract: 2,
  about: 'Draws by chance among what is likely enough.',
  stages: [
    sampler({
      name: '${name}',
      options: ${type}Options,
      capabilities: { predictions: [{ kind: 'categorical', extent: 'next' }] },
      make: ({ options }) => new ${type}Sampler(options),
    }),
  ],
});
`;

export const optionsFile = ({ name, type, core }: Names): string => `import { Type } from '${core}';

/** Settings of the sampler \`${name}\`. */
export const ${type}Options = Type.Object(
  {
    epsilon: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.02,
      description: 'What is less probable is never drawn, unless nothing is more probable.',
      examples: [0.05],
    }),
  },
  { additionalProperties: false },
);
`;

export const samplerFile = ({
  type,
  core,
  extension,
}: Names): string => `import type { Batch, Choice, Prediction, Request, Sampler, Static, Tokens } from '${core}';
import { logitsAt } from '${core}';
import type { ${type}Options } from './options.${extension}';

/** Draws among the ids that have at least the probability epsilon (Hewitt, Manning & Liang 2022). */
export class ${type}Sampler implements Sampler {
  readonly #epsilon: number;

  constructor({ epsilon }: Static<typeof ${type}Options>) {
    this.#epsilon = epsilon;
  }

  sample(prediction: Prediction, _rows: Batch<Tokens>, _state: unknown, { random }: Pick<Request, 'random'>): Choice {
    if (prediction.kind !== 'categorical') throw new Error(\`a categorical prediction was expected, not a \${prediction.kind} one\`);
    let position = -1;
    const inputIds = prediction.counts.map((count) => {
      position += count; // the last of each row
      return Int32Array.of(draw(logitsAt(prediction.logits, position), this.#epsilon, random()));
    });
    return { inputIds };
  }
}

/** The likeliest come first, so that what is drawn depends on probabilities and not on which id bears them. */
const draw = (logits: Float32Array, epsilon: number, luck: number): number => {
  const highest = logits.reduce((a, b) => (Number.isNaN(b) || b > a ? b : a), -Infinity);
  if (!Number.isFinite(highest)) throw new Error('no id can be drawn: the logits are NaN or infinite');
  const weights = logits.map((logit) => Math.exp(logit - highest));
  const least = epsilon * weights.reduce((a, b) => a + b, 0);
  const kept = [...weights.keys()].filter((id) => weights[id]! > 0 && (weights[id]! >= least || logits[id] === highest));
  kept.sort((a, b) => weights[b]! - weights[a]! || a - b);
  let left = luck * kept.reduce((sum, id) => sum + weights[id]!, 0);
  return kept.find((id) => (left -= weights[id]!) < 0) ?? kept[kept.length - 1]!;
};
`;

export const lawsFile = ({ runner, laws, plugin }: Names): string => `import { describe, it } from '${runner}';
import { describeLaws } from '${laws}';
import plugin from '${plugin}';

await describeLaws(plugin, {}, { describe, it });
`;

export const readmeFile = ({ name, command }: Names): string => `# ${name}

A sampler that draws among the ids that are likely enough: p(id) ≥ epsilon, and the likeliest in any case (epsilon sampling, Hewitt, Manning & Liang 2022).

\`\`\`json
"sample": { "use": "${name}", "with": { "epsilon": 0.05 } }
\`\`\`

Its laws: \`${command}\`.

It takes categorical predictions of the next token; no grey levels, no whole rows.
`;
