import type { Definition } from '../definition/schema.ts';
import { errors } from '../errors.ts';
import type { ChosenStage } from '../plugin/container.ts';
import type { OptionFault } from '../settings/wording.ts';
import { type Capabilities, predictsWhole } from '../stages/capabilities.ts';
import type { Chooser } from './choose.ts';
import type { Choices } from './compatibility.ts';
import { endingFaults } from './ending-faults.ts';

/** Settings that stand in a pipeline and would do nothing, or be overruled by another: no setting is ignored in silence. */
export const unusedSettings = (
  written: Definition,
  choices: Choices & { train: ChosenStage | undefined },
  of: Chooser['capabilities'],
): OptionFault[] => {
  const { data, stages, generate, evaluate, batching } = written;
  const faults: OptionFault[] = [];
  const idle = (set: unknown, path: (string | number)[], why: string): void => {
    if (set !== undefined) faults.push({ path, atKey: true, message: `"${path.at(-1)}" has no effect: ${why}; leave it out.` });
  };

  if (data?.shuffle === true && data.valid === 0) idle(true, ['data', 'shuffle'], 'it draws the held-out rows, and "valid" holds none out');
  if (data?.shuffle === true && Array.isArray(data.valid))
    idle(true, ['data', 'shuffle'], 'it draws the held-out rows, and "valid" names files');
  for (const key of ['rows', 'tokens', 'given'])
    idle(data?.read?.with?.[key], ['data', 'read', 'with', key], 'what a row is, "data.rows" says');
  if (stages?.encode && stages.attend && stages.decode)
    idle(stages.backend, ['stages', 'backend'], '"encode", "attend" and "decode" are all named');

  const begins = generate?.messages ? 'messages' : 'prompts';
  if (generate?.[begins]) idle(generate.prompt, ['generate', 'prompt'], `samples begin with "${begins}"`);
  if (generate?.messages) idle(generate.prompts, ['generate', 'prompts'], 'samples begin with "messages"');

  const decoder = of(choices.decode);
  const read = choices.evaluate.map(({ chosen }) => of(chosen));
  if (!decoder || read.includes(undefined)) return faults;
  const capabilities = read as Capabilities[];
  const some = (...kinds: string[]): boolean =>
    capabilities.some(({ items = ['generated'] }) => items.some((kind) => kinds.includes(kind)));
  const conditioned = [decoder, of(choices.sample), ...capabilities].some((one) => one?.extras?.includes('given'));
  if (typeof data?.rows === 'object' && !conditioned)
    idle(data.rows.given, ['data', 'rows', 'given'], `"${choices.decode!.name}" is not conditioned on anything`);
  if (!conditioned) idle(generate?.given, ['generate', 'given'], `"${choices.decode!.name}" is not conditioned on anything`);
  const { name: task } = generate?.task ?? {};
  if (task !== undefined && !decoder.tasks?.includes(task))
    faults.push({ path: ['generate', 'task', 'name'], message: errors.NO_TASK(task, choices.decode!.name, decoder.tasks ?? []).message });
  const whole = predictsWhole(decoder);
  if (!whole && generate?.max_new_tokens !== undefined) idle(generate.max_length, ['generate', 'max_length'], '"max_new_tokens" wins');
  if (whole) idle(batching?.chunk, ['batching', 'chunk'], `"${choices.decode!.name}" predicts whole rows`);
  const spells = of(choices.tokenize);
  if (generate && spells)
    for (const fault of endingFaults(
      generate,
      { name: choices.tokenize!.name, capabilities: spells },
      { name: choices.decode!.name, capabilities: decoder },
    ))
      faults.push({ ...fault, path: ['generate', ...fault.path] });
  if (whole) idle(evaluate?.stride, ['evaluate', 'stride'], `"${choices.decode!.name}" predicts whole rows`);
  const chosen = (stages?.evaluate ?? 'auto') !== 'auto'; // `auto` takes what applies, and more with another plugin
  if (chosen && !some('generated')) idle(evaluate?.samples, ['evaluate', 'samples'], 'no measure reads samples');
  if (chosen && !some('scored', 'real')) idle(evaluate?.rows, ['evaluate', 'rows'], 'no measure reads held-out rows');
  if (chosen && !whole && !some('scored')) idle(evaluate?.stride, ['evaluate', 'stride'], 'no measure reads scores');
  if (!choices.train && choices.encode && choices.attend)
    idle(written.checkpoint_seconds, ['checkpoint_seconds'], 'nothing here is trained in steps');
  return faults;
};
