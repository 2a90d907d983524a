import { EMPTY, type Tokens } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import type { ChosenStage, StageContainer } from '../plugin/container.ts';
import { nearest } from '../settings/nearest.ts';
import type { Inspection, View } from '../stages/inspect.ts';
import type { Requests } from './requests.ts';
import type { Generation, Sample } from './samples.ts';
import { spell } from './spell.ts';

/** A table of what a view saw, its cells spelled. */
export interface Table {
  readonly name: string;
  readonly lines: readonly string[];
  readonly shades: readonly ArrayLike<number>[];
  readonly words?: readonly (readonly string[])[];
}

/** A sample, token by token, with what a view says of each. */
export interface Inspected extends Omit<Inspection, 'grids'> {
  readonly tokens: Tokens;
  /** What each token spells. */
  readonly pieces: readonly string[];
  readonly tables: readonly Table[];
}

/** A view of a backend's; throws NO_VIEW where it has none of that name. */
export const viewOf = async (backend: ChosenStage, container: StageContainer, name: string): Promise<View> => {
  const offered = backend.definition.makes.inspect !== undefined;
  const { views } = offered ? await container.make('inspect', backend) : { views: {} };
  const view = Object.hasOwn(views, name) ? views[name] : undefined;
  if (!view) throw errors.NO_VIEW(name, backend.name, Object.keys(views), nearest(name, Object.keys(views)));
  return view;
};

/** Looks at each sample through a view, what it began with and what ended it put back. */
export async function* inspected(
  view: View,
  { tokenizer, whole }: Generation,
  samples: AsyncIterable<Sample>,
  { bare, requestOf }: Requests,
  signal: AbortSignal,
): AsyncGenerator<Inspected, void> {
  for await (const { index, row, stop } of samples) {
    const read = whole ? EMPTY : requestOf(index).prompt[0]!.tokens;
    const said = whole ? row.tokens : row.tokens.subarray(bare(index).length);
    const tokens = Int32Array.from([...read, ...said, ...(typeof stop === 'number' ? [stop] : [])]);
    const { marks, counts, grids = [] } = await view.look(tokens, read.length, signal);
    const pieces = spell(tokenizer, tokens);
    const tables = grids.map(({ name, lines = pieces, shades, ids }) => {
      const words = ids?.map((line) => Array.from(line, (id) => spell(tokenizer, Int32Array.of(id))[0]!));
      return { name, lines, shades, ...(words && { words }) };
    });
    yield { tokens, pieces, marks, counts, tables };
  }
}
