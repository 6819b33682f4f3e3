import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Person, UserId } from '../values.ts';
import { mayHaveFormat } from './content.ts';
import { htmlOf } from './markdown.ts';
import { richOf } from './rich.ts';
import { wordsOf } from './words.ts';

const person = (name: string): Person => ({
  id: `@${name.toLowerCase().replace(/\W/g, '') || 'x'}:zone.example` as UserId,
  name
});
const html = (text: string, ...names: string[]) => htmlOf(text, names.map(person));
const marta = '<a href="https://matrix.to/#/%40marta%3Azone.example">@Marta</a>';

describe('Markdown', () => {
  it.each([
    ['**a**', '<p><strong>a</strong></p>'],
    ['*a* _b_', '<p><em>a</em> <em>b</em></p>'],
    ['~~a~~', '<p><s>a</s></p>'],
    ['`a*b*`', '<p><code>a*b*</code></p>'],
    ['a\n**b**', '<p>a<br>\n<strong>b</strong></p>'],
    ['- a\n- b', '<ul>\n<li>a</li>\n<li>b</li>\n</ul>'],
    ['3. a\n4. b', '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'],
    ['> a', '<blockquote>\n<p>a</p>\n</blockquote>'],
    ['# a', '<h1>a</h1>'],
    ['```sh\na <b>\n```', '<pre><code class="language-sh">a &lt;b&gt;\n</code></pre>'],
    ['[a](https://zone.example)', '<p><a href="https://zone.example">a</a></p>'],
    ['---', '<hr>']
  ])('%s', (text, wanted) => expect(html(text)).toBe(wanted));

  it('has tables', () => expect(html('| a | b |\n|---|---|\n| 1 | 2 |')).toContain('<td>1</td>'));

  it.each([
    'hello',
    'two\n\nlines  and   spaces',
    'snake_case_name and 2 * 3 * 4',
    '    four spaces',
    '¯\\_(ツ)_/¯',
    '<b>bold</b> & <script>alert(1)</script>',
    'https://zone.example/a_b_c/*d*?e=_f_',
    'a\n==',
    '#hashtag',
    '/me waves',
    '![a](https://zone.example/a.png'
  ])('is none, and the text goes as it is: %s', (text) => expect(html(text)).toBeNull());

  it('leaves HTML as text beside a format', () => {
    expect(html('**a** <img src=x onerror=alert(1)>')).toBe(
      '<p><strong>a</strong> &lt;img src=x onerror=alert(1)&gt;</p>'
    );
  });

  it('makes no link that harms', () => {
    expect(html('[a](javascript:alert(1)) **b**')).not.toContain('href');
    expect(html('**b** [a](data:text/html,x)')).not.toContain('href');
  });

  it('keeps an address whole beside a format', () => {
    const href = 'https://zone.example/a_b_c';
    expect(html(`**see** ${href}`)).toBe(`<p><strong>see</strong> <a href="${href}">${href}</a></p>`);
  });
});

describe('a person', () => {
  it.each([
    ['@Marta', `<p>${marta}</p>`],
    ['hello @Marta!', `<p>hello ${marta}!</p>`],
    ['**@Marta**', `<p><strong>${marta}</strong></p>`],
    ['- @Marta', `<ul>\n<li>${marta}</li>\n</ul>`]
  ])('is named in %s', (text, wanted) => expect(html(text, 'Marta')).toBe(wanted));

  it.each(['@Martax', 'a@Marta', '@marta', '@ Marta'])('is not named in %s', (text) =>
    expect(html(text, 'Marta')).toBeNull()
  );

  it('is not named in code', () => expect(html('`@Marta`', 'Marta')).toBe('<p><code>@Marta</code></p>'));

  it('is the one whose name is longest', () => {
    expect(html('@Marta Vidal', 'Marta', 'Marta Vidal')).toContain('%40martavidal%3A');
    expect(html('@Marta, hello', 'Marta', 'Marta Vidal')).toContain('%40marta%3A');
  });

  it('may have any name', () => {
    for (const name of ['<b>', 'يوسف', '[x](y)', 'a*b*c', '🙂', 'O’Neill-Pérez'])
      expect(richOf(html(`hello @${name}`, name) ?? '', '')).toMatchObject([
        { of: ['hello ', { type: 'person', person: { name } }] }
      ]);
  });
});

describe('what is written is what is read', () => {
  it('in its words', () => {
    const word = fc.stringMatching(/^[a-zà-ú0-9]{1,8}$/);
    const mark = fc.constantFrom('', '**', '*', '~~', '`');
    fc.assert(
      fc.property(fc.array(fc.tuple(mark, word), { minLength: 1, maxLength: 12 }), (parts) => {
        const text = parts.map(([around, inner]) => `${around}${inner}${around}`).join(' ');
        const words = parts.map(([, inner]) => inner).join(' ');
        const made = html(text);
        return made === null ? text === words : wordsOf(richOf(made, text) ?? []) === words;
      })
    );
  });

  it('has no format where nothing in it could begin one', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('- ', '1. ', '# ', '> ', '**', '`', '\n', '---', '~~', '+ ', '2) ')
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        return mayHaveFormat(text) || html(text) === null;
      }),
      { numRuns: 2000 }
    );
  });

  it('never fails', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const made = html(text, 'Marta');
        return made === null || richOf(made, text) !== undefined;
      })
    );
  });
});
