import type { Place } from '../errors.ts';
import type { Verb } from '../plugin/define.ts';
import { declared, type Registry } from '../plugin/load.ts';
import { didYouMean, type OptionFault, validate } from '../plugin/options.ts';
import type { Declares } from '../stages/declares.ts';
import type { Chosen } from './container.ts';
import { Definition, type Use, writeOut } from './definition.ts';
import { type Fault, InvalidPipeline } from './parse.ts';

/** A pipeline with every name found and every setting known. */
export interface Resolved {
  readonly definition: Definition;
  readonly tokenize: Chosen;
  readonly encode: Chosen;
  readonly attend: Chosen;
  readonly decode: Chosen;
  /** Absent where the chosen backend has no trainer. */
  readonly train: Chosen | undefined;
  readonly sample: Chosen;
  readonly evaluate: readonly Chosen[];
  readonly read: Chosen | undefined;
  readonly write: Chosen | undefined;
}

type PlaceOf = (fault: Pick<OptionFault, 'path' | 'atKey'>) => Place | undefined;

/** Finds what a pipeline names, checks every setting, and whether the stages fit together; throws all faults at once. */
export const resolve = (written: unknown, registry: Registry, placeOf: PlaceOf = () => undefined): Resolved => {
  const faults: Fault[] = [];
  const report = (found: OptionFault): void => {
    const place = placeOf(found);
    faults.push({ ...(place && { place }), path: found.path, message: found.message });
  };
  const definition = writeOut(structuredClone(written)) as Definition;
  for (const fault of validate(Definition, definition)) report(fault);
  if (faults.length > 0) throw new InvalidPipeline(faults);

  const find = (verb: Verb, name: string, path: (string | number)[]) => {
    const offer = registry.find(verb, name);
    if (!offer) {
      const known = registry.offers(verb).map((one) => one.name);
      report({ path, message: `"${name}" cannot ${verb}${didYouMean(name, known) || `; known are ${known.join(', ')}.`}` });
    }
    return offer;
  };
  const settingsOf = (
    offer: { plugin: Registry['plugins'][number]; name: string },
    given: unknown,
    path: (string | number)[],
    of: 'options' | 'training',
  ): unknown => {
    const settings = structuredClone(given ?? {});
    const schema = offer.plugin[of]?.[offer.name];
    if (schema) for (const fault of validate(schema, settings)) report({ ...fault, path: [...path, ...fault.path] });
    else if (given)
      for (const key of Object.keys(given))
        report({ path: [...path, key], atKey: true, message: `"${offer.name}" takes no such settings; leave "${key}" out.` });
    return settings;
  };
  const choose = (verb: Verb, use: Use, path: (string | number)[]): Chosen | undefined => {
    const offer = find(verb, use.use, [...path, 'use']);
    return offer && { ...offer, settings: settingsOf(offer, use.with, [...path, 'with'], 'options'), timeout: use.timeout };
  };

  const { stages, backends = {} } = definition;
  const tokenize = choose('tokenize', stages.tokenize, ['stages', 'tokenize']);
  const sample = choose('sample', stages.sample, ['stages', 'sample']);
  const read = definition.data?.read && choose('read', definition.data.read, ['data', 'read']);
  const write = definition.generate?.write && choose('write', definition.generate.write, ['generate', 'write']);
  const [writes, spells] = [write, tokenize].map((one) => one && declared(one, one.settings).raw);
  if (writes && spells && writes !== spells)
    report({
      path: ['generate', 'write'],
      message: `"${write!.name}" writes ${writes}, and the tokenizer spells ${spells}; choose another writer.`,
    });

  const backend = (entry: string, path: (string | number)[]): Chosen | undefined => {
    const { use = entry, with: given, train, timeout } = backends[entry] ?? {};
    const known = new Set(Object.keys(backends));
    for (const offer of registry.offers('decode')) known.add(offer.name);
    const offer = registry.find('decode', use);
    if (!offer) {
      report({ path, message: `"${use}" is no backend${didYouMean(use, [...known]) || `; known are ${[...known].sort().join(', ')}.`}` });
      return;
    }
    const settings = settingsOf(offer, given, ['backends', entry, 'with'], 'options');
    const training = settingsOf(offer, train, ['backends', entry, 'train'], 'training');
    return { ...offer, settings, training, timeout };
  };
  const swapped = stages.backend === undefined ? undefined : backend(stages.backend, ['stages', 'backend']);
  for (const entry of Object.keys(backends)) if (entry !== stages.backend) backend(entry, ['backends', entry]);
  const three = (['encode', 'attend', 'decode'] as const).map((verb) => {
    const use = stages[verb];
    if (use) return choose(verb, use, ['stages', verb]);
    if (stages.backend === undefined) report({ path: ['stages'], message: `nothing is said to ${verb}: name a "backend", or "${verb}".` });
    return swapped;
  });
  const [encode, attend, decode] = three;
  const train = swapped && registry.find('train', swapped.name) ? swapped : undefined;

  const told = stages.evaluate ?? 'auto';
  const named = told === 'auto' ? [] : told.map((use, i) => choose('evaluate', use, ['stages', 'evaluate', i]));
  const evaluate: Chosen[] = named.filter((one) => one !== undefined);
  if (decode && tokenize && told === 'auto') {
    for (const offer of registry.offers('evaluate')) {
      const chosen: Chosen = { ...offer, settings: settingsOf(offer, undefined, ['stages', 'evaluate'], 'options') };
      const declares = declared(chosen, chosen.settings);
      if (!declares.named && !misfit(declares, declared(decode, decode.settings), declared(tokenize, tokenize.settings)))
        evaluate.push(chosen);
    }
  }
  if (encode && attend && decode && sample && tokenize) fitTogether({ tokenize, encode, attend, decode, sample, evaluate }, report);
  if (faults.length > 0) throw new InvalidPipeline(faults);
  return {
    definition,
    tokenize: tokenize!,
    encode: encode!,
    attend: attend!,
    decode: decode!,
    train,
    sample: sample!,
    evaluate,
    read: read ?? undefined,
    write: write ?? undefined,
  };
};

