import fc, { type Arbitrary } from 'fast-check';
import type { Tokens } from '../../data/tokens.ts';
import { tokens } from '../arbitraries/tokens.ts';
import { demand, type Law, law } from '../law.ts';
import { place, type TokenizerSubject } from '../subjects/subjects.ts';

interface OfRaw {
  readonly raw: unknown;
}

const ofRaw = ({ raw }: TokenizerSubject): Arbitrary<OfRaw> => fc.record({ raw });

/** Ids that a generator may say: any of the vocabulary. */
const anyIds = ({ tokenizer }: TokenizerSubject): Arbitrary<Tokens> => tokens(tokenizer.vocabulary, { max: 12 });

const equal = (a: unknown, b: unknown): boolean =>
  a === b ||
  (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && JSON.stringify(plain(a)) === JSON.stringify(plain(b)));

const plain = (value: object): unknown =>
  ArrayBuffer.isView(value)
    ? Array.from(value as Uint8Array)
    : Object.entries(value).map(([key, part]) => [key, typeof part === 'object' && part !== null ? plain(part as object) : part]);

const specialsOf = ({ tokenizer: { start, stop, mask } }: TokenizerSubject): number[] =>
  [...new Set([start, stop, mask])].filter((id) => id !== undefined);

const joined = ({ join }: TokenizerSubject, pieces: readonly unknown[]): unknown => (join ? join(pieces) : pieces.join(''));

const noDetokenizer = ({ tokenizer }: TokenizerSubject): string | undefined =>
  tokenizer.detokenizer ? undefined : 'what its rows spell is known at their end';

/** What holds of one piece of raw matter. */
const ofOne: readonly Law<TokenizerSubject>[] = [
  law<TokenizerSubject, OfRaw>({
    name: 'tokenize/round-trip',
    sentence: 'What was tokenized is detokenized to what it was, up to the declared normalisation, unless something is unknown.',
    stage: 'tokenize',
    arbitrary: ofRaw,
    check({ tokenizer, normalise = (raw) => raw }, { raw }) {
      const ids = tokenizer.tokenize(raw);
      if (tokenizer.unknown !== undefined && ids.includes(tokenizer.unknown)) return;
      const [expected, found] = [normalise(raw), tokenizer.detokenize(ids)];
      demand(equal(expected, found), 'something else comes back', { tokens: ids, expected, found });
    },
  }),

  law<TokenizerSubject, OfRaw>({
    name: 'tokenize/in-vocabulary',
    sentence: 'Every id is one of the vocabulary.',
    stage: 'tokenize',
    arbitrary: ofRaw,
    check({ tokenizer }, { raw }) {
      const found = tokenizer.tokenize(raw);
      demand(found instanceof Int32Array, 'the ids are no Int32Array', { found });
      demand(
        found.every((id) => id >= 0 && id < tokenizer.vocabulary),
        'an id is outside the vocabulary',
        { vocabulary: tokenizer.vocabulary, found },
      );
    },
  }),

  law<TokenizerSubject, OfRaw>({
    name: 'tokenize/no-specials',
    sentence: 'Raw matter never becomes start, stop or mask: these belong to the pipeline.',
    stage: 'tokenize',
    arbitrary: ofRaw,
    check(subject, { raw }) {
      const found = subject.tokenizer.tokenize(raw);
      const specials = specialsOf(subject);
      demand(
        found.every((id) => !specials.includes(id)),
        'a special id comes of raw matter',
        { specials, found },
      );
    },
  }),

  law<TokenizerSubject, OfRaw & { at: number }>({
    name: 'tokenize/specials-vanish',
    sentence: 'Start, stop and mask spell nothing, wherever they stand.',
    stage: 'tokenize',
    silent: (subject) => (specialsOf(subject).length > 0 ? undefined : 'it has no special ids'),
    arbitrary: (subject) => fc.record({ raw: subject.raw, at: place() }),
    check(subject, { raw, at }) {
      const { tokenizer } = subject;
      const ids = Array.from(tokenizer.tokenize(raw));
      const expected = tokenizer.detokenize(Int32Array.from(ids));
      const cut = at % (ids.length + 1);
      for (const special of specialsOf(subject)) {
        const spelled = tokenizer.detokenize(Int32Array.from([...ids.slice(0, cut), special, ...ids.slice(cut)]));
        demand(equal(expected, spelled), 'a special id spells something', { special, expected, found: spelled });
      }
    },
  }),

  law<TokenizerSubject, OfRaw & { other: unknown }>({
    name: 'tokenize/repeatable',
    sentence: 'The same raw matter has the same ids each time, and ids that were handed out are never written to.',
    stage: 'tokenize',
    arbitrary: ({ raw }) => fc.record({ raw, other: raw }),
    check({ tokenizer }, { raw, other }) {
      const held = tokenizer.tokenize(raw);
      const expected = held.slice();
      tokenizer.tokenize(other);
      demand(expected.join() === held.join(), 'ids that were handed out have changed', { expected, found: held.slice() });
      const again = tokenizer.tokenize(raw);
      demand(expected.join() === again.join(), 'other ids', { expected, found: again.slice() });
    },
  }),

  law<TokenizerSubject, { ids: Tokens }>({
    name: 'tokenize/any-ids',
    sentence: 'Whatever ids a generator says are spelled, and the ids themselves are left alone.',
    stage: 'tokenize',
    arbitrary: (subject) => fc.record({ ids: anyIds(subject) }),
    check({ tokenizer }, { ids }) {
      const before = ids.slice();
      const found = tokenizer.detokenize(ids);
      demand(found !== undefined && found !== null, 'nothing is spelled', { found });
      demand(before.join() === ids.join(), 'the ids were changed', { expected: before, found: ids });
    },
  }),

  law<TokenizerSubject, OfRaw>({
    name: 'tokenize/settles',
    sentence: 'What comes back is what comes back of that: a second round trip changes nothing.',
    stage: 'tokenize',
    arbitrary: ofRaw,
    check({ tokenizer }, { raw }) {
      const ids = tokenizer.tokenize(raw);
      if (tokenizer.unknown !== undefined && ids.includes(tokenizer.unknown)) return;
      const expected = tokenizer.detokenize(ids);
      const found = tokenizer.detokenize(tokenizer.tokenize(expected));
      demand(equal(expected, found), 'a second round trip changes it', { expected, found });
    },
  }),
];

