import type { Piece } from '../../../../core/index.ts';
import type { TokenizerSubject } from '../../../../core/laws/index.ts';
import { TELLING, type Telling } from '../../../../core/laws/probes/speaking.ts';
import { unitsSubject } from '../honest/code-units.ts';

type Pieces = Telling['pieces'];

const telling = (changed: Partial<Telling>) => (): TokenizerSubject & Partial<Telling> => ({ ...unitsSubject(), ...changed });

/** Other pieces than the core tells. */
const retelling = (change: (piece: Piece, ask: Parameters<Pieces>[1]) => Piece) =>
  telling({
    async *pieces(generating, ask, signal) {
      for await (const piece of TELLING.pieces(generating, ask, signal)) yield change(piece, ask);
    },
  });

/** It holds back as much as the longest stop string could take, whatever was said. */
const holdsAll: Pieces = async function* (generating, ask, signal) {
  const most = Math.max(...[ask.stop ?? []].flat().map(({ length }) => length)) - 1;
  let held = '';
  for await (const piece of TELLING.pieces(generating, ask, signal)) {
    const all = held + String(piece.raw);
    const cut = piece.ended ? all.length : Math.max(0, all.length - most);
    held = all.slice(cut);
    yield { ...piece, raw: all.slice(0, cut) };
  }
};

/** A broken telling for each law of what is told of a sample. */
export const tellings: Readonly<Record<string, () => TokenizerSubject>> = {
  'generate/stop-strings': telling({
    pieces: (generating, ask, signal) => TELLING.pieces(generating, { ...ask, stop: [ask.stop ?? []].flat().slice(0, 1) }, signal),
  }),
  'generate/stops-at-once': retelling((piece) =>
    typeof piece.stop === 'string' ? { ...piece, tokens: piece.tokens.subarray(0, -1) } : piece,
  ),
  'generate/pieces-join': telling({
    async *samples(...asked) {
      for await (const sample of TELLING.samples(...asked)) yield { ...sample, raw: String(sample.raw).trimEnd() };
    },
  }),
  'generate/usage': telling({
    async *samples(...asked) {
      for await (const sample of TELLING.samples(...asked))
        yield { ...sample, usage: { ...sample.usage, generated: sample.row.tokens.length } };
    },
  }),
  'generate/held-back': telling({ pieces: holdsAll }),
};
