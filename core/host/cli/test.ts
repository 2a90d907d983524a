import type { Command } from 'commander';
import pc from 'picocolors';
import { errors, follow, type Pipeline } from '../../index.ts';
import type { Law } from '../../laws/index.ts';
import { leaving } from './leaving.ts';
import { print } from './outlet.ts';
import { showProgress } from './progress.ts';
import { type OpenFlags, openFrom, pipelineCommand } from './settings.ts';

/** What became of one test. */
interface Outcome {
  readonly kind: 'example' | 'measure' | 'law';
  readonly name: string;
  readonly passed: boolean;
  /** What was found, and where it failed, what was wanted. */
  readonly found: string;
}

/** `test`: holds a pipeline to its own tests: examples, bounds on measures, laws. */
export const test = (): Command =>
  pipelineCommand('test', 'Hold a pipeline to its own tests: examples, bounds on measures, laws.')
    .option('--json', 'one JSON object on stdout, and nothing else')
    .addHelpText('after', '\nExamples:\n  $ stagewright test my-pipeline.json\n  $ stagewright test my-pipeline.json --json')
    .action((source: string | undefined, flags: OpenFlags & { json?: boolean }) =>
      leaving(async (signal) => {
        await using pipeline = await openFrom(source, flags);
        const { examples = [], measures = {}, laws = [] } = pipeline.tools.tests;
        if (examples.length + Object.keys(measures).length + laws.length === 0) throw errors.NO_TESTS(pipeline.name);
        const progress = showProgress();
        await pipeline.ready(progress.say, signal).finally(progress.end);
        const outcomes: Outcome[] = [];
        for await (const outcome of outcomesOf(pipeline, signal)) {
          outcomes.push(outcome);
          if (!flags.json) await print(`${line(outcome)}\n`);
        }
        const failed = outcomes.filter(({ passed }) => !passed).length;
        if (failed > 0) process.exitCode = 1;
        const summary = failed === 0 ? pc.green(`${outcomes.length} passed`) : pc.red(`${failed} of ${outcomes.length} failed`);
        await print(
          flags.json ? `${JSON.stringify({ pipeline: pipeline.name, passed: failed === 0, outcomes }, undefined, 2)}\n` : `\n${summary}\n`,
        );
      }),
    );

const line = ({ kind, name, passed, found }: Outcome): string =>
  `${passed ? pc.green('✓') : pc.red('✗')} ${kind} ${pc.bold(name)}  ${passed ? pc.dim(found) : found}`;

async function* outcomesOf(pipeline: Pipeline, signal: AbortSignal): AsyncGenerator<Outcome> {
  const { examples = [], measures = {}, laws = [] } = pipeline.tools.tests;
  for (const example of examples) yield await sampleOf(pipeline, example, signal);
  const evaluation = Object.keys(measures).length > 0 ? await pipeline.evaluate({ signal }) : {};
  const known = new Map<string, number>(
    Object.entries(evaluation).flatMap(([name, found]) =>
      Object.entries(found).map(([measure, value]) => [`${name}.${measure}`, value] as const),
    ),
  );
  for (const [name, bound] of Object.entries(measures)) yield within(name, known.get(name), bound, [...known.keys()]);
  for (const property of laws) yield* lawsOf(pipeline, property);
}

type Tests = Pipeline['tools']['tests'];
type Example = NonNullable<Tests['examples']>[number];

const sampleOf = async (
  pipeline: Pipeline,
  { prompt, expected, matches, seed, max_new_tokens }: Example,
  signal: AbortSignal,
): Promise<Outcome> => {
  const ask = {
    count: 1,
    signal,
    ...(prompt !== undefined && { prompt }),
    ...(seed !== undefined && { seed }),
    ...(max_new_tokens !== undefined && { max_new_tokens }),
  };
  let raw: unknown;
  await follow(pipeline.samples(ask), (sample) => {
    raw = sample.raw;
  });
  const said = typeof raw === 'string' ? raw : JSON.stringify(raw);
  const wanted = [
    ...(expected !== undefined && expected !== said ? [`"${expected}"`] : []),
    ...(matches !== undefined && !new RegExp(matches, 'u').test(said) ? [`something that matches /${matches}/`] : []),
  ];
  const name = prompt === undefined ? 'without a prompt' : `"${prompt}"`;
  return {
    kind: 'example',
    name,
    passed: wanted.length === 0,
    found: wanted.length === 0 ? `"${said}"` : `says "${said}"; expected is ${wanted.join(' and ')}`,
  };
};

const within = (
  name: string,
  value: number | undefined,
  { minimum, maximum }: { minimum?: number; maximum?: number },
  known: readonly string[],
): Outcome => {
  const told =
    value === undefined ? `is not measured; known are ${known.join(', ')}` : Number.isInteger(value) ? String(value) : value.toPrecision(5);
  const low = value !== undefined && minimum !== undefined && !(value >= minimum);
  const high = value !== undefined && maximum !== undefined && !(value <= maximum);
  const passed = value !== undefined && !low && !high;
  const bound = low ? ` is below ${minimum}` : high ? ` is above ${maximum}` : '';
  return { kind: 'measure', name, passed, found: `${told}${bound}` };
};

/** Holds the pipeline's own stages, as they are trained, to every law of that name or beginning. */
async function* lawsOf(pipeline: Pipeline, { law: wanted, runs, seed }: NonNullable<Tests['laws']>[number]): AsyncGenerator<Outcome> {
  const kit = await import('../../laws/index.ts');
  const { tokenize, backend, sample, evaluate } = await pipeline.tools.parts();
  const { vocabulary } = tokenize.stage;
  const subjects = [
    ['tokenizer', tokenize.name, { tokenizer: tokenize.stage, raw: kit.text() }],
    ['backend', backend.name, kit.backendSubject({ stages: backend.stage, capabilities: backend.capabilities, vocabulary })],
    ['sampler', sample.name, { make: () => sample.stage, capabilities: sample.capabilities, loop: kit.LOOP }],
    ...evaluate.map(({ name, stage, capabilities }) => {
      const item = kit.item(capabilities.items ?? ['generated'], kit.text(), vocabulary, capabilities.extras?.includes('given'));
      return ['evaluator', name, { evaluator: stage, capabilities, item, tolerance: 1e-9 }] as const;
    }),
  ] as const;
  let held = 0;
  for (const [kind, name, subject] of subjects)
    for (const law of kit.laws[kind] as readonly Law<unknown>[]) {
      if (law.name !== wanted && !(wanted.endsWith('/') && law.name.startsWith(wanted))) continue;
      held++;
      const verdict = await kit.hold(law, subject, { ...(runs !== undefined && { runs }), ...(seed !== undefined && { seed }) });
      const found =
        verdict.outcome === 'holds'
          ? `${verdict.runs} runs`
          : verdict.outcome === 'broken'
            ? kit.printFailure(verdict.failure)
            : verdict.reason;
      yield { kind: 'law', name: `${law.name} of ${name}`, passed: verdict.outcome !== 'broken', found };
    }
  if (held > 0) return;
  const known = [...new Set(subjects.flatMap(([kind]) => kit.laws[kind].map(({ name }) => name)))];
  yield { kind: 'law', name: wanted, passed: false, found: `is no law of this pipeline's stages; known are ${known.join(', ')}` };
}
