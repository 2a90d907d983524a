import type { Failure, Verdict } from './hold.ts';

/** What became of all laws of one subject; where a test runner holds them, it fills as they are held. */
export interface Report {
  readonly name: string;
  readonly verdicts: readonly (Verdict & { readonly of: string })[];
}

/** A failure as a person reads it: the law, the smallest sample, and what to run. */
export const printFailure = (failure: Failure, replay?: string): string => {
  const { law, sentence, reference, message, counterexample, seed, path, runs, shrinks } = failure;
  const width = Math.max(0, ...Object.keys(counterexample).map((name) => name.length));
  return [
    `${law}: ${sentence}${reference ? ` (${reference})` : ''}`,
    `It does not hold: ${message}.`,
    '',
    ...Object.entries(counterexample).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
    `Found in run ${runs}, made smaller ${shrinks} times; seed ${seed}, path ${path}.`,
    ...(replay ? [replay] : []),
  ].join('\n');
};

/** A report in lines: each law with its runs, or with why it was not held. */
export const printReport = ({ name, verdicts }: Report): string => {
  const several = new Set(verdicts.map(({ of }) => of)).size > 1;
  const titles = verdicts.map(({ law, of }) => (several ? `${of} ${law}` : law));
  const width = Math.max(0, ...titles.map((title) => title.length));
  const count = (outcome: Verdict['outcome']): number => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  return [
    `${name}: ${count('holds')} laws hold, ${count('broken')} do not, ${count('exempt')} exempt, ${count('silent')} silent`,
    ...verdicts.map((verdict, i) => `  ${titles[i]!.padEnd(width)}  ${word(verdict)}`),
  ].join('\n');
};

const word = (verdict: Verdict): string => {
  switch (verdict.outcome) {
    case 'holds':
      return `holds, ${verdict.runs} runs`;
    case 'broken':
      return `broken: ${verdict.failure.message}`;
    default:
      return `${verdict.outcome}: ${verdict.reason}`;
  }
};