/** What holds of growing rows and of fingerprints. */
const ofMany: readonly Law<TokenizerSubject>[] = [
  law<TokenizerSubject, { ids: Tokens; cuts: readonly number[] }>({
    name: 'tokenize/stream-joins',
    sentence: 'The pieces of a growing row join to what the whole row spells, whatever the ids and wherever they are cut.',
    stage: 'tokenize',
    silent: noDetokenizer,
    arbitrary: (subject) =>
      fc.record({
        ids: fc.oneof(
          anyIds(subject),
          subject.raw.map((raw) => subject.tokenizer.tokenize(raw)),
        ),
        cuts: fc.array(place(), { maxLength: 4 }),
      }),
    check(subject, { ids, cuts }) {
      const detokenizer = subject.tokenizer.detokenizer!();
      const places = [...cuts.map((cut) => cut % (ids.length + 1)), ids.length].sort((a, b) => a - b);
      const pieces = places.map((end, i) => detokenizer.push(ids.subarray(places[i - 1] ?? 0, end)));
      pieces.push(detokenizer.end());
      const [expected, found] = [subject.tokenizer.detokenize(ids), joined(subject, pieces)];
      demand(equal(expected, found), 'the pieces join to something else', { expected, found, pieces });
    },
  }),

  law<TokenizerSubject, { raw: unknown; other: unknown }>({
    name: 'tokenize/streams-apart',
    sentence: 'Each growing row has a detokenizer of its own: two at a time do not meet.',
    stage: 'tokenize',
    silent: noDetokenizer,
    arbitrary: ({ raw }) => fc.record({ raw, other: raw }),
    check(subject, { raw, other }) {
      const { tokenizer } = subject;
      const [mine, theirs] = [tokenizer.tokenize(raw), tokenizer.tokenize(other)];
      const [one, two] = [tokenizer.detokenizer!(), tokenizer.detokenizer!()];
      const pieces: unknown[] = [];
      for (let i = 0; i < Math.max(mine.length, theirs.length); i++) {
        if (i < theirs.length) two.push(theirs.subarray(i, i + 1));
        if (i < mine.length) pieces.push(one.push(mine.subarray(i, i + 1)));
      }
      pieces.push(one.end());
      const [expected, found] = [tokenizer.detokenize(mine), joined(subject, pieces)];
      demand(equal(expected, found), 'another row is mixed in', { expected, found });
    },
  }),

  law<TokenizerSubject, OfRaw>({
    name: 'tokenize/fingerprint-tells',
    sentence: 'Tokenizers whose ids mean different things have different fingerprints; the same made again has the same.',
    stage: 'tokenize',
    silent: ({ others, again }) => (others?.length || again ? undefined : 'no other one was handed over to compare it with'),
    arbitrary: ofRaw,
    check({ tokenizer, others = [], again }, { raw }) {
      const mine = tokenizer.tokenize(raw);
      demand(!again || again.fingerprint === tokenizer.fingerprint, 'made again it has another fingerprint', {
        expected: tokenizer.fingerprint,
        found: again?.fingerprint,
      });
      for (const other of others) {
        const differ = other.vocabulary !== tokenizer.vocabulary || other.tokenize(raw).join() !== mine.join();
        demand(!differ || other.fingerprint !== tokenizer.fingerprint, 'other ids have the same fingerprint', {
          fingerprint: tokenizer.fingerprint,
          tokens: mine,
          others: other.tokenize(raw),
        });
      }
    },
  }),

  law<TokenizerSubject, { again: number }>({
    name: 'tokenize/specials-apart',
    sentence: 'Special ids, and those before rows and prompts, are of the vocabulary, and mask and unknown are no others.',
    stage: 'tokenize',
    share: 0.01,
    arbitrary: () => fc.record({ again: fc.constant(0) }),
    check({ tokenizer }) {
      const { start, prefix, stop, mask, unknown, vocabulary } = tokenizer;
      const ids = { start, stop, mask, unknown };
      for (const id of [...Object.values(ids), ...(prefix?.rows ?? []), ...(prefix?.prompts ?? [])])
        demand(id === undefined || (Number.isInteger(id) && id >= 0 && id < vocabulary), 'a special id is outside the vocabulary', ids);
      for (const id of [start, stop]) demand(id === undefined || (id !== mask && id !== unknown), 'two special ids are one', ids);
      demand(mask === undefined || mask !== unknown, 'two special ids are one', ids);
    },
  }),
];

/** What holds of tokenizers. */
export const tokenizeLaws: readonly Law<TokenizerSubject>[] = [...ofOne, ...ofMany];
