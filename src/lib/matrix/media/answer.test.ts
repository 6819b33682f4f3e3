import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AccountsStore } from '../engine/store/accounts-store.ts';
import { Names } from '../engine/store/database.ts';
import type { AccountId } from '../values.ts';
import { mediaUrl } from './address.ts';
import { answerMedia } from './answer.ts';
import { credentialsOf } from './credentials.ts';
import { sealFile } from './sealed-file.ts';
import { forgetStrangers, mediaCache } from './kept.ts';
import { browserCaches, origin } from './testing/browser.ts';
import { pictures } from './testing/pictures.ts';
import { trim } from './trim.ts';

const alba = '@alba:zone.test' as AccountId;
const bo = '@bo:zone.test' as AccountId;
const bytes = '0123456789';
/** Some bytes that ask for 14 GB. */
const bomb = pictures.png(60_000, 60_000);
const served = { 'content-type': 'image/png', 'content-length': '10', 'content-security-policy': 'sandbox;' };

const server = vi.fn<(url: URL | string, init?: RequestInit) => Promise<Response>>();
let store: AccountsStore;
let work: Promise<unknown>[];

beforeEach(async () => {
  await browserCaches();
  await store?.close();
  await deleteDB('tertulia');
  store = new AccountsStore(new Names());
  for (const id of [alba, bo]) await store.put({ id, token: `token of ${id}`, device: 'D', since: 1, expired: false });
  server.mockReset().mockImplementation(async () => new Response(bytes, { headers: served }));
  vi.stubGlobal('fetch', server);
  work = [];
});

const ask = (account: AccountId, id: string, range?: string): Promise<Response> =>
  answerMedia(
    new Request(`${origin}${mediaUrl(account, `mxc://zone.test/${id}`)}`, range ? { headers: { range } } : undefined),
    (one) => work.push(one)
  );
const settled = () => Promise.all(work);
const tokens = () => server.mock.calls.map(([, init]) => new Headers(init?.headers).get('authorization'));

describe('media', () => {
  it('come with the token of the account that asks, once for each', async () => {
    expect(await (await ask(alba, 'x')).text()).toBe(bytes);
    await settled();
    expect(await (await ask(alba, 'x')).text()).toBe(bytes);
    await ask(bo, 'x');
    expect(tokens()).toEqual([`Bearer token of ${alba}`, `Bearer token of ${bo}`]);
    const [url, init] = server.mock.calls[0] ?? [];
    expect(String(url)).toBe(`${origin}/_matrix/client/v1/media/download/zone.test/x`);
    expect(init).toMatchObject({ cache: 'no-store', redirect: 'error' });
    await settled();
    expect((await caches.keys()).sort()).toEqual([mediaCache(alba), mediaCache(bo)]);
  });

  it('run nothing, whatever the server said of them', async () => {
    server.mockImplementation(async () => new Response('<svg/>', { headers: { 'content-length': '6' } }));
    for (const answer of [await ask(alba, 'svg'), (await settled(), await ask(alba, 'svg'))]) {
      expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await ask(alba, 'png')).headers.get('content-security-policy')).not.toBeNull();
  });

  it('can be sought in: parts are cut from the whole, also while it is on its way', async () => {
    const first = await ask(alba, 'video', 'bytes=0-');
    expect([first.status, first.headers.get('content-range')]).toEqual([206, 'bytes 0-9/10']);
    const [part, whole] = await Promise.all([ask(alba, 'video', 'bytes=4-6'), first.text()]);
    expect([whole, part.status, await part.text()]).toEqual([bytes, 206, '456']);
    expect(part.headers.get('content-range')).toBe('bytes 4-6/10');
    expect(part.headers.get('content-type')).toBe('image/png');
    expect(server).toHaveBeenCalledOnce();
    expect((await ask(alba, 'video', 'bytes=10-')).status).toBe(416);
  });

  it('are not kept where they are no file, too large or of unknown size', async () => {
    const answers = [
      new Response('{}', { status: 404 }),
      new Response('x', { headers: { 'content-length': String(51 * 1024 * 1024) } }),
      new Response('x')
    ];
    for (const answer of answers) {
      const said = await answer.clone().text();
      server.mockResolvedValueOnce(answer);
      const got = await ask(alba, 'y');
      expect([got.status, await got.text()]).toEqual([answer.status, said]);
    }
    await settled();
    expect(await caches.keys()).toEqual([]);
  });

  it('that would take all memory as a picture are not shown, whatever they say that they are', async () => {
    const give = (one: Uint8Array<ArrayBuffer>) =>
      server.mockImplementation(
        async () => new Response(one, { headers: { ...served, 'content-type': 'text/plain' } })
      );
    give(bomb);
    for (const answer of [await ask(alba, 'bomb'), (await settled(), await ask(alba, 'bomb'))])
      expect([answer.status, await answer.text()]).toEqual([413, '']);
    const picture = pictures.png(8192, 8192);
    give(picture);
    expect(new Uint8Array(await (await ask(alba, 'picture')).arrayBuffer())).toEqual(picture);
  });

  it('are refused to who is not signed in here, without asking', async () => {
    expect((await ask('@nobody:zone.test' as AccountId, 'x')).status).toBe(401);
    expect(server).not.toHaveBeenCalled();
  });

  it('that arrive after one has signed out leave nothing', async () => {
    server.mockImplementation(async () => {
      await store.remove(alba);
      return new Response(bytes, { headers: served });
    });
    await ask(alba, 'late');
    await settled();
    expect(await caches.keys()).toEqual([]);
  });

  it('of accounts that are gone are removed', async () => {
    await ask(alba, 'x');
    await ask(bo, 'x');
    await settled();
    await store.remove(alba);
    await forgetStrangers();
    expect(await caches.keys()).toEqual([mediaCache(bo)]);
  });
});

