import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import pc from 'picocolors';
import { errors, type Inspected, nearest, type Pipeline, putFile, StagewrightError, spell, utf8Of } from '../../index.ts';
import { draw } from './drawing/tables.ts';
import { leaving } from './leaving.ts';
import { print } from './outlet.ts';
import { type AskFlags, askFrom, luckOptions, type OpenFlags, openFrom, pipelineCommand } from './settings.ts';

type Flags = OpenFlags & AskFlags & { readonly text?: string; readonly file?: string; readonly beside?: string; readonly json?: boolean };

/** `inspect`: looks into results: how a text is split, and what a backend tells of how its samples came to be. */
export const inspect = (): Command =>
  luckOptions(
    pipelineCommand('inspect', 'Look into results: the tokens of a text, or how samples came to be.', [
      '<what>',
      "tokens, or a view of the backend's own, as orders of an n-gram",
    ]),
  )
    .option('--text <text>', 'of tokens: the text')
    .option('--file <file>', 'of tokens: a file that holds it')
    .option('--beside <pipeline>', 'of tokens: another pipeline, whose tokenizer is shown beside')
    .option('--out <file.svg>', 'of a view that has tables: a picture of each sample as well, numbered where there are several')
    .option('--json', 'one JSON object on stdout, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright inspect tokens pipelines/ngram-text.json --text Zircon
  $ stagewright inspect tokens first.json --beside second.json --file book.txt
  $ stagewright inspect attention models/a --prompt Zir --count 1 --out seen.svg
  $ stagewright inspect orders pipelines/ngram-text.json --prompt Zir --count 3`,
    )
    .action(async (what: string, source: string | undefined, flags: Flags, command: Command) => {
      const misplaced = (what === 'tokens' ? VIEW_FLAGS : TOKEN_FLAGS).find((flag) => flags[flag] !== undefined);
      if (misplaced) command.error(`error: --${misplaced} is not for \`inspect ${what}\``, { exitCode: 2 });
      await (what === 'tokens' ? showTokens(source, flags) : showView(what, source, flags).catch(orTokens(what)));
    });

/** Tokens are no view, so that no backend names them. */
const orTokens = (what: string) => (error: unknown) => {
  const near = error instanceof StagewrightError && error.code === 'NO_VIEW' && nearest(what, ['tokens']);
  throw near ? new StagewrightError(error.code, `${error.message} Did you mean "tokens"?`, error) : error;
};

const TOKEN_FLAGS = ['text', 'file', 'beside'] as const;
const VIEW_FLAGS = [
  'prompt',
  'chat',
  'system',
  'specialTokens',
  'heldOut',
  'given',
  'task',
  'with',
  'count',
  'maxNewTokens',
  'seed',
  'out',
] as const;

const showTokens = (source: string | undefined, flags: Flags): Promise<void> =>
  leaving(async () => {
    const text = flags.text ?? (flags.file === undefined ? SAMPLE : await textOf(flags.file));
    const splits: Split[] = [];
    for (const one of [source, ...(flags.beside === undefined ? [] : [flags.beside])]) {
      await using pipeline = await openFrom(one, flags, false);
      splits.push(await splitOf(pipeline, text));
    }
    if (flags.json) return print(`${JSON.stringify({ text, splits }, undefined, 2)}\n`);
    const shown = splits.map(({ pipeline, pieces, ...figures }) => `${pc.bold(pipeline)}\n  ${colour(pieces)}\n  ${pc.dim(tell(figures))}`);
    return print(`${shown.join('\n\n')}\n`);
  });

const textOf = async (file: string): Promise<string> => {
  const read = utf8Of(
    await readFile(file).catch((cause) => {
      throw errors.DATA_UNREADABLE(file, cause).because(cause);
    }),
  );
  if ('fault' in read) throw errors.DATA_UNREADABLE(file, `it ${read.fault}`);
  return read.text;
};

