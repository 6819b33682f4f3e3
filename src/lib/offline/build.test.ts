import { beforeEach, describe, expect, it } from 'vitest';
import { browserCaches, origin } from '../matrix/media/testing/browser.ts';
import { answered } from './address.ts';
import { buildsInUse, keep, renew, shellOf, sweep } from './build.ts';
import { buildCache, filesCache, listPath, pageLock } from './names.ts';

const asset = (name: string) => `/_app/immutable/${name}`;

/** A zone's web server that can be given another build, or another policy. */
class WebServer {
  readonly asked: string[] = [];
  files = new Map<string, string>();
  policy = 'first';

  hold(hashed: readonly string[]): this {
    const list = { shell: '/chats', hashed: hashed.map(asset), plain: ['/icon.svg'] };
    const page = hashed.map((name) => `<script src="${asset(name)}"></script>`).join('');
    const named = hashed.map((name) => [asset(name), `code of ${name}`] as const);
    this.files = new Map([[listPath, JSON.stringify(list)], ['/chats', page], ['/icon.svg', 'icon'], ...named]);
    return this;
  }

  readonly fetch = async (address: string): Promise<Response> => {
    this.asked.push(address);
    const body = this.files.get(address);
    const headers = { 'content-security-policy': this.policy };
    return new Response(body ?? 'nothing', { status: body === undefined ? 404 : 200, headers });
  };
}

let server: WebServer;
beforeEach(async () => {
  await browserCaches();
  server = new WebServer();
});

const surroundings = () => ({ caches, fetch: server.fetch });
const namesIn = async (cache: string) =>
  (await (await caches.open(cache)).keys()).map(({ url }) => new URL(url).pathname).sort();
const nobody = { open: 0, locks: [] };
const of = (version: string) => ({ name: pageLock(version) });

describe('a build that is kept', () => {
  it('opens with all its files and the policy that it came with', async () => {
    await keep('1', { ...surroundings(), fetch: server.hold(['a.js', 'b.wasm']).fetch });
    expect(await namesIn(filesCache)).toEqual([asset('a.js'), asset('b.wasm')]);
    const shell = await shellOf('1', caches);
    expect(await shell?.text()).toContain(asset('a.js'));
    expect(shell?.headers.get('content-security-policy')).toBe('first');
    expect(await shellOf('2', caches)).toBeUndefined();
    expect(await caches.keys()).toEqual([filesCache, buildCache('1')]);
  });

  it('fetches what another build has brought once only', async () => {
    server.hold(['a.js', 'b.wasm']);
    await keep('1', surroundings());
    server.hold(['a2.js', 'b.wasm']);
    await keep('2', surroundings());
    expect(server.asked.filter((path) => path === asset('b.wasm'))).toHaveLength(1);
    expect(await (await shellOf('1', caches))?.text()).toContain(asset('a.js'));
    expect(await (await shellOf('2', caches))?.text()).toContain(asset('a2.js'));
  });

  it('is not kept by half: not without one of its files, nor with the page of another', async () => {
    server.hold(['a.js', 'b.js']).files.delete(asset('b.js'));
    await expect(keep('1', surroundings())).rejects.toThrow('404');
    expect(await shellOf('1', caches)).toBeUndefined();
    server.hold(['a.js']).files.set('/chats', `<script src="${asset('newer.js')}"></script>`);
    await expect(keep('1', surroundings())).rejects.toThrow('of another build');
    expect(await shellOf('1', caches)).toBeUndefined();
    server.hold(['a.js']).files.set(listPath, '{"shell": "//evil.test", "hashed": [], "plain": []}');
    await expect(keep('1', surroundings())).rejects.toThrow(/shell|format/i);
  });

  it('takes over a policy that the zone has changed, and nothing else', async () => {
    server.hold(['a.js']);
    await keep('1', surroundings());
    const before = server.asked.length;
    await renew('1', await server.fetch('/people'), surroundings());
    expect(server.asked.slice(before)).toEqual(['/people']);
    server.policy = 'second';
    await renew('1', await server.fetch('/people'), surroundings());
    expect((await shellOf('1', caches))?.headers.get('content-security-policy')).toBe('second');
    server.hold(['b.js']).policy = 'third';
    await expect(renew('1', await server.fetch('/chats'), surroundings())).rejects.toThrow('of another build');
    expect((await shellOf('1', caches))?.headers.get('content-security-policy')).toBe('second');
  });
});

describe('older builds', () => {
  beforeEach(async () => {
    server.hold(['a1.js', 'b.wasm']);
    await keep('1', surroundings());
    server.hold(['a2.js', 'b.wasm']);
    await keep('2', surroundings());
  });

  it('go with the files that only they had once no page is of them', async () => {
    await sweep('2', { open: 1, locks: [of('2')] }, caches);
    expect(await caches.keys()).toEqual([filesCache, buildCache('2')]);
    expect(await namesIn(filesCache)).toEqual([asset('a2.js'), asset('b.wasm')]);
  });

  it('stay while a page is of them, or has not said yet of which it is', async () => {
    await sweep('2', { open: 1, locks: [of('1')] }, caches);
    await sweep('2', { open: 2, locks: [of('2')] }, caches);
    expect(await namesIn(filesCache)).toEqual([asset('a1.js'), asset('a2.js'), asset('b.wasm')]);
    await sweep('2', nobody, caches);
    expect(await namesIn(filesCache)).toEqual([asset('a2.js'), asset('b.wasm')]);
  });

  it('are told by locks of pages only', () => {
    const locks = [of('1'), { name: 'tertulia:@alba:zone.test' }];
    expect(buildsInUse({ open: 1, locks })).toEqual(new Set(['1']));
    expect(buildsInUse({ open: 2, locks })).toBeNull();
  });
});

describe('a request of a page', () => {
  const ask = (path: string, more: Partial<Parameters<typeof answered>[0]> = {}) =>
    answered(
      { method: 'GET', mode: 'no-cors', destination: 'image', url: new URL(path, origin).href, ...more },
      origin
    );
  const navigation = { mode: 'navigate', destination: 'document' } as const;
  const media = '/_matrix/client/v1/media/download/zone.test/x?account=%40a%3Azone.test';

  it.each([
    ['/chats', navigation, 'page'],
    ['/chats/!room', navigation, 'page'],
    ['/', navigation, 'page'],
    ['/_app/immutable/workers/assets/x.wasm', { destination: '' }, 'file'],
    ['/_app/version.json', { destination: '' }, 'nothing'],
    // What a page has made itself needs nobody.
    ['', { url: `blob:${origin}/5f2d` }, 'nothing'],
    ['/icon.svg', {}, 'plain'],
    [media, {}, 'media'],
    [media, { destination: 'video' }, 'media'],
    [media.replace('download', 'thumbnail'), {}, 'media'],
    // Would run what others wrote, as ours.
    [media, navigation, 'nothing'],
    [media, { mode: 'navigate', destination: 'iframe' }, 'nothing'],
    [media, { destination: 'script' }, 'nothing'],
    [media, { destination: 'object' }, 'nothing'],
    [media, { method: 'POST' }, 'nothing'],
    ['/_matrix/client/v1/media/config', { destination: '' }, 'nothing'],
    ['/_matrix/client/v3/sync', { destination: '' }, 'nothing'],
    ['/_tertulia/administrator', navigation, 'nothing'],
    ['https://far.test/_matrix/client/v1/media/download/far.test/x?account=%40a%3Azone.test', {}, 'nothing']
  ] as const)('%s %o: %s', (path, more, answer) => {
    expect(ask(path, more)).toBe(answer);
  });
});