describe('encrypted media', () => {
  const secret = new TextEncoder().encode(bytes);
  async function sealed(type = 'video/mp4', open = secret) {
    const { bytes: closed, seal: sealing } = await sealFile(open.buffer);
    const seal = await sealing;
    server.mockImplementation(
      async () => new Response(closed, { headers: { 'content-type': 'text/html', 'content-length': '10' } })
    );
    const request = (headers: Record<string, string> = {}, how = seal) =>
      answerMedia(
        new Request(`${origin}${mediaUrl(alba, 'mxc://zone.test/sealed', { sealed: { seal: how, type } })}`, {
          headers
        }),
        (one) => work.push(one)
      );
    return { closed, seal, request };
  }

  it('are opened for the page, and kept as they came', async () => {
    const { closed, request } = await sealed();
    const answer = await request();
    expect(await answer.text()).toBe(bytes);
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    await settled();
    expect(String(server.mock.calls[0]?.[0])).toBe(`${origin}/_matrix/client/v1/media/download/zone.test/sealed`);
    const cache = await caches.open(mediaCache(alba));
    const [kept] = await cache.matchAll();
    expect(new Uint8Array((await kept?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(new Uint8Array(closed));
  });

  it('can be sought in', async () => {
    const { request } = await sealed();
    const answers = await Promise.all([request({ range: 'bytes=0-' }), request({ range: 'bytes=4-6' })]);
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual([bytes, '456']);
    expect(answers.map(({ status }) => status)).toEqual([206, 206]);
    expect(server).toHaveBeenCalledOnce();
  });

  it('that are not what was sealed are not shown at all', async () => {
    const { seal, request } = await sealed();
    vi.spyOn(console, 'warn').mockReturnValueOnce(undefined);
    const answer = await request({}, { ...seal, sha256: 'A'.repeat(43) });
    expect([answer.status, await answer.text()]).toEqual([422, '']);
    expect(await (await request()).text()).toBe(bytes);
  });

  it.each(['image/png', 'image/webp', ''])('of type «%s» that would take all memory are not shown', async (type) => {
    const { request } = await sealed(type, bomb);
    const answer = await request();
    expect([answer.status, await answer.text()]).toEqual([413, '']);
  });

  it('that are pictures are shown', async () => {
    const picture = pictures.png(640, 480);
    const { request } = await sealed('image/png', picture);
    expect(new Uint8Array(await (await request()).arrayBuffer())).toEqual(picture);
  });

  it.each(['text/html', 'image/svg+xml', 'application/xhtml+xml', ''])('of type «%s» are only saved', async (type) => {
    const { request } = await sealed(type);
    expect((await request()).headers.get('content-type')).toBe('application/octet-stream');
  });
});

it('reading who is here neither makes the engine’s database nor holds it', async () => {
  expect(await credentialsOf(alba)).toMatchObject({ device: 'D' });
  await store.close();
  await deleteDB('tertulia', { blocked: () => expect.fail('somebody holds it') });
  expect(await credentialsOf(alba)).toBeUndefined();
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('tertulia');
  store = new AccountsStore(new Names());
  expect(await store.all()).toEqual([]);
});

it('the oldest go first', async () => {
  const cache = await caches.open('any');
  for (const name of ['a', 'b', 'c', 'd'])
    await cache.put(`${origin}/${name}`, new Response(bytes, { headers: { 'content-length': '10' } }));
  const names = async () => (await cache.keys()).map(({ url }) => url.slice(-1)).join('');
  await trim(cache, { bytes: 30, files: 100 });
  expect(await names()).toBe('bcd');
  await trim(cache, { bytes: 1000, files: 2 });
  expect(await names()).toBe('cd');
});
