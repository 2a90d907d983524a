import type { Compiled } from '../engine/compiled.ts';
import { Vocabulary } from '../model/vocabulary.ts';
import type { Beside } from './faults.ts';

/** What a beginning, an end and a mask are called; others stand for themselves. */
const NAMES = ['bos_token', 'eos_token', 'sep_token', 'cls_token', 'mask_token'];

/** What configurations ask for that cannot be, a sentence each: tokens that the vocabulary has not, and a beginning where there is none. The first that has a key is the one that counts. */
export const unheededOf = (configs: readonly Beside[], { names, vocabulary, prefix }: Compiled): readonly string[] => {
  const known = new Vocabulary(vocabulary);
  return configs.flatMap(({ path, says }, i) => {
    const counts = (key: string): boolean => Object.hasOwn(says, key) && !configs.slice(0, i).some((one) => Object.hasOwn(one.says, key));
    const strange = NAMES.filter((name) => counts(name) && names[name] !== undefined && known.find(names[name]) < 0);
    const bare = counts('add_bos_token') && says.add_bos_token === true && prefix.rows.length === 0;
    return [
      ...(strange.length > 0
        ? [
            `"${path}" names what the vocabulary has not and changes nothing: ${strange.map((name) => `${name} ${JSON.stringify(names[name])}`).join(', ')}.`,
          ]
        : []),
      ...(bare ? [`"${path}" has "add_bos_token": true and the vocabulary no bos_token, so that nothing is put before a text.`] : []),
    ];
  });
};
