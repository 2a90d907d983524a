import type { Inspection, Inspector, Mark, Tokens } from '../../core/index.ts';
import { Network } from '../toolkit/index.ts';
import { inspectionGraph, trainingFeeds } from './architecture/training-graph.ts';
import type { TransformerModel } from './model.ts';

/** Where each token came from: what was looked at, and at which layer it was there. */
export class TransformerInspector implements Inspector {
  readonly views: Inspector['views'];

  constructor(model: TransformerModel) {
    this.views = {
      attention: {
        about:
          'How many tokens before it the one stands that was looked at most when a token was said, by the mean of all heads and layers; drawn layer by layer.',
        look: (row, given, signal) => attention(model, row, given, signal),
      },
      layers: {
        about: 'From which layer on the head would have said the token that came; 0 is the embedding.',
        look: (row, given, signal) => layers(model, row, given, signal),
      },
    };
  }
}

/** Runs a row, but for its last token, which nothing follows. */
const looked = async (model: TransformerModel, row: Tokens, signal: AbortSignal) => {
  const { architecture, device } = model;
  const ids = row.slice(0, -1);
  const weights = await model.weights();
  signal.throwIfAborted();
  await using network = await Network.open(inspectionGraph(architecture, ids.length), { weights, device });
  const places = Int32Array.from(ids, (_, at) => at);
  return network.run({ ...trainingFeeds(architecture, { ids, places, pieces: new Int32Array(ids.length) }) });
};

const RANGES = [
  ['1 before', 1],
  ['2 to 4 before', 4],
  ['5 to 16 before', 16],
  ['further', Number.POSITIVE_INFINITY],
] as const;

const attention = async (model: TransformerModel, row: Tokens, given: number, signal: AbortSignal): Promise<Inspection> => {
  const counts: Record<string, number> = Object.fromEntries(RANGES.map(([name]) => [name, 0]));
  if (row.length < 2) return { marks: Array.from(row, () => undefined), counts };
  const seen = await looked(model, row, signal);
  const length = row.length - 1;
  const { layers } = model.architecture;
  const marks = Array.from(row, (_, at): Mark | undefined => {
    if (at < Math.max(1, given)) return undefined;
    const weights = new Float64Array(at);
    for (let layer = 0; layer < layers; layer++) {
      const all = seen[`attention.${layer}`]!.data as Float32Array;
      for (let source = 0; source < at; source++) weights[source]! += all[(at - 1) * length + source]! / layers;
    }
    const strength = Math.max(...weights);
    const distance = at - weights.indexOf(strength);
    const [name] = RANGES.find(([, most]) => distance <= most)!;
    counts[name] = counts[name]! + 1;
    return { label: String(distance), strength: Math.min(1, strength) };
  });
  const grids = Array.from({ length: layers }, (_, layer) => {
    const all = seen[`attention.${layer}`]!.data as Float32Array;
    return { name: `layer ${layer + 1}`, shades: Array.from({ length }, (_, at) => all.subarray(at * length, (at + 1) * length)) };
  });
  return { marks, counts, grids };
};

const layers = async (model: TransformerModel, row: Tokens, given: number, signal: AbortSignal): Promise<Inspection> => {
  const last = model.architecture.layers;
  const nameOf = (layer: number): string => (layer > last ? 'by chance' : `layer ${layer}`);
  const counts: Record<string, number> = Object.fromEntries(Array.from({ length: last + 2 }, (_, layer) => [nameOf(layer), 0]));
  if (row.length < 2) return { marks: Array.from(row, () => undefined), counts };
  const seen = await looked(model, row, signal);
  const marks = Array.from(row, (id, at): Mark | undefined => {
    if (at < Math.max(1, given)) return undefined;
    let from = last + 1;
    while (from > 0 && Number((seen[`said.${from - 1}`]!.data as BigInt64Array)[at - 1]) === id) from--;
    counts[nameOf(from)] = counts[nameOf(from)]! + 1;
    return { label: from > last ? '–' : String(from), strength: from > last ? 0 : 1 - from / (last + 1) };
  });
  const each = Array.from({ length: last + 1 }, (_, layer) => layer).reverse();
  const grid = {
    name: 'what each layer would have said next, the surer the darker',
    lines: each.map((layer) => (layer === 0 ? 'embedding' : `layer ${layer}`)),
    shades: each.map((layer) => seen[`sure.${layer}`]!.data as Float32Array),
    ids: each.map((layer) => Array.from(seen[`said.${layer}`]!.data as BigInt64Array, Number)),
  };
  return { marks, counts, grids: [grid] };
};
