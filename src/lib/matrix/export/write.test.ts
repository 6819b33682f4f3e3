import { Buffer } from 'node:buffer';
import { parseDocument } from 'htmlparser2';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { heap, markup, turning } from '../../../../tests/hostile.ts';
import { Failure } from '../failure.ts';
import type { Body, Conversation, FailureReason, RoomId, UserId } from '../values.ts';
import { escaped } from './page.ts';
import type { Line, Source } from './source.ts';
import { write, type Options } from './write.ts';

const hostile = [...markup, ...turning, heap];
const words = {
  language: 'en',
  title: '<script>alert(1)</script>',
  deleted: '<i>',
  unreadable: '&lt;',
  unsupported: "'"
};
const conversation = (name: string, at = 0) =>
  ({ id: `!${at}`, kind: 'room', membership: 'joined', name }) as Conversation;

const line = (name: string, body: Body, at = 0): Line => ({
  original: { event_id: `$${at}`, content: { body: name } },
  at,
  sender: { id: '@anna:zone.example' as UserId, name },
  mine: true,
  body
});
const text = (said: string): Body => ({ type: 'text', style: 'plain', text: said });
const file = (name: string, size = 1): Body => ({
  type: 'file',
  kind: 'file',
  name,
  size,
  source: { at: 'zone', content: 'mxc://zone.example/a', seal: null },
  caption: { text: name }
});

/** `parts` of each conversation, its end first. */
function sourceOf(rooms: Readonly<Record<string, readonly (readonly Line[])[]>>, more: Partial<Source> = {}): Source {
  const entries = Object.entries(rooms).map(([name, parts], at) => [conversation(name, at), parts] as const);
  return {
    about: async () => ({ documents: { profile: { name: 'Anna' } }, photo: null }),
    conversations: async () => entries.map(([one]) => one),
    members: async () => [],
    history: (room: RoomId) => {
      const left = [...(entries.find(([{ id }]) => id === room)?.[1] ?? [])];
      return async () => left.shift() ?? null;
    },
    bytes: async () => new Blob(['its bytes']),
    ...more
  };
}

async function written(source: Source, more: Partial<Options> = {}) {
  const { archive, ...left } = await write(source, {
    files: true,
    words,
    now: Date.UTC(2026, 10, 27),
    signal: new AbortController().signal,
    patiently: (ask) => ask(),
    told: () => undefined,
    ...more
  });
  const files = unzipSync(Buffer.from(await archive.arrayBuffer()));
  const read = (name: string) => strFromU8(files[name] ?? expect.fail(`${name}: ${Object.keys(files).join(', ')}`));
  return { files, read, left, names: Object.keys(files) };
}

type Node = { readonly type: string; name?: string; data?: string; attribs?: object; childNodes?: readonly Node[] };
const walk = (node: Node): readonly Node[] => [node, ...(node.childNodes ?? []).flatMap(walk)];
const elements = (html: string) => walk(parseDocument(html) as unknown as Node).filter(({ name }) => name);

/** Every element that a page has, and where its attributes lead. */
const ours = ['html', 'head', 'meta', 'title', 'style', 'body', 'h1', 'article', 'p', 'b', 'bdi', 'time', 'i', 'a'];
const list = ['ul', 'li', '!doctype'];
const attributes = ['lang', 'charset', 'http-equiv', 'content', 'name', 'datetime', 'dir', 'href'];

