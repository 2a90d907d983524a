import type { Static } from 'typebox';
import { Type } from '../../core/declaring.ts';
import { family, smoothingOf } from './smoothing/family.ts';

/** A smoothing and its settings. */
export interface Smoothed {
  readonly use: string;
  readonly with: Readonly<Record<string, unknown>>;
}

const smoothing = Type.Union(
  family.flatMap(({ name, settings }) => [
    Type.Literal(name),
    Type.Object({ use: Type.Literal(name), with: Type.Optional(settings) }, { additionalProperties: false }),
  ]),
  {
    default: family[0].name,
    description: `How mass is spared for what was never read: ${family.map(({ name }) => name).join(' or ')}, or { "use": one of these, "with": its settings }.`,
    examples: [{ use: 'laplace', with: { k: 0.5 } }],
  },
);

/** The settings of an n-gram backend. */
export const NgramOptions = Type.Object(
  {
    order: Type.Integer({
      minimum: 1,
      maximum: 6,
      default: 5,
      description: 'How many tokens an n-gram has, from 1 to 6; what comes next is predicted from one fewer.',
      examples: [4],
    }),
    smoothing: Type.Unsafe<string | (Pick<Smoothed, 'use'> & Partial<Smoothed>)>(smoothing),
  },
  { additionalProperties: false },
);

/** The smoothing that is meant, its defaults filled in. */
export const smoothed = ({ smoothing }: Static<typeof NgramOptions>): Smoothed => {
  const chosen = typeof smoothing === 'string' ? { use: smoothing } : smoothing;
  return { use: chosen.use, with: { ...smoothingOf(chosen.use).defaults, ...chosen.with } };
};
