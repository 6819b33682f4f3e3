import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { links, markup } from '../../../../tests/hostile.ts';
import type { Block, Inline } from '../values.ts';
import { richOf } from './rich.ts';
import { wordsOf } from './words.ts';

const read = (html: string) => richOf(html, '');
/** The inlines of the only paragraph. */
const line = (html: string): readonly Inline[] => {
  const blocks = read(html);
  const [first, second] = blocks ?? [];
  if (first?.type !== 'paragraph' || second) throw new Error(`no single line: ${JSON.stringify(blocks)}`);
  return first.of;
};
const text = (value: string): Block => ({ type: 'paragraph', of: [value] });

describe('a line', () => {
  it.each<[string, string, readonly Inline[]]>([
    [
      'marks',
      '<b>a</b><em>b</em><del>c</del><u>d</u><sup>e</sup><sub>f</sub>',
      [
        { type: 'bold', of: ['a'] },
        { type: 'italic', of: ['b'] },
        { type: 'struck', of: ['c'] },
        { type: 'underlined', of: ['d'] },
        { type: 'raised', of: ['e'] },
        { type: 'lowered', of: ['f'] }
      ]
    ],
    ['marks in marks', '<strong>a<i>b</i></strong>', [{ type: 'bold', of: ['a', { type: 'italic', of: ['b'] }] }]],
    ['code as it stands', 'a <code>b  &lt;c&gt;</code>', ['a ', { type: 'code', text: 'b  <c>' }]],
    ['line ends', 'a<br>b<br/>c', ['a\nb\nc']],
    ['space', ' a \n  b ', ['a b']],
    ['entities', 'a &amp; b &eacute;', ['a & b é']],
    ['a picture by its words', 'a <img alt=":cat:" src="mxc://zone/1" data-mx-emoticon>', ['a :cat:']],
    ['what is unknown by what is in it', '<font color="red">a</font><blink>b</blink>', ['ab']],
    ['a spoiler', 'x <span data-mx-spoiler="end">y</span>', ['x ', { type: 'spoiler', reason: 'end', of: ['y'] }]],
    ['a spoiler without reason', '<span data-mx-spoiler>y</span>', [{ type: 'spoiler', reason: '', of: ['y'] }]],
    [
      'a link',
      '<a href="https://zone.example/a?b#c">here</a>',
      [{ type: 'link', href: 'https://zone.example/a?b#c', of: ['here'] }]
    ],
    [
      'an address',
      '<a href="mailto:a@zone.example">write</a>',
      [{ type: 'link', href: 'mailto:a@zone.example', of: ['write'] }]
    ]
  ])('%s', (_what, html, wanted) => expect(line(html)).toEqual(wanted));

  it('has no link in a link', () => {
    const [outer] = line('<a href="https://a.example">a<b><a href="https://b.example">b</a></b></a>');
    expect(JSON.stringify((outer as { of: unknown }).of)).not.toContain('link');
  });

  it.each([
    ['Element', '<a href="https://matrix.to/#/@marta:zone.example">Marta</a>'],
    ['one that encodes', '<a href="https://matrix.to/#/%40marta%3Azone.example">@Marta</a>'],
    ['with a server beside', '<a href="https://matrix.to/#/@marta:zone.example?via=zone.example">Marta</a>'],
    ['the URI scheme', '<a href="matrix:u/marta:zone.example">Marta</a>']
  ])('a person, as of %s', (_client, html) => {
    expect(line(html)).toEqual([{ type: 'person', person: { id: '@marta:zone.example', name: 'Marta' } }]);
  });

  it.each([
    ['a room', '<a href="https://matrix.to/#/%23plaza:zone.example">the plaza</a>', 'the plaza'],
    ['one that says so', '<a href="matrix:r/plaza:zone.example">#plaza:zone.example</a>', '#plaza:zone.example'],
    ['one without a text', '<a href="matrix:r/plaza:zone.example"> </a>', '#plaza:zone.example'],
    ['one that says another', '<a href="matrix:r/plaza:zone.example">#bank:zone.example</a>', '#plaza:zone.example'],
    ['one that says a page', '<a href="matrix:r/plaza:zone.example">https://bank.example</a>', '#plaza:zone.example']
  ])('a link to %s', (_what, html, says) => {
    const href = /href="([^"]*)/.exec(html)?.[1];
    expect(line(html)).toEqual([{ type: 'link', href, of: [says] }]);
  });

  it('names a person without a name by her address', () => {
    expect(line('<a href="matrix:u/marta:zone.example"><b></b></a>x')).toEqual(['x']);
    expect(line('<a href="matrix:u/marta:zone.example"> </a>x')[0]).toMatchObject({ person: { name: 'marta' } });
  });
});