describe('the pages of an export', () => {
  it.each(hostile)('show as text what is none: %j', async (evil) => {
    const lines = [text(evil), file(evil), { ...file(evil), source: undefined } as unknown as Body].map((body) =>
      line(evil, body)
    );
    const sealed = (['deleted', 'unsupported'] as const).map((type) => line(evil, { type }));
    const { names, read } = await written(sourceOf({ [evil]: [[...lines, ...sealed]] }));
    const pages = names.filter((name) => name.endsWith('.html'));
    expect(pages).toHaveLength(2);
    for (const page of pages) {
      const found = elements(read(page));
      expect(found.map(({ name }) => name).filter((name) => ![...ours, ...list].includes(name ?? ''))).toEqual([]);
      expect(found.flatMap(({ attribs = {} }) => Object.keys(attribs)).filter((a) => !attributes.includes(a))).toEqual(
        []
      );
      for (const { attribs } of found.filter(({ name }) => name === 'a')) {
        const { href } = attribs as { href: string };
        expect(new URL(href, 'https://zone.example/conversations/').pathname).toMatch(/^\/(?:files|conversations)\//);
      }
    }
    const said = walk(parseDocument(read(pages.find((page) => page !== 'index.html') ?? '')) as unknown as Node);
    // The words are all there.
    expect(said.some(({ data }) => escaped(data ?? '') === escaped(evil).replace(/^\s+$/, ''))).toBe(true);
  });

  it('have the oldest first, and so has the record', async () => {
    const part = (...names: readonly string[]) => names.map((name) => line(name, text(`says ${name}`)));
    const { read } = await written(sourceOf({ Plaza: [part('f', 'e', 'd'), [], part('c', 'b'), part('a')] }));
    const page = read('conversations/0001-Plaza.html');
    expect([...page.matchAll(/says (\w)/g)].map(([, name]) => name).join('')).toBe('abcdef');
    const { events } = JSON.parse(read('conversations/0001-Plaza.json'));
    expect(events.map(({ content }: { content: { body: string } }) => content.body).join('')).toBe('abcdef');
  });
});

describe('what is left out of an export', () => {
  const failing = (reason: FailureReason) => () => Promise.reject(new Failure(reason));

  it('is a file that cannot be had, and the message tells its name', async () => {
    for (const reason of ['not-found', 'too-large', 'damaged'] as const) {
      const source = sourceOf({ Plaza: [[line('Anna', file('acta.pdf'))]] }, { bytes: failing(reason) });
      const { left, names, read } = await written(source);
      expect(left).toEqual({ unreadable: 0, filesLeftOut: 1, roomsLeftOut: 0 });
      expect(names.filter((name) => name.startsWith('files/'))).toEqual([]);
      expect(read('conversations/0001-Plaza.html')).toContain('acta.pdf');
      expect(read('conversations/0001-Plaza.html')).not.toContain('href');
    }
  });

  it('is what is more than a gigabyte together, before anybody asks for it', async () => {
    const asked: string[] = [];
    const bytes = async () => new Blob([String(asked.push('one'))]);
    const lines = [file('a.iso', 1_000_000_000), file('b.iso', 2_000_000_000), file('c.iso', 1)].map((body) =>
      line('Anna', body)
    );
    const { left, names } = await written(sourceOf({ Plaza: [lines] }, { bytes }));
    expect(left.filesLeftOut).toBe(1);
    expect(asked).toHaveLength(2);
    expect(names.filter((name) => name.startsWith('files/'))).toEqual([
      'files/0001-Plaza/0001-a.iso',
      'files/0001-Plaza/0002-c.iso'
    ]);
  });

  it('is a conversation that one may no longer read, and the list says so', async () => {
    const { left, read, names } = await written(sourceOf({ Plaza: [] }, { members: failing('forbidden') }));
    expect(left.roomsLeftOut).toBe(1);
    expect(JSON.parse(read('conversations.json'))).toMatchObject([{ name: 'Plaza', failed: 'forbidden' }]);
    expect(names.filter((name) => name.startsWith('conversations/'))).toEqual([]);
  });

  it('is nothing where the session ends: then there is no export', async () => {
    const source = sourceOf({ Plaza: [] }, { members: failing('signed-out') });
    await expect(written(source)).rejects.toMatchObject({ reason: 'signed-out' });
  });

  it('is others’ files, and all files where nobody wants them', async () => {
    const theirs = { ...line('Berta', file('b.pdf')), mine: false };
    const rooms = { Plaza: [[theirs, line('Anna', file('a.pdf'))]] };
    expect((await written(sourceOf(rooms))).names).toContain('files/0001-Plaza/0001-a.pdf');
    const { names, left } = await written(sourceOf(rooms), { files: false });
    expect(names.filter((name) => name.startsWith('files/'))).toEqual([]);
    expect(left.filesLeftOut).toBe(0);
  });
});

it('a large archive opens as it was written', async () => {
  const bytes = new Blob([new Uint8Array(9_000_001).map((_, at) => (at * at) % 251)]);
  const { files } = await written(sourceOf({ Plaza: [[line('Anna', file('a.bin'))]] }, { bytes: async () => bytes }));
  const found = files['files/0001-Plaza/0001-a.bin'] ?? expect.fail('not there');
  expect(Buffer.compare(found, Buffer.from(await bytes.arrayBuffer()))).toBe(0);
});
