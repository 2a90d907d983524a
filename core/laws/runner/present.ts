import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from '../../plugin/define.ts';
import { definedAt } from '../../plugin/defined-at.ts';
import type { Law } from '../law.ts';
import { type Kind, lawNames, laws, type Subjects } from '../laws/every.ts';
import { errors } from './errors.ts';
import { DEEPER, type Failure, hold, isDeep, type Runs, usual, type Verdict } from './hold.ts';
import { printFailure, type Report } from './report.ts';
import { type Origin, writeRepro } from './repro.ts';

/** The two functions of a test runner that laws are told to: those of vitest, node:test, mocha or jest. */
export interface Runner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: (...context: readonly unknown[]) => Promise<void>, timeout?: number): unknown;
}

/** How often laws are held: all of them, or those of each kind. */
export type Budget = number | { readonly [K in Kind]?: number };

/** How laws are held and told. */
export interface Holding extends Omit<Runs, 'runs'>, Partial<Runner> {
  /** Runs a law, or of the laws of each kind; absent: 100. The deep tier makes a hundred times as many, in a hundred times as many `seconds`. */
  readonly runs?: Budget;
  /** What the subject is called. */
  readonly name?: string;
  /** Laws that do not bind here, each with the reason; it appears in the report. */
  readonly exempt?: Readonly<Record<string, string>>;
  /** The module that exports the subject, so that a failure can be replayed: a path from the current folder, or a package. */
  readonly module?: string;
  /** The export's name; absent: `default`. */
  readonly export?: string;
  /** Where failures are written; absent: `.stagewright`. */
  readonly folder?: string;
}

/** A subject that is made when its first law is held, and closed after its last. */
export interface Suite<K extends Kind = Kind> {
  readonly origin: Origin & { readonly kind: K };
  /** The plugin whose stage it is, where it was handed over as a value. */
  readonly plugin?: Plugin;
  make(): Promise<{ readonly subject: Subjects[K]; close?(): unknown }>;
}

/**
 * Tells laws to a test runner, one test a law, and answers at once with a report that fills; without a runner holds them here,
 * and throws LAWS_BROKEN with every counter-example where one does not hold.
 */
export const present = (name: string, suites: readonly Suite[], holding: Holding): Promise<Report> => {
  const { exempt = {} } = holding;
  for (const [law, reason] of Object.entries(exempt)) {
    if (!lawNames.includes(law)) throw errors.UNKNOWN_LAW(law, lawNames);
    if (reason.trim() === '') throw errors.NO_REASON(law);
  }
  const verdicts: Told[] = [];
  const report: Report = { name, verdicts };
  const runner = runnerOf(holding);
  if (runner) {
    runner.describe(name, () => {
      for (const suite of suites) tellSuite(suite, runner, holding, verdicts);
    });
    return Promise.resolve(report);
  }
  return holdHere(report, verdicts, suites, holding);
};

type Told = Report['verdicts'][number];

const holdHere = async (report: Report, verdicts: Told[], suites: readonly Suite[], holding: Holding): Promise<Report> => {
  const texts: string[] = [];
  for (const suite of suites) {
    const open = opener(suite);
    try {
      for (const law of laws[suite.origin.kind] as readonly Law<never>[]) {
        const { verdict, text } = await holdOne(law, open, suite, holding);
        verdicts.push({ ...verdict, of: suite.origin.use ?? suite.origin.name });
        if (text) texts.push(text);
      }
    } finally {
      await open.close();
    }
  }
  if (texts.length > 0) throw errors.LAWS_BROKEN(report.name, texts.length, texts.join('\n\n')).because(report);
  return report;
};

/** Seconds beyond its own budget after which a law is taken to hang, also where everything else keeps the machine busy. */
const HANGING = 600;

const tellSuite = (suite: Suite, { it }: Runner, holding: Holding, verdicts: Told[]): void => {
  const all = laws[suite.origin.kind] as readonly Law<never>[];
  const open = opener(suite);
  const timeout = ((budgetOf(holding, suite.origin.kind).seconds ?? usual().seconds) * 3 + HANGING) * 1000;
  let left = all.length;
  for (const law of all) {
    const body = async (...context: readonly unknown[]): Promise<void> => {
      try {
        const { verdict, text } = await holdOne(law, open, suite, holding);
        verdicts.push({ ...verdict, of: suite.origin.use ?? suite.origin.name });
        if (text) throw Object.assign(new Error(text), { stack: text });
        if (verdict.outcome === 'exempt' || verdict.outcome === 'silent')
          (context[0] as { skip?(reason: string): void } | undefined)?.skip?.(verdict.reason);
      } finally {
        if (--left === 0) await open.close();
      }
    };
    it(`${suite.origin.use ? `${suite.origin.use} ` : ''}${law.name}: ${law.sentence}`, body, timeout);
  }
};

const holdOne = async (
  law: Law<never>,
  open: () => Promise<{ readonly subject: unknown }>,
  { origin, plugin }: Suite,
  holding: Holding,
): Promise<{ verdict: Verdict; text?: string }> => {
  const { exempt = {}, folder = '.stagewright' } = holding;
  const reason = Object.hasOwn(exempt, law.name) ? exempt[law.name] : undefined;
  if (reason !== undefined) return { verdict: { law: law.name, sentence: law.sentence, outcome: 'exempt', reason } };
  const { subject } = await open();
  const verdict = await hold(law, subject as never, budgetOf(holding, origin.kind));
  if (verdict.outcome !== 'broken') return { verdict };
  return { verdict, text: printFailure(verdict.failure, await tellReplay(folder, await located(origin, plugin), verdict.failure)) };
};

/** Where a subject comes from, from wherever it is replayed: a path in full, or the module that defined its plugin. */
const located = async (origin: Origin, plugin: Plugin | undefined): Promise<Origin> => {
  const { module } = origin;
  if (module !== undefined) return /^[./]/.test(module) ? { ...origin, module: pathToFileURL(resolve(module)).href } : origin;
  return { ...origin, ...(plugin && (await definedAt(plugin))) };
};

const tellReplay = async (folder: string, origin: Origin, failure: Failure): Promise<string> => {
  const file = await writeRepro(folder, origin, failure);
  if (origin.beside) return `Again: replay('${file}', { subject: plugin, beside: { ${origin.beside.join(', ')} } })`;
  if (origin.module) return `Again: npx stagewright replay ${/^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`}`;
  return `Again: replay(${JSON.stringify(file)}, { subject${origin.use ? ': plugin' : ''} })`;
};

/** The runs and seconds of one kind's laws, in this tier. */
const budgetOf = ({ runs, seconds, seed, path }: Holding, kind: Kind): Runs => {
  const times = isDeep() ? DEEPER : 1;
  const mine = typeof runs === 'object' ? runs[kind] : runs;
  return {
    ...(mine !== undefined && { runs: mine * times }),
    ...(seconds !== undefined && { seconds: seconds * times }),
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
  };
};

/** Makes a suite's subject once. */
const opener = (suite: Suite) => {
  let made: ReturnType<Suite['make']> | undefined;
  const open = () => {
    made ??= suite.make();
    return made;
  };
  return Object.assign(open, { close: async () => (await made?.catch(() => undefined))?.close?.() });
};

/** The runner that was handed over, or the one whose functions are global. */
const runnerOf = ({ describe, it }: Holding): Runner | undefined => {
  if (describe && it) return { describe, it };
  const around = globalThis as Partial<Runner>;
  return typeof around.describe === 'function' && typeof around.it === 'function' ? (around as Runner) : undefined;
};
