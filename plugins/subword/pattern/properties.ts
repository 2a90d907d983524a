import { type CharSet, escaped, listed, union } from './char-set.ts';

const WORD = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}]';

/** What \w is outside brackets: to Oniguruma the raised digits and the fractions of Latin-1 are words there. */
export const looseWord: CharSet = union([escaped(WORD), listed('b2-b3 b9 bc-be')]);

/** The escapes of a letter. */
export const shorthand: Readonly<Record<string, string>> = { s: '\\p{White_Space}', d: '\\p{Nd}', w: WORD, h: '[0-9A-Fa-f]' };

/** The classes in brackets. */
export const posix: Readonly<Record<string, string>> = {
  alpha: '\\p{Alphabetic}',
  alnum: '[\\p{Alphabetic}\\p{Nd}]',
  ascii: '[\\0-\\x7f]',
  digit: '\\p{Nd}',
  graph: '[^\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}]',
  lower: '\\p{Lowercase}',
  print: '(?:[^\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}]|\\p{Zs})',
  upper: '\\p{Uppercase}',
  space: '\\p{White_Space}',
  blank: '[\\t\\p{Zs}]',
  punct: '[\\p{P}\\p{S}]',
  cntrl: '\\p{Cc}',
  xdigit: '[0-9A-Fa-f]',
  word: WORD,
};

/** Characters that Unicode 16 kept for pictures, and 17 no longer does. */
const ONCE_PICTURES = `
  2388 2605 2607-260d 260f-2610 2612 2616-2617 2619-261c 261e-261f 2621 2624-2625 2627-2629 262b-262d 2630-2637 263b-263f 2641 2643-2647
  2654-265e 2661-2662 2664 2667 2669-267a 267c-267d 2680-2685 2690-2691 2698 269a 269d-269f 26a2-26a6 26a8-26a9 26ac-26af 26b2-26bc
  26bf-26c3 26c6-26c7 26c9-26cd 26d0 26d2 26d5-26e8 26eb-26ef 26f6 26fb-26fc 26fe-2701 2703-2704 270e 2710-2711 2765-2767 1f000-1f003
  1f005-1f02b 1f030-1f093 1f0a0-1f0ae 1f0b1-1f0bf 1f0c1-1f0ce 1f0d1-1f0f5 1f10d-1f10f 1f12f 1f16c-1f16f 1f1ad 1f260-1f265 1f322-1f323
  1f394-1f395 1f398 1f39c-1f39d 1f3f1-1f3f2 1f3f6 1f4fe 1f546-1f548 1f54f 1f568-1f56e 1f571-1f572 1f57b-1f586 1f588-1f589 1f58e-1f58f
  1f591-1f594 1f597-1f5a3 1f5a6-1f5a7 1f5a9-1f5b0 1f5b3-1f5bb 1f5bd-1f5c1 1f5c5-1f5d0 1f5d4-1f5db 1f5df-1f5e0 1f5e2 1f5e4-1f5e7
  1f5e9-1f5ee 1f5f0-1f5f2 1f5f4-1f5f9 1f6c6-1f6ca 1f6d3-1f6d4 1f6e6-1f6e8 1f6ea 1f6f1-1f6f2 1f774-1f77f 1f7d5-1f7d9 1f8b0-1f8bb
  1f8c0-1f8c1 1f8d0-1f8d8 1fa00-1fa57 1fa60-1fa6d
  1f6d8 1fa8a 1fa8e 1fac8 1facd 1faea 1faef
`;

const names = `
  Any Assigned ASCII Alphabetic ASCII_Hex_Digit Bidi_Control Bidi_Mirrored Case_Ignorable Cased Changes_When_Casefolded
  Changes_When_Casemapped Changes_When_Lowercased Changes_When_Titlecased Changes_When_Uppercased Dash Default_Ignorable_Code_Point
  Deprecated Diacritic Emoji Emoji_Component Emoji_Modifier Emoji_Modifier_Base Emoji_Presentation Extender Grapheme_Base Grapheme_Extend
  Hex_Digit IDS_Binary_Operator IDS_Trinary_Operator ID_Continue ID_Start Ideographic Join_Control Logical_Order_Exception Lowercase Math
  Noncharacter_Code_Point Pattern_Syntax Pattern_White_Space Quotation_Mark Radical Regional_Indicator Sentence_Terminal Soft_Dotted
  Terminal_Punctuation Unified_Ideograph Uppercase Variation_Selector White_Space XID_Continue XID_Start L M N P S Z C LC Lu Ll Lt Lm Lo
  Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn Letter Mark Number Punctuation Symbol Separator Other
  Cased_Letter Uppercase_Letter Lowercase_Letter Titlecase_Letter Modifier_Letter Other_Letter Nonspacing_Mark Spacing_Mark Enclosing_Mark
  Decimal_Number Letter_Number Other_Number Connector_Punctuation Dash_Punctuation Open_Punctuation Close_Punctuation Initial_Punctuation
  Final_Punctuation Other_Punctuation Math_Symbol Currency_Symbol Modifier_Symbol Other_Symbol Space_Separator Line_Separator
  Paragraph_Separator Control Format Surrogate Private_Use Unassigned punct
`;
const loosened = (name: string): string => name.toLowerCase().replace(/[ _-]/g, '');
const known = new Map(Array.from(names.matchAll(/\S+/g), ([name]) => [loosened(name), name]));

/** A property by the name that Oniguruma knows it by: letter case, spaces, hyphens and underscores do not count. Undefined where there is none. */
export const property = (name: string): CharSet | undefined => {
  const loose = loosened(name);
  if (loose === 'extendedpictographic') return union([escaped('\\p{Extended_Pictographic}'), listed(ONCE_PICTURES)]);
  if (loose === 'word') return looseWord;
  if (loose !== 'punct' && Object.hasOwn(posix, loose)) return escaped(posix[loose]!);
  const titled = name
    .toLowerCase()
    .replace(/[ _-]+/g, '_')
    .replace(/(^|_)[a-z]/g, (first) => first.toUpperCase());
  for (const one of [name, known.get(loose) ?? name, titled])
    for (const source of [one, `Script=${one}`, `General_Category=${one}`]) if (isProperty(source)) return escaped(`\\p{${source}}`);
  return undefined;
};

const isProperty = (source: string): boolean => {
  try {
    new RegExp(`\\p{${source}}`, 'u');
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
};
