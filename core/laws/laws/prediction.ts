import { isSparse, type Prediction, vocabularyOf } from '../../data/prediction.ts';
import { takesSome } from '../../stages/capabilities.ts';
import { demand, type Law, law } from '../law.ts';
import { predict, type Rows, rows, total } from '../probes/predict.ts';
import { reading } from '../probes/reading.ts';
import type { BackendSubject } from '../subjects/subjects.ts';

/** A law that looks at one prediction. */
const looks = (
  name: string,
  sentence: string,
  look: (prediction: Prediction, subject: BackendSubject) => void,
  silent?: (subject: BackendSubject) => string | undefined,
): Law<BackendSubject> =>
  law<BackendSubject, Rows>({
    name,
    sentence,
    stage: 'decode',
    ...(silent && { silent }),
    arbitrary: rows,
    check: (subject, sample) => reading(subject, async (to) => look(await predict(to, sample), subject)),
  });

const predicts = ({ capabilities }: BackendSubject, what: Prediction['kind']): boolean =>
  capabilities.predictions === undefined || capabilities.predictions.some(({ kind }) => kind === what);

/** What holds of every single prediction. */
export const predictionLaws: readonly Law<BackendSubject>[] = [
  looks('decode/shaped', 'A prediction ranges over the vocabulary, at as many positions as it says.', (prediction, { vocabulary }) => {
    const positions = total(prediction);
    if (prediction.kind === 'categorical') {
      const { logits } = prediction;
      demand(vocabularyOf(logits) === vocabulary, 'the logits are not as wide as the vocabulary', {
        expected: vocabulary,
        found: vocabularyOf(logits),
      });
      if (!isSparse(logits))
        demand(logits.dims[0] === positions, 'the logits have other positions', { expected: positions, found: logits.dims });
      else demand(logits.rest.length === positions && logits.base.length === vocabulary, 'rest or base have the wrong length');
    }
    if (prediction.kind === 'logistic')
      demand(prediction.levels === vocabulary, 'there are not as many levels as ids', { expected: vocabulary, found: prediction.levels });
    demand(!prediction.cost || prediction.cost.length === prediction.counts.length, 'not one cost a row', { found: prediction.cost });
    demand(!prediction.left || prediction.left.length === prediction.counts.length, 'not one number of rounds a row', {
      found: prediction.left,
    });
  }),

  looks('decode/finite', 'No number of a prediction is NaN or +∞, and at every position some id is possible.', (prediction) => {
    for (const cost of prediction.cost ?? [])
      demand(Number.isFinite(cost) && cost >= -1e-6, 'a cost is not finite, or negative', { found: cost });
    if (prediction.kind === 'logistic')
      for (const { data } of [prediction.mean, prediction.logScale])
        demand(data.every(Number.isFinite), 'a mean or scale is not finite', { found: data });
    if (prediction.kind !== 'categorical') return;
    const { logits } = prediction;
    const good = (x: number): boolean => x < Number.POSITIVE_INFINITY;
    if (isSparse(logits)) {
      for (const data of [logits.logits, logits.rest, logits.base]) demand(data.every(good), 'a logit is NaN or +∞', { found: data });
      const elsewhere = logits.base.some(Number.isFinite);
      for (let at = 0; at < total(prediction); at++) {
        const listed = logits.logits.subarray(logits.offsets[at], logits.offsets[at + 1]);
        demand(listed.some(Number.isFinite) || (elsewhere && Number.isFinite(logits.rest[at])), 'nothing is possible', {
          position: at,
          found: listed,
        });
      }
      return;
    }
    const width = vocabularyOf(logits);
    for (let at = 0; at < total(prediction); at++) {
      const row = logits.data.subarray(at * width, (at + 1) * width);
      demand(row.every(good), 'a logit is NaN or +∞', { position: at, found: row });
      demand(row.some(Number.isFinite), 'nothing is possible', { position: at, found: row });
    }
  }),

  looks('decode/as-declared', 'Kind, extent, likelihood and features are those that are declared.', (prediction, { capabilities }) => {
    const { kind, extent } = prediction;
    const { predictions, likelihood, extras } = capabilities;
    demand(takesSome(predictions, [{ kind, extent }]), 'this kind is not declared', {
      expected: predictions,
      found: { kind, extent },
    });
    demand(
      !likelihood || likelihood.includes('none') === (kind === 'point') || likelihood.length > 1,
      'the likelihood is not as declared',
      {
        expected: likelihood,
        found: kind,
      },
    );
    demand(
      !(likelihood?.length === 1 && likelihood[0] === 'exact' && prediction.cost?.some((cost) => cost !== 0)),
      'an exact likelihood has a cost',
      {
        found: prediction.cost,
      },
    );
    if (!extras?.includes('features')) return;
    const { features } = prediction;
    demand(
      features?.dims[0] === total(prediction) && features.data.every(Number.isFinite),
      'features are declared, and not there at every position',
      {
        found: features?.dims,
      },
    );
  }),

  looks(
    'decode/sparse-well-formed',
    'Sparse logits list each id at most once a position, in the vocabulary, between ascending offsets.',
    (prediction) => {
      if (prediction.kind !== 'categorical' || !isSparse(prediction.logits)) return;
      const { offsets, ids, logits, vocabulary } = prediction.logits;
      demand(ids.length === logits.length, 'not one logit an id', { ids, logits });
      for (let at = 0; at < total(prediction); at++) {
        const listed = ids.slice(offsets[at], offsets[at + 1]);
        demand(offsets[at]! <= offsets[at + 1]! && offsets[at + 1]! <= ids.length, 'the offsets do not ascend within the list', {
          found: offsets,
        });
        demand(
          listed.every((id) => id >= 0 && id < vocabulary),
          'an id is outside the vocabulary',
          { position: at, found: listed },
        );
        demand(new Set(listed).size === listed.length, 'an id is listed twice', { position: at, found: listed });
      }
    },
    (subject) => (predicts(subject, 'categorical') ? undefined : 'it predicts no logits'),
  ),

  looks(
    'decode/points-in-vocabulary',
    'A sample without a distribution consists of ids of the vocabulary, as many as it says.',
    (prediction, { vocabulary }) => {
      if (prediction.kind !== 'point') return;
      prediction.rows.forEach((row, i) => {
        demand(row.length === prediction.counts[i], 'the row has another length', { expected: prediction.counts[i], found: row.length });
        demand(
          row.every((id) => id >= 0 && id < vocabulary),
          'an id is outside the vocabulary',
          { found: row },
        );
      });
    },
    (subject) => (predicts(subject, 'point') ? undefined : 'it predicts no points'),
  ),
];
