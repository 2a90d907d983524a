import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../core/index.ts';
import { renderChat } from '../../../plugins/subword/chat/chat.ts';
import { strftime } from '../../../plugins/subword/chat/strftime.ts';

/** What Jinja2 3.1.6 on Python 3.11 makes of templates, set up as transformers does (trim_blocks, lstrip_blocks, loop controls, its tojson); null where it raises. */
const { variables, templates, format, dates } = JSON.parse(readFileSync(new URL('jinja-templates.json', import.meta.url), 'utf8')) as {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly templates: readonly (readonly [template: string, text: string | null])[];
  readonly format: string;
  readonly dates: readonly (readonly [[number, number, number, number, number, number], string])[];
};

const { messages, ...others } = variables as { readonly messages: readonly Message[] };
const said = (template: string): string => renderChat(messages, { default: template }, {}, { variables: others });
const bad = expect.objectContaining({ code: 'BAD_TEMPLATE' });

describe('chat templates are rendered as Jinja2 renders them', () => {
  it.each(templates.filter(([, text]) => text !== null))('%j', (template, text) => {
    expect(said(template)).toBe(text);
  });

  it.each(templates.filter(([, text]) => text === null))('%j: an error there and here', (template) => {
    expect(() => said(template)).toThrow(bad);
  });

  it.each([
    ['{{ 1 < 2 < 3 }}', 'follows another comparison'],
    ['{{ 1 < 2 in [true] }}', '"in" follows another comparison'],
    ["{{ 'a' in 'abc' == true }}", '"==" follows another comparison'],
    ["{{ 'a' == 'abc' not in items }}", '"not in" follows another comparison'],
    ['{{ and }}', '"and" stands where a value is to be'],
    ['{{ [1 2] }}', '"2" follows "1" with no comma and no operator between them'],
    ["{{ {'a': 1 'b': 2} }}", '"b" follows "1" with no comma'],
    ['{{ [x for x in [1]] }}', '"for" follows "x" with no comma'],
    ['{{ f(1 2) }}', '"2" follows "1" with no comma'],
    ['{% call f(1 2) %}{% endcall %}', '"2" follows "1" with no comma'],
    ['{{ items[0 1] }}', '"1" follows "0" with no comma'],
    ['{{ 1e999 }}', 'beyond the largest number'],
    ['{{ () }}', 'an empty tuple, (), is not known'],
    ['{{ (1,) }}', 'a tuple that ends with a comma'],
    ["{{ '\\N{DASH}' }}", 'spells no character here'],
    ["{{ '\\x4' }}", 'spells no character here'],
    ["{{ 'x }}", 'the tag that begins with "{{ \'x }}" has no end'],
    ['{{ 1, 2 }}', 'a comma stands where "}}" is to be'],
    ['{{ (1 }}', '"}}" stands where ")" is to be'],
    ['{% if true %}x', 'it ends before all that it opens is closed'],
    ['{{ items | batch(2) }}', 'the filter "batch" is not known'],
    ['{{ 3.7 | round }}', 'the filter "round" is not known'],
    ['{{ items | sort(attribute="a", key=1) }}', 'the filter "sort" takes no "key"'],
    ['{{ items | select("divisibleby", 2) | list }}', 'the test "divisibleby" is not known'],
    ['{{ items.index("a") }}', 'the method "index" is not known'],
    ['{{ "x".join(items) }}', 'the method "join" is not known'],
    ['{{ "a".startswith("a", 1) }}', 'startswith() takes at most 1'],
    ['{{ schema.items }}', 'a function cannot be printed'],
    ['{{ 12345678901234567890 }}', 'an integer beyond 2^53'],
    ['{{ 99999999 * 99999999 }}', 'an integer beyond 2^53'],
    ['{{ dict(a=1) }}', '"dict" is not known'],
    ['{% for i in items %}{{ loop.changed(i) }}{% endfor %}', '"loop.changed" is not known'],
    ['{% raw %}{{ x }}{% endraw %}', 'raw'],
    ['{{ strftime_now("%Q") }}', 'strftime_now knows no "%Q"'],
    ['{{ "ab" * 99999999 }}', 'the most'],
  ])('%s is refused by name, where Jinja2 has more', (template, why) => {
    expect(() => said(template)).toThrow(expect.objectContaining({ code: 'BAD_TEMPLATE', message: expect.stringContaining(why) }));
  });

  it.each(dates)('%j is a date as C spells it, by every code', ([year, month, day, hour, minute, second], text) => {
    expect(strftime(new Date(year, month - 1, day, hour, minute, second), format)).toBe(text);
  });

  it('tell the day of today', () => {
    const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
    const before = days[new Date().getDay()];
    expect([before, days[new Date().getDay()]]).toContain(said('{{ strftime_now("%A") }}'));
  });
});
