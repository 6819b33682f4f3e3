import { describe, expect, it } from 'vitest';
import { formatted, type Format } from './formatting';

/** Applies a format to a text in which `[` and `]` stand around what is selected, and shows what is selected then. */
function apply(written: string, format: Format): string {
  const [start, end] = [written.indexOf('['), written.indexOf(']') - 1];
  const text = written.replace('[', '').replace(']', '');
  const { from, to, insert, ...selected } = formatted(text, start, end, format);
  const next = text.slice(0, from) + insert + text.slice(to);
  return `${next.slice(0, selected.start)}[${next.slice(selected.start, selected.end)}]${next.slice(selected.end)}`;
}

describe('what is selected', () => {
  it.each<[Format, string, string]>([
    ['bold', 'a [b] c', 'a **[b]** c'],
    ['bold', 'a **[b]** c', 'a [b] c'],
    ['bold', 'a [**b**] c', 'a [b] c'],
    ['bold', 'a[ b ]c', 'a **[b]** c'],
    ['bold', 'a []c', 'a **[]**c'],
    ['italic', '[🙂 b]', '_[🙂 b]_'],
    ['strike', '[مرحبا]', '~~[مرحبا]~~'],
    ['code', 'a [b] c', 'a `[b]` c'],
    ['code', 'x[a\nb]', 'x\n```\n[a\nb]\n```'],
    ['code', '[a\nb]y', '```\n[a\nb]\n```\ny'],
    ['list', 'a\n[b]', 'a\n- [b]'],
    ['list', 'a\n- [b]', 'a\n[b]'],
    ['quote', '[a\nb]', '> [a\n> b]'],
    ['quote', '> [a\n> b]', '[a\nb]'],
    ['list', '[]', '- []']
  ])('%s: %s', (format, before, after) => expect(apply(before, format)).toBe(after));

  it('becomes a link whose address is to be written, or whose words are', () => {
    expect(formatted('see here', 4, 8, 'link')).toEqual({
      from: 4,
      to: 8,
      insert: '[here](https://)',
      start: 11,
      end: 19
    });
    expect(formatted('https://zone.example', 0, 20, 'link')).toMatchObject({
      insert: '[](https://zone.example)',
      start: 1,
      end: 1
    });
  });

  it.each(['bold', 'italic', 'strike', 'code', 'list', 'quote'] as const)('is as before after %s twice', (format) => {
    for (const written of ['a [b c] d', '[a]', 'a\n[b\nc]\nd', '']) {
      const text = written.includes('[') ? written : '[]';
      if (format === 'code' && text.includes('\n')) continue;
      expect(apply(apply(text, format), format)).toBe(text);
    }
  });
});
