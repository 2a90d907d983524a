/** A value in a line that a person can read: texts with what cannot be seen escaped, arrays of any kind alike, long ones cut. */
export const show = (value: unknown): string => {
  if (typeof value === 'string') return showText(value);
  if (typeof value === 'number') return Object.is(value, -0) || Number.isInteger(value) ? `${value}` : `${Number(value.toPrecision(7))}`;
  if (typeof value === 'function') return value.name || 'a function';
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (ArrayBuffer.isView(value) && 'length' in value) return list(Array.from(value as unknown as ArrayLike<unknown>));
  if (Array.isArray(value)) return list(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return fields.length === 0 ? '{}' : `{ ${fields.map(([name, field]) => `${name}: ${show(field)}`).join(', ')} }`;
};

const MOST = 24;

const list = (values: readonly unknown[]): string =>
  values.length > MOST ? `[${values.slice(0, MOST).map(show).join(', ')}, … ${values.length} in all]` : `[${values.map(show).join(', ')}]`;

const INVISIBLE = /[\p{C}\p{Z}\p{M}\ufffd]/gu;

const showText = (text: string): string =>
  JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text).replace(INVISIBLE, (unit) =>
    unit === ' '
      ? unit
      : unit
          .split('')
          .map((half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join(''),
  );
