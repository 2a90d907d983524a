const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = 'January February March April May June July August September October November December'.split(' ');
const DAY = 86_400_000;

const dayOfYear = (date: Date): number =>
  Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) / DAY);
const digits = (value: number, width = 2, fill = '0'): string => String(value).padStart(width, fill);
const hour = (date: Date): number => date.getHours() % 12 || 12;
/** The Thursday of a date's week, whose year and number ISO 8601 gives the week. */
const thursday = (date: Date): Date => new Date(date.getFullYear(), date.getMonth(), date.getDate() + 4 - (date.getDay() || 7));

/** What each code of C's strftime stands for, in its own locale, of a date without a zone as Python's now() is. */
const codes: Readonly<Record<string, (date: Date) => string>> = {
  a: (date) => days[date.getDay()]!.slice(0, 3),
  A: (date) => days[date.getDay()]!,
  b: (date) => months[date.getMonth()]!.slice(0, 3),
  B: (date) => months[date.getMonth()]!,
  c: (date) => strftime(date, '%a %b %e %H:%M:%S %Y'),
  C: (date) => digits(Math.floor(date.getFullYear() / 100)),
  d: (date) => digits(date.getDate()),
  D: (date) => strftime(date, '%m/%d/%y'),
  e: (date) => digits(date.getDate(), 2, ' '),
  f: (date) => digits(date.getMilliseconds() * 1000, 6),
  F: (date) => strftime(date, '%Y-%m-%d'),
  g: (date) => digits(thursday(date).getFullYear() % 100),
  G: (date) => String(thursday(date).getFullYear()),
  h: (date) => strftime(date, '%b'),
  H: (date) => digits(date.getHours()),
  I: (date) => digits(hour(date)),
  j: (date) => digits(dayOfYear(date) + 1, 3),
  k: (date) => digits(date.getHours(), 2, ' '),
  l: (date) => digits(hour(date), 2, ' '),
  m: (date) => digits(date.getMonth() + 1),
  M: (date) => digits(date.getMinutes()),
  n: () => '\n',
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  P: (date) => (date.getHours() < 12 ? 'am' : 'pm'),
  r: (date) => strftime(date, '%I:%M:%S %p'),
  R: (date) => strftime(date, '%H:%M'),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  S: (date) => digits(date.getSeconds()),
  t: () => '\t',
  T: (date) => strftime(date, '%H:%M:%S'),
  u: (date) => String(date.getDay() || 7),
  U: (date) => digits(Math.floor((dayOfYear(date) + 7 - date.getDay()) / 7)),
  V: (date) => digits(Math.floor(dayOfYear(thursday(date)) / 7) + 1),
  w: (date) => String(date.getDay()),
  W: (date) => digits(Math.floor((dayOfYear(date) + 7 - ((date.getDay() + 6) % 7)) / 7)),
  x: (date) => strftime(date, '%m/%d/%y'),
  X: (date) => strftime(date, '%H:%M:%S'),
  y: (date) => digits(date.getFullYear() % 100),
  Y: (date) => String(date.getFullYear()),
  z: () => '',
  Z: () => '',
  '%': () => '%',
};

/** A date by a format, as Python spells it in the C locale; throws at a code that has no meaning there. */
export const strftime = (date: Date, format: string): string =>
  format.replace(/%(-?)([\s\S]?)/g, (whole, bare: string, code: string) => {
    const spell = Object.hasOwn(codes, code) ? codes[code] : undefined;
    if (!spell) throw new Error(`strftime_now knows no ${JSON.stringify(whole)}`);
    const made = spell(date);
    return bare && /^[ 0]*\d+$/.test(made) ? String(Number(made)) : made;
  });
