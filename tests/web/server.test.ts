import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { inlineScripts, prerenderedPages } from '../../src/lib/server/pages.ts';
import type { OfflineList } from '../../src/lib/server/offline.ts';
import { hashOf } from '../../src/lib/server/policy.ts';
import { addresses, build, WebServer } from './server.ts';

const client = readdirSync(`${build}/client`, { recursive: true, encoding: 'utf8' });

describe('the web server', () => {
  let server: WebServer;
  beforeAll(async () => {
    server = await WebServer.start();
  }, 20_000);
  afterAll(() => server.stop(), 10_000);

  const html = { accept: 'text/html' };
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.origin}${path}`, { headers, redirect: 'manual' });
  const scriptSources = (answer: Response) =>
    /script-src ([^;]*)/.exec(answer.headers.get('content-security-policy') ?? '')?.[1] ?? '';

  it('allows exactly the inline scripts of its own pages, prerendered and rendered', async () => {
    const paths = prerenderedPages(`${build}/prerendered`).map(({ path }) => path);
    expect(paths).toContain('/');
    const routes = addresses();
    for (const path of new Set([...paths, ...routes, '/no/such/page', '/_app/no-such-file'])) {
      const answer = await ask(path, html);
      expect(answer.status, path).toBe(/no.such/.test(path) ? 404 : 200);
      const sources = scriptSources(answer);
      expect(sources, path).not.toContain('unsafe-inline');
      for (const script of inlineScripts(await answer.text())) expect(sources, path).toContain(hashOf(script));
    }
  });

  it('gives the pages of one person as a shell that was prerendered', async () => {
    const known = new Set(prerenderedPages(`${build}/prerendered`).map(({ path }) => path));
    const varying = addresses().filter((path) => path.includes('somebody'));
    expect(varying.length).toBeGreaterThan(0);
    for (const path of [...varying, '/chats/!id:zone.example?x=1', '/chats/!id%2Fwith%20all']) {
      const [answer, shell] = await Promise.all([ask(path, html), ask('/chats/any', html)]);
      expect(answer.status, path).toBe(200);
      expect(answer.headers.get('etag'), path).toBe(shell.headers.get('etag'));
    }
    expect(known).toContain('/chats/any');
  });

  it('starts the engine with the pages of the app, and with no other', async () => {
    for (const { path } of prerenderedPages(`${build}/prerendered`)) {
      const engine = /data-engine="([^"]*)"/.exec(await (await ask(path, html)).text())?.[1];
      const app = /^\/(?:chats|open|people|settings|share)/.test(path);
      expect(engine, path).toMatch(app ? /^\/_app\/immutable\/workers\/worker-[\w-]+\.js$/ : /^$/);
      if (engine) expect((await ask(engine)).status).toBe(200);
    }
  });

  it('says what the app needs without a network: every file of the build, worker and WebAssembly too, but the names of signs', async () => {
    const answer = await ask('/_app/offline.json');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const { shell, hashed, plain } = (await answer.json()) as OfflineList;
    const built = client.filter((file) => /^_app\/immutable\/.*\.\w+(?<!\.(?:br|gz))$/.test(file));
    const signs = built.filter((file) => /\/(?:ca|en|es)\.[\w-]+\.json$/.test(file));
    expect(signs).toHaveLength(3);
    const kept = built.filter((file) => !signs.includes(file));
    expect([...hashed].sort()).toEqual(kept.map((file) => `/${file}`).sort());
    for (const kind of [/entry\/app/, /workers\/worker/, /workers\/chunks/, /\.wasm$/, /\.woff2$/])
      expect(
        hashed.filter((path) => kind.test(path)),
        String(kind)
      ).not.toEqual([]);
    expect(plain).toContain('/icon.svg');
    for (const path of [shell, ...hashed, ...plain]) expect((await ask(path)).status, path).toBe(200);
  });

  it('sends one policy and the same protection on pages, scripts, workers, WebAssembly and errors', async () => {
    const files = ['js', 'wasm', 'css', 'svg'].flatMap((end) => client.find((file) => file.endsWith(`.${end}`)) ?? []);
    const policies = new Set<string | null>();
    const own = ['/service-worker.js', '/_app/offline.json'];
    for (const path of ['/', '/chats', '/healthz', '/no/such/page', ...own, ...files.map((file) => `/${file}`)]) {
      const { headers } = await ask(path);
      policies.add(headers.get('content-security-policy'));
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('same-origin');
      expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin');
      expect(headers.get('permissions-policy'), path).toMatch(
        /microphone=\(self\), camera=\(self\), display-capture=\(self\)/
      );
    }
    expect(policies.size).toBe(1);
    expect([...policies][0]).toContain("object-src 'none'");
  });

  it('lets browsers keep hashed files for ever and ask again for all else', async () => {
    const hashed = client.filter((file) => /^_app\/immutable\/.*\.(?:js|css|wasm)$/.test(file));
    expect(hashed.length).toBeGreaterThan(0);
    for (const file of hashed) {
      expect((await ask(`/${file}`)).headers.get('cache-control'), file).toBe('public,max-age=31536000,immutable');
    }
    const changing = ['/', '/chats/somebody', '/manifest.webmanifest', '/_app/version.json', '/service-worker.js'];
    for (const path of [...changing, '/no/such/page']) {
      expect((await ask(path, html)).headers.get('cache-control'), path).toBe('no-cache');
    }
    for (const path of changing) {
      const first = await ask(path);
      const again = await ask(path, { 'if-none-match': first.headers.get('etag') ?? '' });
      expect(again.status, path).toBe(304);
    }
  });

  it('sends what was compressed when it was built: scripts, styles, pages and WebAssembly, each as what it is', async () => {
    const types = { js: /^text\/javascript/, css: /^text\/css/, wasm: /^application\/wasm$/ };
    for (const [end, type] of Object.entries(types)) {
      const file = client.find((name) => name.endsWith(`.${end}`)) ?? expect.fail(`there is no ${end}`);
      for (const [accepted, encoding] of [
        ['br, gzip', 'br'],
        ['gzip', 'gzip'],
        [null, undefined]
      ] as const) {
        const answer = await raw(`${server.origin}/${file}`, accepted ? { 'accept-encoding': accepted } : {});
        expect(answer.headers['content-encoding'], file).toBe(encoding);
        expect(answer.headers['content-type'], file).toMatch(type);
        expect(answer.headers.vary, file).toMatch(/accept-encoding/i);
        const suffix = encoding === 'br' ? '.br' : encoding === 'gzip' ? '.gz' : '';
        const size = readFileSync(join(build, 'client', `${file}${suffix}`)).length;
        expect(Number(answer.headers['content-length']), file).toBe(size);
      }
    }
    const page = await raw(`${server.origin}/chats/somebody`, { 'accept-encoding': 'br' });
    expect(page.headers['content-encoding']).toBe('br');
  });

  it('gives a page in the language that the browser asks for', async () => {
    const twin = prerenderedPages(`${build}/prerendered`).find(({ path }) => path === '/ca');
    const answer = await ask('/?x=1', { ...html, 'accept-language': 'ca-ES, en;q=0.5' });
    const page = await answer.text();
    if (twin) {
      expect(page).toContain('<html lang="ca"');
      expect(answer.headers.get('content-language')).toBe('ca');
      expect(answer.headers.get('vary')).toMatch(/accept-language/i);
    } else expect(page).toContain('<html lang="en"');
    expect(await (await ask('/', { ...html, 'accept-language': 'de' })).text()).toContain('<html lang="en"');
  });

  it('holds no trace of the fake zone', () => {
    const mark = 'was asked to fail';
    const scripts = client.filter((file) => file.endsWith('.js'));
    expect(scripts.filter((file) => readFileSync(join(build, 'client', file), 'utf8').includes(mark))).toEqual([]);
    expect(readFileSync(new URL('../../src/lib/matrix/fake/network.ts', import.meta.url), 'utf8')).toContain(mark);
  });

  it('says that it is well', async () => {
    const answer = await ask('/healthz');
    expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
  });
});

describe('starting and stopping', () => {
  function policyFile(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'policy-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'policy.json');
    writeFileSync(file, text);
    return file;
  }

  it('takes the zone’s policy', async () => {
    const server = await WebServer.start({
      TERTULIA_POLICY: policyFile('{"connect-src": ["\'self\'", "wss://meet.far.example"]}')
    });
    onTestFinished(async () => void (await server.stop()));
    const policy = (await fetch(server.origin)).headers.get('content-security-policy');
    expect(policy).toContain("connect-src 'self' wss://meet.far.example;");
    expect(policy).toContain('sha256-');
  });

  it('says in one line what is wrong with a policy, and ends', async () => {
    const bad = await WebServer.spawn({ TERTULIA_POLICY: policyFile('{"script-src": ["*"]}') }).ended;
    expect(bad.code).toBe(1);
    expect(bad.errors).toMatch(/^\S+policy\.json: script-src: \* would let foreign scripts run\n$/);
    const none = await WebServer.spawn({ TERTULIA_POLICY: '/no/such/policy.json' }).ended;
    expect(none).toEqual({ code: 1, errors: 'The policy /no/such/policy.json cannot be read: ENOENT\n' });
  });

  it('says that there is no build, and that the port is taken', async () => {
    const none = await WebServer.spawn({ TERTULIA_BUILD: '/no/such/build' }).ended;
    expect(none).toEqual({ code: 1, errors: 'There is no app in /no/such/build: run npm run build\n' });
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const taken = await WebServer.spawn({ PORT: String(port) }).ended;
    expect(taken.code).toBe(1);
    expect(taken.errors).toContain(`Port ${port} of 127.0.0.1 is taken by another program\n`);
    expect(taken.errors).not.toContain('    at ');
  });

  it('logs nothing while all is well, nor an address that there is no page for', async () => {
    const server = await WebServer.start();
    const answer = await fetch(`${server.origin}/no/such/page`, { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(404);
    expect(await server.stop()).toEqual({ code: 0, errors: '' });
  });

  it('stops at once, whoever hangs on', async () => {
    const server = await WebServer.start();
    const { port, hostname } = new URL(server.origin);
    const hanging = createConnection(Number(port), hostname);
    await once(hanging, 'connect');
    hanging.write('GET / HTTP/1.1\r\nHost: zone.example\r\n');
    onTestFinished(() => void hanging.destroy());
    const told = Date.now();
    expect((await server.stop()).code).toBe(0);
    expect(Date.now() - told).toBeLessThan(3000);
  });
});

/** An answer as it came, not decompressed. */
async function raw(address: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const [answer] = (await once(get(address, { headers, agent: false }), 'response')) as [IncomingMessage];
  answer.resume();
  return answer;
}