const SAMPLE = 'The quick brown fox jumps over 13 lazy dogs.';

/** A text as a tokenizer sees it. */
interface Split {
  readonly pipeline: string;
  readonly pieces: readonly string[];
  readonly tokens: number;
  readonly tokens_per_word: number;
  readonly bytes_per_token: number;
  readonly unknown: number;
}

const splitOf = async (pipeline: Pipeline, text: string): Promise<Split> => {
  const tokenizer = await pipeline.tokenizer();
  const ids = tokenizer.tokenize(text);
  const words = text.split(/\s+/).filter(Boolean).length;
  return {
    pipeline: pipeline.name,
    pieces: spell(tokenizer, ids),
    tokens: ids.length,
    tokens_per_word: ids.length / Math.max(1, words),
    bytes_per_token: Buffer.byteLength(text) / Math.max(1, ids.length),
    unknown: ids.filter((id) => id === tokenizer.unknown).length,
  };
};

const tell = (figures: object): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : (value as number).toFixed(3)}`)
    .join('   ');

const INKS = [pc.bgCyan, pc.bgYellow, pc.bgGreen, pc.bgMagenta];

/** Neighbours in different colours; where there are none, a bar between them. */
const colour = (pieces: readonly string[]): string => {
  const visible = (piece: string): string => piece.replaceAll('\n', '⏎').replaceAll('\t', '⇥') || '·';
  return pc.isColorSupported
    ? pieces.map((piece, i) => INKS[i % INKS.length]!(pc.black(visible(piece)))).join('')
    : pieces.map(visible).join('|');
};

const showView = (name: string, source: string | undefined, flags: Flags): Promise<void> =>
  leaving(async (signal) => {
    await using pipeline = await openFrom(source, flags, false);
    const seen: Inspected[] = [];
    for await (const one of pipeline.tools.inspect(name, await askFrom(pipeline, flags, signal))) {
      seen.push(one);
      if (flags.out !== undefined) await putFile(numbered(flags.out, seen.length), [pictureOf(one, name)]);
      if (!flags.json) await print(`  ${marked(one)}\n`);
    }
    const counts = new Map<string, number>();
    for (const one of seen) for (const [what, count] of Object.entries(one.counts)) counts.set(what, (counts.get(what) ?? 0) + count);
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const shares = Object.fromEntries([...counts].map(([what, count]) => [what, all === 0 ? 0 : count / all]));
    if (!flags.json)
      return print(
        `\n${Object.entries(shares)
          .map(([what, share]) => `  ${what}  ${(share * 100).toFixed(1).padStart(5)} %`)
          .join('\n')}\n`,
      );
    const samples = seen.map(({ tokens, pieces, marks }) => ({ tokens: [...tokens], pieces, marks }));
    return print(
      `${JSON.stringify({ pipeline: pipeline.name, view: name, samples, counts: Object.fromEntries(counts), shares }, undefined, 2)}\n`,
    );
  });

/** The file of a sample: the first has the name itself. */
const numbered = (file: string, number: number): string => (number === 1 ? file : file.replace(/(\.[^./]*)?$/, `-${number}$1`));

const pictureOf = ({ pieces, tables }: Inspected, view: string): string => {
  if (tables.length === 0) throw errors.NO_TABLES(view);
  return draw(pieces, tables);
};

/** Each piece with its label behind it, the stronger the brighter. */
const marked = ({ pieces, marks }: Inspected): string =>
  pieces
    .map((piece, i) => {
      const mark = marks[i];
      if (!mark) return pc.dim(piece);
      const ink = mark.strength > 0.75 ? pc.green : mark.strength > 0.5 ? pc.cyan : mark.strength > 0.25 ? pc.yellow : pc.red;
      return `${ink(piece)}${pc.dim(subscript(mark.label))}`;
    })
    .join('');

const subscript = (label: string): string =>
  /^\d+$/.test(label) ? label.replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]!) : `(${label})`;
