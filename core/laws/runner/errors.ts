import { defineErrors } from '../../errors.ts';

/** What goes wrong while laws are held, besides the laws themselves. */
export const errors = defineErrors({
  LAWS_BROKEN: (name: string, count: number, texts: string) =>
    `${count} of the laws of "${name}" ${count === 1 ? 'does' : 'do'} not hold.\n\n${texts}`,
  UNKNOWN_LAW: (name: string, known: readonly string[]) => `There is no law "${name}" to exempt from; known are ${known.join(', ')}.`,
  NO_REASON: (name: string) => `The exemption from "${name}" has no reason; say why the law does not bind here.`,
  RELEASED: () => 'A memory was used after it was released, or released twice; attend and rewind give memories that are released once.',
  NOTHING_TO_HOLD: (name: string) =>
    `"${name}" has no stage that a law speaks of; it needs one of tokenize, encode with attend and decode, sample, evaluate, train.`,
  NO_MODELS: (use: string) => `"${use}" asks for another model, and its laws have none to open; exempt it, or set it otherwise.`,
  BAD_SETTINGS: (use: string, faults: string) => `The settings of "${use}" do not fit its schema: ${faults}.`,
  NO_RAW: (use: string, raw: string) => `The laws make no "${raw}" of their own for "${use}"; hand over an arbitrary as "raw".`,
  NO_STAGE: (plugin: string, kind: string, use: string) => `The plugin "${plugin}" offers no ${kind} "${use}".`,
  BAD_REPRO: (file: string, what: string) => `"${file}" is no repro: ${what}. Those that laws write are in .stagewright/.`,
  NO_SUBJECT: (name: string) =>
    `The repro does not say which module "${name}" comes from; hand the subject to replay, or name its "module" when its laws are described.`,
  REPLAY_BESIDE: (law: string, names: readonly string[]) =>
    `"${law}" was broken with ${names.join(', ')} handed over in code; hand the same to replay: replay(file, { subject: plugin, beside: { ${names.join(', ')} } }).`,
  TOO_FAR: (now: number) => `Nobody waits for the clock at ${now} ms; nothing is left to advance to.`,
  SCRIPTED: (verb: string, call: number) => `${verb} fails at call ${call}, as its script says.`,
});