describe('blocks', () => {
  it.each<[string, string, readonly Block[]]>([
    ['paragraphs', '<p>a</p>\n<p>b</p>', [text('a'), text('b')]],
    ['text beside them', 'a<p>b</p>c', [text('a'), text('b'), text('c')]],
    [
      'headings',
      '<h1>a</h1><h6>b</h6>',
      [
        { type: 'heading', level: 1, of: ['a'] },
        { type: 'heading', level: 6, of: ['b'] }
      ]
    ],
    [
      'code of a language',
      '<pre><code class="language-sh">a\n  b\n</code></pre>',
      [{ type: 'code', language: 'sh', text: 'a\n  b' }]
    ],
    ['code without one', '<pre>a<br>b</pre>', [{ type: 'code', language: '', text: 'a\nb' }]],
    ['a quote', '<blockquote><p>a</p></blockquote>b', [{ type: 'quote', of: [text('a')] }, text('b')]],
    [
      'lists in lists',
      '<ol start="3"><li>a<ul><li>b</li></ul></li><li>c</li></ol>',
      [
        {
          type: 'list',
          start: 3,
          items: [[text('a'), { type: 'list', start: null, items: [[text('b')]] }], [text('c')]]
        }
      ]
    ],
    [
      'a table',
      '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td><b>b</b></td></tr></tbody></table>',
      [
        {
          type: 'table',
          rows: [[{ heading: true, of: ['a'] }], [{ heading: false, of: [{ type: 'bold', of: ['b'] }] }]]
        }
      ]
    ],
    ['a rule', 'a<hr>b', [text('a'), { type: 'rule' }, text('b')]],
    ['what folds, unfolded', '<details><summary>a</summary>b</details>', [text('a'), text('b')]],
    ['blocks in marks', '<b><p>a</p><p>b</p></b>', [text('a'), text('b')]],
    [
      'not the quote before an answer',
      '<mx-reply><blockquote>x</blockquote></mx-reply><b>a</b>',
      [{ type: 'paragraph', of: [{ type: 'bold', of: ['a'] }] }]
    ]
  ])('%s', (_what, html, wanted) => expect(read(html)).toEqual(wanted));

  it('are none where the format says no more than the text', () => {
    expect(richOf('a &amp; b', 'a & b')).toBeNull();
    expect(richOf('<p>a</p>', 'a')).toBeNull();
    expect(richOf('', 'a')).toBeNull();
    expect(richOf('<p></p><script>a</script>', 'a')).toBeNull();
    expect(richOf('<p>a</p><p>b</p>', 'a b')).not.toBeNull();
  });
});

/** All that a reader of formats can be asked to show. */
function* parts(blocks: readonly Block[]): Generator<Block | Inline> {
  for (const block of blocks) {
    yield block;
    if ('of' in block && block.type === 'quote') yield* parts(block.of);
    else if ('of' in block) yield* inlines(block.of as readonly Inline[]);
    if (block.type === 'list') for (const item of block.items) yield* parts(item);
    if (block.type === 'table') for (const row of block.rows) for (const cell of row) yield* inlines(cell.of);
  }
}
function* inlines(of: readonly Inline[]): Generator<Inline> {
  for (const part of of) {
    yield part;
    if (typeof part !== 'string' && 'of' in part) yield* inlines(part.of);
  }
}
const known = new Set(
  'paragraph heading code quote list table rule bold italic struck underlined raised lowered link person spoiler'.split(
    ' '
  )
);
function isHarmless(blocks: readonly Block[] | null): boolean {
  for (const part of parts(blocks ?? [])) {
    if (typeof part === 'string') continue;
    if (!known.has(part.type)) return false;
    if (part.type === 'link' && !/^(https?:\/\/|mailto:|matrix:(u|r|roomid)\/)/.test(part.href)) return false;
    if (part.type === 'person' && !/^@[^:]+:.+$/.test(part.person.id)) return false;
  }
  return true;
}

describe('what means harm', () => {
  it.each(markup)('is data at most: %s', (html) => expect(isHarmless(read(html))).toBe(true));

  it.each(links)('is no link: %s', (html) => {
    expect(
      [...parts(read(`${html} <b>and</b>`) ?? [])].some((part) => typeof part !== 'string' && part.type === 'link')
    ).toBe(false);
  });

  it('does not lead elsewhere than it says', () => {
    const href = 'https://evil.example/login';
    for (const said of ['https://bank.example', 'www.bank.example', 'http://bank.example/login'])
      expect(line(`<a href="${href}">${said}</a>`)).toEqual([{ type: 'link', href, of: [href] }]);
    expect(line(`<a href="${href}">https://evil.example</a>`)).toEqual([
      { type: 'link', href, of: ['https://evil.example'] }
    ]);
  });

  it('is not deeper or longer than anybody writes', () => {
    const deep = read(`${'<blockquote>'.repeat(5_000)}x`) ?? [];
    expect([...parts(deep)].length).toBeLessThanOrEqual(202);
    const marks = read(`${'<b>'.repeat(20_000)}x`) ?? [];
    expect([...parts(marks)].length).toBeLessThanOrEqual(202);
    const many = read('<b>x</b>'.repeat(50_000)) ?? [];
    expect([...parts(many)].length).toBeLessThanOrEqual(10_001);
    expect(wordsOf(read(`<b>${'x'.repeat(1_000_000)}</b>`) ?? []).length).toBeLessThanOrEqual(65_536);
  });

  it('never fails, whatever it is', () => {
    const tags = 'b i a p ul ol li pre code table tr td th blockquote span mx-reply script img br hr h1 svg'.split(' ');
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        ...tags.flatMap((tag) => [`<${tag}>`, `</${tag}>`, `<${tag} href="javascript:x" data-mx-spoiler>`])
      )
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => isHarmless(read(pieces.join('')))),
      { numRuns: 500 }
    );
  });
});
