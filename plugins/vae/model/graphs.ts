import type { Static } from 'typebox';
import { input, mean, type Node, square, subtract } from '../../toolkit/index.ts';
import type { Layout } from '../layout.ts';
import type { VaeOptions } from '../options.ts';
import { corrupt } from './corruption.ts';
import { expected, logistic, reconstruction, represent } from './likelihood.ts';
import { networksOf } from './networks.ts';
import { rowInputs } from './objective.ts';
import { each } from './perceptron.ts';

type Settings = Static<typeof VaeOptions>;
type Outputs = Readonly<Record<string, Node>>;

/** Rows to their posteriors: `ids` [batch, length] to `mean` and, but for a plain autoencoder, `log_variance`, each [batch, latent]. */
export const encoderGraph = (settings: Settings, layout: Layout): Outputs => {
  const { ids, given } = rowInputs('batch', layout);
  const { mean, logVariance } = networksOf(settings, layout).encode(represent(ids, layout), given);
  return { mean, ...(logVariance && { log_variance: logVariance }) };
};

const codeInputs = (settings: Settings, layout: Layout): Node => {
  const { given } = rowInputs('batch', layout);
  return networksOf(settings, layout).decode(input('z', ['batch', settings.latent]), given);
};

/** Codes `z` [batch, latent] to the parameters of each position's likelihood: `logits` [batch, length, outputs], or `mean` and `log_scale` [batch, length]. */
export const decoderGraph = (settings: Settings, layout: Layout): Outputs => {
  const outputs = codeInputs(settings, layout);
  if (layout.likelihood !== 'logistic') return { logits: outputs };
  const { mean, logScale } = logistic(outputs, layout);
  return { mean, log_scale: logScale };
};

/** Codes and rows to what each row costs under its code, in nats: `nats` [batch]. */
export const likelihoodGraph = (settings: Settings, layout: Layout): Outputs => {
  const { ids, mask } = rowInputs('batch', layout);
  return { nats: reconstruction(codeInputs(settings, layout), ids, mask, layout) };
};

/**
 * Mean squared errors of so many rows, each [rows]: `reconstructed` of what is decoded from the posterior mean of the row as it is seen, `seen` of the row
 * as it is seen, which is not 0 where the settings corrupt it.
 */
export const reconstructionErrorGraph = (settings: Settings, layout: Layout, rows: number): Outputs => {
  const { ids, given } = rowInputs(rows, layout);
  const clean = represent(ids, layout);
  const seen = settings.corruption ? corrupt(clean, settings.corruption) : clean;
  const { encode, decode } = networksOf(settings, layout);
  const size = layout.length * Number(clean.shape[2]);
  const shown = expected(decode(encode(seen, given).mean, given), layout);
  const error = (x: Node): Node => mean(square(subtract(each(x, size), each(clean, size))), { axes: [1] });
  return { reconstructed: error(shown), ...(settings.corruption && { seen: error(seen) }) };
};
