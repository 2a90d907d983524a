import { join } from 'node:path';
import { takesGiven } from '../check/generate-options.ts';
import { showerOf, showItems } from '../dataset/writing.ts';
import { type Flow, flow } from '../decode-loop/stream.ts';
import type { Expectations } from '../definition/expectations.ts';
import type { GenerateOptions } from '../definition/generate-options.ts';
import type { Fault } from '../definition/parse.ts';
import { errors } from '../errors.ts';
import type { LentModel } from '../plugin/key.ts';
import type { Terminal } from '../stages/read.ts';
import { type Inspected, inspected, viewOf } from './inspection.ts';
import type { Lifetime } from './lifetime.ts';
import { type PipelineParts, partsOf } from './parts.ts';
import { heldOut, promptAt, requestsOf } from './requests.ts';
import { samples } from './samples.ts';

/** What tools do with a pipeline: commands, laws, and other pipelines that refer to it. */
export class PipelineTools {
  readonly #life: Lifetime;

  constructor(life: Lifetime) {
    this.#life = life;
  }

  /** Settings that the backend which was swapped in cannot use. */
  get aside(): readonly Fault[] {
    return this.#life.opening.resolved.aside;
  }

  /** What the pipeline is to be held to. */
  get tests(): Expectations {
    return this.#life.opening.resolved.definition.tests ?? {};
  }

  /** What a sample begins with, before its first piece: its prompt, unless the backend makes whole rows. */
  beginning(ask: GenerateOptions, index: number): unknown {
    return this.#life.loader.scoring.extent === 'whole' ? undefined : promptAt(this.#life.resolve(ask), index);
  }

  /** Throws InvalidGenerateOptions with all that is wrong with an ask, before anything is trained or loaded for it. */
  checkAsk(ask: GenerateOptions): void {
    this.#life.resolve(ask);
  }

  /** The first held-out rows as prompts, with what they are conditioned on: for tasks that begin with real ones. */
  async heldOut(count?: number, signal?: AbortSignal): Promise<Pick<GenerateOptions, 'prompts' | 'given'>> {
    const full = this.#life.resolve({ count, signal });
    const data = await this.#life.loader.data();
    if (!data) throw errors.NO_DATA();
    return this.#life.under(signal, (signal) => heldOut(data, full.count, takesGiven(this.#life.opening.resolved), signal));
  }

  /** What samples are when nothing but looking at them is wanted: written beside the models, and as a terminal shows them. Undefined where they are text. */
  async show(ask: GenerateOptions, terminal: Terminal): Promise<{ readonly path: string; readonly preview: string } | undefined> {
    const { name, opening, writing } = this.#life;
    const shower = writing.spelled === undefined || writing.spelled === 'text' ? undefined : await showerOf(writing);
    if (!shower) return undefined;
    const path = join(opening.models, name, `samples${shower.extension}`);
    return { path, preview: await showItems(this.#life.raws(ask), path, shower.writer, terminal) };
  }

  /** Looks into how samples came to be, by a view of the backend's own; throws NO_VIEW where it has no such view. */
  inspect(view: string, ask: GenerateOptions = {}): Flow<Inspected> {
    const life = this.#life;
    const full = life.resolve(ask);
    return flow(
      async function* (signal) {
        const { generating } = await life.prepare(undefined, signal);
        const found = await viewOf(life.opening.resolved.decode, life.container, view);
        const all = samples(generating, full, signal);
        yield* inspected(found, generating, all, requestsOf(generating, full, signal), signal);
      },
      full.signal,
      life.closing,
    );
  }

  /** What the pipeline is made of, ready to be held to laws. */
  async parts(): Promise<PipelineParts> {
    const { generating } = await this.#life.prepare();
    return partsOf(this.#life.opening.resolved, this.#life.container, generating);
  }

  /** The model and its tokenizer, for another pipeline that refers to this one. */
  async lend(): Promise<LentModel> {
    const { model, tokenizer } = (await this.#life.prepare()).generating;
    return { model, tokenizer };
  }
}
