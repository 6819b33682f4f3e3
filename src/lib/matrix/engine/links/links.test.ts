import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { heap, megabytes, turning } from '../../../../../tests/hostile.ts';
import type { EventId, RoomId } from '../../values.ts';
import { me } from '../testing/examples.ts';
import { ScriptedServer } from '../testing/scripted-server.ts';
import type { LinkChoice } from '../store/database.ts';
import { AccountData } from '../sync/account-data.ts';
import { Links } from './links.ts';
import { previewOf } from './preview.ts';

const at = /\/_matrix\/client\/v1\/media\/preview_url$/;
const page = { 'og:title': 'Bread' };

function start(kept: LinkChoice[] = []) {
  const zone = new ScriptedServer();
  const puts: LinkChoice[] = [];
  const links = { links: async () => kept, putLink: async (choice: LinkChoice) => void puts.push(choice) };
  const server = zone.server;
  const ports = new Links(
    { server, accountData: new AccountData(server, me, []), store: { links } },
    new AbortController().signal
  );
  return { zone, ports, puts };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

describe('what a link leads to', () => {
  it('is asked once by all who want it, without what stays in the browser, and again after an hour', async () => {
    const { zone, ports } = start();
    const both = [ports.preview('https://a.example/b#c'), ports.preview('https://a.example/b')];
    const asked = await zone.next('GET', at);
    expect(asked.query.get('url')).toBe('https://a.example/b');
    asked.reply(page);
    const bread = { title: 'Bread', description: '', site: '', picture: null };
    expect(await Promise.all(both)).toEqual([bread, bread]);
    vi.advanceTimersByTime(59 * 60_000);
    expect(await ports.preview('https://a.example/b')).toEqual(bread);
    vi.advanceTimersByTime(2 * 60_000);
    const again = ports.preview('https://a.example/b');
    (await zone.next('GET', at)).reply({ 'og:title': 'Cake' });
    expect(await again).toMatchObject({ title: 'Cake' });
  });

  it.each([
    [502, { errcode: 'M_UNKNOWN' }],
    [403, { errcode: 'M_UNKNOWN' }],
    [400, {}],
    [200, {}],
    [200, []]
  ])('is nothing where the zone says %i %j, which is remembered for a while', async (status, body) => {
    const { zone, ports } = start();
    const first = ports.preview('https://a.example/');
    (await zone.next('GET', at)).reply(body, { status });
    expect(await first).toBeNull();
    expect(await ports.preview('https://a.example/')).toBeNull();
    vi.advanceTimersByTime(11 * 60_000);
    const later = ports.preview('https://a.example/');
    (await zone.next('GET', at)).reply(page);
    expect(await later).toMatchObject({ title: 'Bread' });
  });

  it('is not known where something before the zone answers, and asked again', async () => {
    const { zone, ports } = start();
    const first = ports.preview('https://a.example/');
    (await zone.next('GET', at)).reply('<h1>Bad gateway</h1>', { status: 502 });
    await expect(first).rejects.toMatchObject({ reason: 'unreachable' });
    const again = ports.preview('https://a.example/');
    (await zone.next('GET', at)).reply(page);
    expect(await again).toMatchObject({ title: 'Bread' });
  });

  it('is asked no more of a zone that does not look', async () => {
    const { zone, ports } = start();
    const wanted = ports.wanted();
    const seen: boolean[] = [];
    wanted.subscribe(({ offered }) => seen.push(offered));
    const first = ports.preview('https://a.example/');
    (await zone.next('GET', at)).refuse(404, 'M_UNRECOGNIZED');
    expect([await first, await ports.preview('https://b.example/')]).toEqual([null, null]);
    await vi.waitFor(() => expect(seen.at(-1)).toBe(false));
  });

  it('is not asked of what is no page', async () => {
    const { ports } = start();
    for (const url of ['mailto:a@b.example', 'file:///etc/passwd', 'https://a:b@c.example', 'data:text/html,x', '/x'])
      expect([url, await ports.preview(url)]).toEqual([url, null]);
  });
});

it('where links are shown is what was kept, and a choice taken back is as usual', async () => {
  const [room, event] = ['!a' as RoomId, '$b' as EventId];
  const { ports, puts } = start([
    { id: room, shown: true },
    { id: event, shown: false }
  ]);
  const wanted = ports.wanted();
  const stop = wanted.subscribe(() => undefined);
  await vi.waitFor(() => expect(wanted.current).toMatchObject({ rooms: { [room]: true }, hidden: [event] }));
  await ports.setIn(room, null);
  expect([wanted.current?.rooms, puts]).toEqual([{}, [{ id: room, shown: null }]]);
  stop();
});

describe('what a page says of itself', () => {
  const content = 'mxc://zone.example/2026-01-01_abc';

  it('is read in one line each, and what makes no sense is left out', () => {
    const all = { 'og:title': ' A\n\u0007 b ', 'og:description': 5, 'og:site_name': ['x'], 'og:image': content };
    expect(previewOf({ ...all, 'og:image:width': '300', 'og:image:height': 200 })).toEqual({
      title: 'A b',
      description: '',
      site: '',
      picture: { source: { at: 'zone', content, seal: null } }
    });
    const shaped = previewOf({ 'og:image': content, 'og:image:width': 300, 'og:image:height': 200 });
    expect(shaped?.picture?.shape).toEqual({ width: 300, height: 200 });
  });

  it('is nothing where a picture is not the zone’s own copy', () => {
    for (const image of ['https://evil.example/a.png', 'javascript:alert(1)', 'mxc://a/../b', 'data:image/png,x', null])
      expect(previewOf({ 'og:image': image, 'og:site_name': 'A' })).toBeNull();
  });

  it('turns nothing, piles nothing up, and is bounded', () => {
    for (const written of [...turning, heap, ...megabytes]) {
      const read = previewOf({ 'og:title': written, 'og:description': written, 'og:site_name': written });
      expect(read?.title).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|\p{M}{7}/u);
      expect(JSON.stringify(read).length).toBeLessThan(3000);
    }
  });
});
