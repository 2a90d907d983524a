import fc, { type Arbitrary } from 'fast-check';
import { concat, EMPTY, type Tokens } from '../../data/tokens.ts';
import { beforePrompts } from '../../dataset/row-prefix.ts';
import { tokens } from '../arbitraries/tokens.ts';
import { demand, type Law, law } from '../law.ts';
import { idsOf, piecesTold, type Speech, sampleTold, TELLING, tellingOf, textOf } from '../probes/speaking.ts';
import { place, type TokenizerSubject } from '../subjects/subjects.ts';

/** What is said, and which parts of it are to end it: each from a place in the text, so long, perhaps with a letter more that is not there. */
interface Sample extends Speech {
  readonly parts: readonly { readonly from: number; readonly length: number; readonly more: string }[];
  readonly least: number;
}

const sampled = (subject: TokenizerSubject): Arbitrary<Sample> =>
  fc.record({
    prompt: subject.raw,
    ids: fc.oneof(
      tokens(subject.tokenizer.vocabulary, { min: 1, max: 12 }),
      subject.raw.map((raw) => subject.tokenizer.tokenize(raw)).filter(({ length }) => length > 0),
    ),
    cuts: fc.array(place(), { maxLength: 12, size: 'max' }),
    parts: fc.array(fc.record({ from: fc.nat(63), length: fc.integer({ min: 1, max: 4 }), more: fc.constantFrom('', '', 'a') }), {
      minLength: 1,
      maxLength: 3,
      size: 'max',
    }),
    least: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
  });

const noText = ({ tokenizer }: TokenizerSubject): string | undefined =>
  typeof tokenizer.detokenize(EMPTY) === 'string' ? undefined : 'it spells no text';

/** What is said without stop strings, how much of it comes before they are looked for, and the stop strings. */
const plainly = async ({ tokenizer }: TokenizerSubject, sample: Sample) => {
  const { stop: _, ...speech } = { ...sample, least: Math.min(sample.least, sample.ids.length) };
  const each = { ...speech, cuts: Array.from(sample.ids.keys()) };
  const told = await piecesTold(TELLING, tokenizer, each);
  const text = textOf(told);
  const spelled = (count: number): string => textOf(told.slice(0, count));
  const stops = sample.parts
    .map(({ from, length, more }) => text.slice(from % Math.max(1, text.length)).slice(0, length) + more)
    .filter((stop) => stop !== '' && !/\p{Surrogate}/u.test(stop));
  const before = concat([tokenizer.tokenize(speech.prompt), speech.ids.subarray(0, speech.least)]);
  const from = tokenizer.detokenizer ? spelled(speech.least).length : String(tokenizer.detokenize(before)).length; // where the prompt is told too
  return { speech: { ...speech, stop: stops }, told, text, spelled, stops, from };
};

