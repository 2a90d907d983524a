import type { OwnOptions } from '../definition/generate-options.ts';
import { type OptionFault, show } from '../settings/wording.ts';
import { type Capabilities, formsInWords, predictsWhole } from '../stages/capabilities.ts';

/** A stage by its name, and its capabilities. */
export interface NamedCapabilities {
  readonly name: string;
  readonly capabilities: Capabilities;
}

/** What is said of a sample's end, and what is asked about it. */
type Ending = Pick<OwnOptions, 'stop' | 'logprobs' | 'min_new_tokens' | 'max_new_tokens' | 'max_length'>;

/** What of a request's end, or of what is asked about it, means nothing to a tokenizer and a backend, or contradicts itself; `before` is what the pipeline says where the ask does not. */
export const endingFaults = (told: Ending, tokenize: NamedCapabilities, decode: NamedCapabilities, before: Ending = {}): OptionFault[] => {
  const faults: OptionFault[] = [];
  const idle = (key: keyof Ending, why: string): void => {
    if (told[key] !== undefined) faults.push({ path: [key], atKey: true, message: `"${key}" has no effect: ${why}; leave it out.` });
  };
  if (predictsWhole(decode.capabilities))
    for (const key of ['max_new_tokens', 'max_length', 'min_new_tokens'] as const) idle(key, `"${decode.name}" predicts whole rows`);
  else if (tokenize.capabilities.extras?.includes('shape')) idle('min_new_tokens', `all rows of "${tokenize.name}" are of one length`);
  else faults.push(...contradiction(told, before));
  const { predictions } = decode.capabilities;
  if (told.logprobs !== undefined && predictions?.every(({ kind }) => kind !== 'categorical'))
    faults.push({
      path: ['logprobs'],
      atKey: true,
      message: `"logprobs" cannot be told of "${decode.name}", which predicts ${formsInWords(predictions)}; leave it out.`,
    });
  const { raw } = tokenize.capabilities;
  if (told.stop !== undefined && raw !== undefined && raw !== 'text')
    faults.push({ path: ['stop'], message: `"stop" is of text, and "${tokenize.name}" spells ${raw}; leave it out.` });
  for (const [at, stop] of [told.stop ?? []].flat().entries())
    if (LONE.test(stop))
      faults.push({
        path: Array.isArray(told.stop) ? ['stop', at] : ['stop'],
        message: `a stop string must be of whole characters, and ${show(stop)} holds half of one; give all of it, or leave it out.`,
      });
  return faults;
};

/** Half of a character that takes two UTF-16 units. */
const LONE = /\p{Surrogate}/u;

/** A sample that must be longer than it may be; the ask is at fault where it says one of the two. */
const contradiction = (told: Ending, before: Ending): OptionFault[] => {
  const least = told.min_new_tokens ?? before.min_new_tokens ?? 0;
  const lengths = told.max_new_tokens === undefined && told.max_length === undefined ? before : told;
  const most = lengths.max_new_tokens ?? lengths.max_length ?? MOST;
  if (!Number.isInteger(least) || least <= most) return [];
  const upper = lengths.max_new_tokens === undefined && lengths.max_length !== undefined ? 'max_length' : 'max_new_tokens';
  const message =
    told.min_new_tokens === undefined
      ? `"${upper}" must not be below "min_new_tokens", which is ${least}, and is ${most}.`
      : `"min_new_tokens" must not be above "${upper}", which is ${most}, and is ${least}.`;
  return [{ path: [told.min_new_tokens === undefined ? upper : 'min_new_tokens'], message }];
};

/** So many new tokens are made at most where nothing is said. */
export const MOST = 200;
