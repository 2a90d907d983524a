import fc, { type Arbitrary } from 'fast-check';

/** An ask of a text pipeline, whether it can be asked, and what was done to it where not. */
export interface AskCase {
  readonly ask: Readonly<Record<string, unknown>>;
  /** The option at fault; absent: nothing is. */
  readonly fault?: string;
}

const text = fc.string({ maxLength: 6 });

const sound: Record<string, Arbitrary<unknown>> = {
  count: fc.nat(9),
  max_new_tokens: fc.integer({ min: 1, max: 50 }),
  seed: fc.maxSafeNat(),
  prompt: text,
  special_tokens: fc.boolean(),
  stop: fc.oneof(
    fc.string({ minLength: 1, maxLength: 3 }),
    fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }), { maxLength: 3 }),
  ),
  stop_token_ids: fc.array(fc.nat(99), { maxLength: 3 }),
  min_new_tokens: fc.nat(1),
  logprobs: fc.nat(20),
  temperature: fc.double({ min: 0.01, max: 10, noNaN: true }),
  top_k: fc.nat(50),
  top_p: fc.double({ min: 0.01, max: 1, noNaN: true }),
  min_p: fc.double({ min: 0, max: 1, noNaN: true }),
  repetition_penalty: fc.double({ min: 0.5, max: 2, noNaN: true }),
  signal: fc.constant(new AbortController().signal),
};

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

const notWhole = fc.constantFrom<unknown>(
  1.5,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  '5',
  null,
  true,
  [1],
  {},
  3n,
  cyclic,
  () => 1,
);
const notText = fc.constantFrom<unknown>(1, null, true, ['a'], { text: 'a' }, 3n, Symbol('a'), cyclic);

const notNumber = (...far: number[]) => fc.constantFrom<unknown>(...far, Number.NaN, '0.5', null, true, [1], {}, 3n, cyclic, () => 1);

const unsound: Record<string, Arbitrary<unknown>> = {
  count: notWhole,
  max_new_tokens: fc.oneof(notWhole, fc.constant(0)),
  seed: fc.oneof(notWhole, fc.constant('a')),
  prompt: notText,
  prompts: fc.oneof(
    fc.constantFrom<unknown>('abc', [], null, {}),
    notText.map((one) => ['a', one]),
  ),
  messages: fc.constantFrom<unknown>('hi', [], [{ role: 'user' }], [{ content: 'hi' }], [{ role: '', content: 'hi' }], ['hi'], [null], {
    role: 'user',
    content: 'hi',
  }),
  stop: fc.constantFrom<unknown>('', [''], ['a', ''], 1, null, true, [1], [['a']], { text: 'a' }, '\ud800', ['a', 'a\udc00'], cyclic),
  stop_token_ids: fc.oneof(
    fc.constantFrom<unknown>(1, '1', null, {}),
    notWhole.map((one) => [1, one]),
  ),
  min_new_tokens: fc.oneof(notWhole, fc.constant(51)),
  logprobs: fc.oneof(notWhole, fc.constant(21)),
  special_tokens: fc.constantFrom<unknown>(1, 'true', null, []),
  temperature: notNumber(0, -1),
  top_k: notWhole.filter((one) => one !== 2 ** 53), // it has no greatest
  top_p: notNumber(0, 1.1),
  min_p: notNumber(-0.1, 1.1),
  repetition_penalty: notNumber(0, -1),
  signal: fc.constantFrom<unknown>(true, {}, new AbortController(), 'stop', null),
  task: fc.constantFrom<unknown>('walk', {}, { name: 1 }, { name: 'walk', with: 3 }, { name: 'walk', wiht: {} }, null),
};

/** Asks of a text pipeline with no tasks and no condition: valid ones, some options of which may be undefined, and near-misses with one option at fault. */
export const askCase = (): Arbitrary<AskCase> => {
  const valid = fc
    .record(Object.fromEntries(Object.entries(sound).map(([key, one]) => [key, fc.option(one, { nil: undefined, freq: 4 })])), {
      requiredKeys: [],
    })
    .map((ask) => ask as AskCase['ask']);
  const wrong = fc
    .constantFrom(...Object.keys(unsound))
    .chain((fault) => unsound[fault]!.map((value) => ({ fault, value })))
    .chain(({ fault, value }) =>
      valid.map((ask) => {
        const { prompt: _, ...rest } = ask;
        return { ask: { ...(fault === 'prompts' || fault === 'messages' ? rest : ask), [fault]: value }, fault };
      }),
    );
  const misspelt = fc
    .tuple(
      valid,
      fc.constantFrom(
        'promt',
        'cuont',
        'maxNewTokens',
        'max_tokens',
        'Seed',
        'n',
        'signl',
        'temprature',
        'topK',
        '__proto',
        'specialtokens',
      ),
    )
    .map(([ask, fault]) => ({ ask: { ...ask, [fault]: 1 }, fault }));
  return fc.oneof(
    { weight: 2, arbitrary: valid.map((ask) => ({ ask })) },
    { weight: 2, arbitrary: wrong },
    { weight: 1, arbitrary: misspelt },
  );
};