/** Where the first stop string ends, and which it is: of those that end together the longest. */
const firstOf = (text: string, stops: readonly string[], from: number): { stop: string; end: number } | undefined =>
  stops
    .map((stop) => ({ stop, at: text.indexOf(stop, from), end: text.indexOf(stop, from) + stop.length }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.end - b.end || b.stop.length - a.stop.length)[0];

/** What holds of what a sample tells, whatever its tokenizer spells. */
export const tellingLaws: readonly Law<TokenizerSubject>[] = [
  law<TokenizerSubject, Sample>({
    name: 'generate/stop-strings',
    sentence: 'What is told is what would be told without stop strings, up to the first of them, of which nothing is told.',
    stage: 'generate',
    silent: noText,
    arbitrary: sampled,
    async check(subject, sample) {
      const plain = await plainly(subject, sample);
      const { speech, text, stops, from } = plain;
      if (stops.length === 0) return;
      const told = await piecesTold(tellingOf(subject), subject.tokenizer, speech);
      const first = firstOf(text, stops, from);
      const expected = first ? text.slice(0, first.end - first.stop.length) : text;
      const { ended, stop } = told.at(-1) ?? plain.told.at(-1)!;
      demand(textOf(told) === expected, 'something else is told', { stops, text, expected, found: textOf(told) });
      demand(!first || (ended === 'stop' && stop === first.stop), 'another end is given', {
        expected: first?.stop,
        found: { ended, stop },
      });
      demand(first !== undefined || ended === plain.told.at(-1)!.ended, 'it ends otherwise', { found: ended });
    },
  }),

  law<TokenizerSubject, Sample>({
    name: 'generate/stops-at-once',
    sentence: 'The token that completes a stop string is the last one of its sample.',
    stage: 'generate',
    silent: (subject) => noText(subject) ?? noDetokenizer(subject),
    arbitrary: sampled,
    async check(subject, sample) {
      const { speech, text, stops, spelled, from, told: all } = await plainly(subject, sample);
      const first = firstOf(text, stops, from);
      if (!first) return;
      let count = 0;
      while (count < all.length && spelled(count).length < first.end) count++;
      const found = idsOf(await piecesTold(tellingOf(subject), subject.tokenizer, speech));
      const expected: Tokens = idsOf(all.slice(0, count));
      demand(found.join() === expected.join(), 'other tokens are of the sample', { stops, text, expected, found });
    },
  }),

  law<TokenizerSubject, Sample>({
    name: 'generate/held-back',
    sentence: 'No more is held back than could be the beginning of a stop string, which is less than the longest.',
    stage: 'generate',
    silent: (subject) => noText(subject) ?? noDetokenizer(subject),
    arbitrary: sampled,
    async check(subject, sample) {
      const { speech, stops, spelled, from } = await plainly(subject, sample);
      if (stops.length === 0) return;
      let tokens = 0;
      let found = '';
      for (const piece of await piecesTold(tellingOf(subject), subject.tokenizer, speech)) {
        if (piece.ended) return;
        tokens += piece.tokens.length;
        found += textOf([piece]);
        const text = spelled(tokens);
        const begins = (length: number): boolean => {
          const end = text.slice(Math.max(from, text.length - length));
          return end.length === length && stops.some((stop) => stop.length > length && stop.startsWith(end));
        };
        let held = Math.max(...stops.map(({ length }) => length)) - 1;
        while (held > 0 && !begins(held)) held--;
        const expected = text.slice(0, text.length - held);
        demand(found === expected, 'more is held back, or less', { stops, text, expected, found });
      }
    },
  }),

  law<TokenizerSubject, Sample>({
    name: 'generate/pieces-join',
    sentence: 'The pieces of a sample, put together behind its prompt, are the sample, and it ends as the last of them does.',
    stage: 'generate',
    silent: noText,
    arbitrary: sampled,
    async check(subject, sample) {
      const { tokenizer } = subject;
      const { speech } = await plainly(subject, sample);
      const telling = tellingOf(subject);
      const [pieces, whole] = [await piecesTold(telling, tokenizer, speech), await sampleTold(telling, tokenizer, speech)];
      const { ended, stop } = pieces.at(-1)!;

      const expected = {
        raw: (tokenizer.detokenizer ? String(sample.prompt) : '') + textOf(pieces),
        tokens: concat([tokenizer.tokenize(sample.prompt), idsOf(pieces)]).join(),
        ended,
        stop,
      };
      const found = { raw: whole?.raw, tokens: whole?.row.tokens.join(), ended: whole?.ended, stop: whole?.stop };
      demand(JSON.stringify(expected) === JSON.stringify(found), 'the sample is something else', { expected, found });
    },
  }),

  law<TokenizerSubject, Sample>({
    name: 'generate/usage',
    sentence: 'A sample counts what was read before its first token, and its tokens, with the id that ended it.',
    stage: 'generate',
    silent: noText,
    arbitrary: sampled,
    async check(subject, sample) {
      const { tokenizer } = subject;
      const { speech } = await plainly(subject, sample);
      const own = tokenizer.tokenize(sample.prompt).length;
      const read = beforePrompts(tokenizer).length + own;
      const whole = await sampleTold(tellingOf(subject), tokenizer, speech);
      const said = whole!.row.tokens.length - own;
      const expected = { prompt: Math.max(1, read), generated: typeof whole!.stop === 'number' ? said + 1 : said };
      demand(JSON.stringify(expected) === JSON.stringify(whole!.usage), 'the counts are others', { expected, found: whole!.usage });
    },
  }),
];

const noDetokenizer = ({ tokenizer }: TokenizerSubject): string | undefined =>
  tokenizer.detokenizer ? undefined : 'what its rows spell is known at their end';