const of = ({ name, plugin, settings }: Chosen): Declares => declared({ name, plugin }, settings);

/** Why an evaluator cannot be used with a decoder and a tokenizer, if it cannot. */
export const misfit = (evaluator: Declares, decoder: Declares, tokenizer: Declares): string | undefined => {
  if (evaluator.raw && tokenizer.raw && evaluator.raw !== tokenizer.raw)
    return `it measures ${evaluator.raw}, and the tokenizer spells ${tokenizer.raw}`;
  if (evaluator.extras?.includes('shape') && !tokenizer.extras?.includes('shape'))
    return 'it measures rows of one shape, such as pictures, and those of the tokenizer have any length';
  const { likelihood } = evaluator;
  const given = decoder.likelihood ?? ['none'];
  if (likelihood && !likelihood.some((one) => given.includes(one)))
    return `it needs a likelihood that is ${likelihood.join(' or ')}, and the backend's is ${given.join(' or ')}`;
  return undefined;
};

const fitTogether = (
  {
    tokenize,
    encode,
    attend,
    decode,
    sample,
    evaluate,
  }: Pick<Resolved, 'tokenize' | 'encode' | 'attend' | 'decode' | 'sample' | 'evaluate'>,
  report: (fault: OptionFault) => void,
): void => {
  const hidden = of(decode).hidden;
  for (const [verb, stage] of [
    ['encode', encode],
    ['attend', attend],
  ] as const)
    if (of(stage).hidden !== hidden)
      report({
        path: ['stages', verb],
        message: `"${stage.name}" gives hidden values of the kind "${of(stage).hidden}", and "${decode.name}" decodes "${hidden}"; take all three from one backend.`,
      });
  const takes = of(sample).predictions;
  const gives = of(decode).predictions;
  if (takes && gives && !gives.some((one) => takes.includes(one)))
    report({
      path: ['stages', 'sample'],
      message: `"${sample.name}" samples ${takes.join(', ')}, and "${decode.name}" predicts ${gives.join(', ')}; choose another sampler.`,
    });
  for (const one of evaluate) {
    const why = misfit(of(one), of(decode), of(tokenize));
    if (why) report({ path: ['stages', 'evaluate'], message: `"${one.name}" cannot evaluate this pipeline: ${why}; leave it out.` });
  }
};
