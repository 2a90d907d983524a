import type { Finder } from '../pattern/finder.ts';
import { after } from '../text/classes.ts';

/** Tells the pieces of a text from left to right; what no piece covers is left out. */
export type Divide = (text: string, emit: (from: number, to: number) => void) => void;

/** What becomes of the matches when a text is divided at them, in the words of the Hugging Face format. */
export const behaviours = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
export type Behaviour = (typeof behaviours)[number];

/** Finds single characters. */
export const eachOf =
  (is: (codePoint: number) => boolean): Finder =>
  (text, found) => {
    for (let at = 0; at < text.length; ) {
      const end = after(text, at);
      if (is(text.codePointAt(at)!)) found(at, end);
      at = end;
    }
  };

/** Divides a text at what `find` finds; `invert` takes what lies between as the matches. */
export const divide =
  (find: Finder, behaviour: Behaviour, invert: boolean): Divide =>
  (text, emit) => {
    const tell = collect(behaviour, emit);
    let last = 0;
    find(text, (start, end) => {
      if (start > last) tell(last, start, invert);
      tell(start, end, !invert);
      last = end;
    });
    if (last < text.length) tell(last, text.length, invert);
    tell(text.length, text.length, undefined);
  };

/** Takes stretches from left to right, `undefined` after the last, and emits pieces as the behaviour has it. */
const collect = (behaviour: Behaviour, emit: (from: number, to: number) => void) => {
  const put = (from: number, to: number) => {
    if (to > from) emit(from, to);
  };
  let from = 0;
  let to = 0;
  let held: boolean | undefined;
  return (start: number, end: number, match: boolean | undefined): void => {
    if (behaviour === 'Removed' || behaviour === 'Isolated') {
      if (match === false || (match && behaviour === 'Isolated')) put(start, end);
      return;
    }
    const joins =
      held !== undefined &&
      match !== undefined &&
      (behaviour === 'Contiguous' ? match === held : behaviour === 'MergedWithPrevious' ? match && !held : held && !match);
    if (joins) to = end;
    else {
      put(from, to);
      [from, to] = [start, end];
    }
    held = match;
  };
};
