import { createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partNames, type PartName } from '../../zone/component.ts';
import type { Finding } from '../../zone/finding.ts';
import { allocate } from '../../zone/relay/allocate.ts';
import { startOf } from '../../zone/supervision/started.mjs';
import { rateLimits } from '../../synapse/rate-limits.ts';
import { command, RunningZone } from './running-zone.ts';

/** The idle budget of the house, bytes. */
const memoryBudget = 400 * 1024 * 1024;
/** On a fresh clone this installs and builds first. */
const firstStart = 300_000;

/** Parts that do not obey are killed after 2.5 s; the rest is for a busy machine. ms. */
const stopping = 5000;

const zone = new RunningZone();
const password = 'a table in the shade';
let alice = '';

const pidOf = async (name: PartName): Promise<number> => {
  const pid = (await zone.status()).parts.find((part) => part.name === name)?.pid;
  if (!pid) throw new Error(`${name} does not run`);
  return pid;
};
const findingsIn = (lines: readonly unknown[]): readonly Finding[] =>
  (lines as { event: string; finding: Finding }[])
    .filter(({ event }) => event === 'finding')
    .map(({ finding }) => finding);
const until = (what: string, holds: () => boolean | Promise<boolean>) =>
  expect.poll(holds, { message: what, timeout: 15_000 }).toBe(true);

beforeAll(async () => {
  await zone.start();
  alice = await zone.register('alice', password);
}, firstStart);
afterAll(() => zone.remove(), 20_000);

describe('a zone that was started', () => {
  it('runs every part, with its version, within the memory that a small machine has', async () => {
    const status = await zone.status();
    expect(status).toMatchObject({ running: true, name: 'localhost', origin: `http://localhost:${zone.port}` });
    expect(status.parts.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...partNames.map((name) => `${name} running`),
      'supervisor running'
    ]);
    for (const part of status.parts) {
      expect(part.version).toMatch(/^\d+\.\d+/);
      expect(part.memory).toBeGreaterThan(1024 * 1024);
    }
    expect(status.memory).toBeLessThan(memoryBudget);
  });

  it('finds nothing wrong with itself', async () => {
    const { lines } = await command('check', '--data', zone.data);
    const { findings } = lines[0] as { findings: readonly Finding[] };
    // The machine that runs the tests may be short of room, and without the internet; the zone is not to blame.
    expect(findings.filter(({ id }) => !['disk.low', 'memory.low', 'push.reach'].includes(id))).toEqual([]);
  });

  it('brings a newcomer into the plaza, which belongs to the zone and not to a person', async () => {
    const from = { token: alice };
    const { body } = await zone.ask('GET', '/_matrix/client/v3/directory/room/%23plaza%3Alocalhost', from);
    const room = String(body.room_id);
    expect((await zone.ask('GET', '/_matrix/client/v3/joined_rooms', from)).body).toEqual({ joined_rooms: [room] });
    const { body: state } = await zone.ask(
      'GET',
      `/_matrix/client/v3/rooms/${room}/state/m.room.create?format=event`,
      from
    );
    expect(state).toMatchObject({ sender: '@zone:localhost', content: { room_version: '12' } });
    const listed = await zone.ask('POST', '/_matrix/client/v3/publicRooms', from, {});
    expect(listed.body.chunk).toMatchObject([{ room_id: room, join_rule: 'public', world_readable: false }]);
    const found = await zone.ask('POST', '/_matrix/client/v3/user_directory/search', from, { search_term: 'zone' });
    expect(found.body.results).toEqual([]);
  });

  it('relays calls for its own people only', async () => {
    const { body } = await zone.ask('GET', '/_matrix/client/v3/voip/turnServer', { token: alice });
    const port = Number(/^turn:127\.0\.0\.1:(\d+)\?transport=udp$/.exec((body.uris as string[])[0] ?? '')?.[1]);
    const secret = zone.read('secrets/turn').trim();
    expect(await allocate({ host: '127.0.0.1', port, secret })).toMatchObject({
      kind: 'relayed',
      address: '127.0.0.1'
    });
    const stranger = await allocate({ host: '127.0.0.1', port, secret: 'guessed' });
    expect(stranger).toEqual({ kind: 'refused', why: 'refuses our credentials (error 401)' });
  });

  it('serves pages, and nothing that is meant for this machine alone', async () => {
    expect((await zone.ask('GET', '/')).status).toBe(200);
    for (const path of ['/_synapse/admin/v1/register', '/_synapse/admin/v2/users', '/_matrix/federation/v1/version']) {
      expect([path, (await zone.ask('GET', path, { token: alice })).status]).toEqual([path, 404]);
    }
    expect((await zone.ask('GET', '/.well-known/matrix/client')).body).toEqual({
      'm.homeserver': { base_url: `http://localhost:${zone.port}` }
    });
  });
});

describe('what goes over a thin line', () => {
  const authorization = () => ({ authorization: `Bearer ${alice}` });

  it('is small: the homeserver’s answers, and the app as it was compressed when it was built', async () => {
    const { headers, body } = await zone.bytes('/_matrix/client/v3/sync', {
      ...authorization(),
      'accept-encoding': 'gzip'
    });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: expect.stringMatching(/accept-encoding/i) });
    expect(JSON.parse(gunzipSync(body).toString())).toHaveProperty('next_batch');
    const list = JSON.parse((await zone.bytes('/_app/offline.json', {})).body.toString()) as { hashed: string[] };
    const wasm = list.hashed.find((path) => path.endsWith('.wasm')) ?? expect.fail('no WebAssembly');
    expect((await zone.bytes(wasm, { 'accept-encoding': 'gzip, br, zstd' })).headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'application/wasm',
      'cache-control': 'public,max-age=31536000,immutable',
      vary: expect.stringMatching(/accept-encoding/i)
    });
  });

  it('media are passed on as they are', async () => {
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg">${' '.repeat(5000)}</svg>`;
    const sent = await fetch(`http://127.0.0.1:${zone.port}/_matrix/media/v3/upload`, {
      method: 'POST',
      headers: { ...authorization(), 'content-type': 'image/svg+xml' },
      body: drawing
    });
    const { content_uri: content } = (await sent.json()) as { content_uri: string };
    const path = `/_matrix/client/v1/media/download/${content.slice('mxc://'.length)}`;
    const { headers, body } = await zone.bytes(path, { ...authorization(), 'accept-encoding': 'gzip, br, zstd' });
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-length']).toBe(String(drawing.length));
    expect(headers['content-security-policy']).toMatch(/^sandbox/);
    expect(body.toString()).toBe(drawing);
  });

  it('compressing holds no answer back: a waiting sync hears a message as it is sent', async () => {
    const from = { token: alice };
    const { body } = await zone.ask('GET', '/_matrix/client/v3/sync', from);
    const waiting = zone.bytes(`/_matrix/client/v3/sync?timeout=30000&since=${String(body.next_batch)}`, {
      ...authorization(),
      'accept-encoding': 'gzip'
    });
    const [room] = (await zone.ask('GET', '/_matrix/client/v3/joined_rooms', from)).body.joined_rooms as string[];
    const text = 'said while one waits '.repeat(100);
    const sending = performance.now();
    await zone.ask('PUT', `/_matrix/client/v3/rooms/${room}/send/m.room.message/held`, from, {
      msgtype: 'm.text',
      body: text
    });
    const { headers, body: heard } = await waiting;
    // Far below what the sync would have waited for.
    expect(performance.now() - sending).toBeLessThan(3000);
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(heard).toString()).toContain(text);
  });
});

describe('the administrator’s link', () => {
  const spend = (token: string, user: string) =>
    zone.ask('POST', '/_tertulia/administrator', { token: user }, { token });
  const isAdministrator = async () => {
    const { status } = await zone.askInside('GET', '/_synapse/admin/v2/users', { token: alice });
    return status === 200;
  };

  it('works once, for who has it', async () => {
    const token = /#administrator=(\S+)$/.exec(zone.administrator ?? '')?.[1] ?? '';
    expect(await spend('a guess', alice)).toMatchObject({ status: 403, body: { errcode: 'TERTULIA_LINK_USED' } });
    expect((await zone.ask('POST', '/_tertulia/administrator', {}, { token })).status).toBe(401);
    expect(await isAdministrator()).toBe(false);
    const twice = await Promise.all([spend(token, alice), spend(token, alice)]);
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(await isAdministrator()).toBe(true);
    expect((await spend(token, alice)).body.errcode).toBe('TERTULIA_LINK_USED');
  });

  it('gives power in the plaza', async () => {
    const { body } = await zone.ask('GET', '/_matrix/client/v3/directory/room/%23plaza%3Alocalhost', { token: alice });
    const path = `/_matrix/client/v3/rooms/${String(body.room_id)}/state/m.room.power_levels`;
    expect((await zone.ask('GET', path, { token: alice })).body.users).toEqual({ '@alice:localhost': 100 });
  });

  it('cannot be guessed at leisure', async () => {
    const mallory = await zone.register('mallory', password);
    const answers: number[] = [];
    for (let guess = 0; guess < 7; guess += 1) answers.push((await spend(`guess ${guess}`, mallory)).status);
    expect(answers).toEqual([403, 403, 403, 403, 403, 429, 429]);
  });
});

describe('wrong passwords from one address', () => {
  it('lock out that address, whatever it claims to be, and no other', async () => {
    const attacker = '127.0.0.2';
    const { burst_count: burst } = rateLimits.rc_login.address;
    const guess = (n: number) =>
      zone.signIn('alice', `guess ${n}`, { address: attacker, headers: { 'x-forwarded-for': `198.51.100.${n}` } });
    const guesses = await Promise.all(Array.from({ length: burst }, (_, n) => guess(n)));
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([403]));
    // On a busy machine some more are allowed meanwhile, one each ten seconds.
    const more = async (n: number): Promise<number> => ((await guess(n)).status === 403 ? more(n + 1) : n);
    expect(await more(burst)).toBeLessThan(burst + 10);
    const still = await zone.signIn('alice', password, {
      address: attacker,
      headers: { 'x-forwarded-for': '203.0.113.9' }
    });
    expect(still.status).toBe(429);
    expect((await zone.signIn('alice', password)).status).toBe(200);
  }, 60_000);
});

describe('a part that is killed', () => {
  it('is started again, and who asks meanwhile waits for it', async () => {
    const before = await pidOf('synapse');
    process.kill(before, 'SIGKILL');
    await until('the homeserver has ended', () => startOf(before) === null);
    expect((await zone.ask('GET', '/_matrix/client/versions')).status).toBe(200);
    await until('it is known to run', async () => (await zone.status()).parts[0]?.state === 'running');
    expect((await zone.status()).parts[0]).toMatchObject({ name: 'synapse', restarts: 1 });
    expect(await pidOf('synapse')).not.toBe(before);
  }, 30_000);
});

describe('what cannot be started', () => {
  const up = (...args: readonly string[]) => command('up', ...args);

  it('the same zone twice', async () => {
    const { code, lines } = await up('--data', zone.data);
    expect([code, findingsIn(lines).map(({ id }) => id)]).toEqual([2, ['zone.running']]);
  });

  it('another zone on a taken port: the finding names who holds it', async () => {
    const other = `${zone.data}/other`;
    const { code, lines } = await up('--data', other, '--port', String(zone.port));
    const [finding] = findingsIn(lines);
    expect(code).toBe(2);
    expect(finding).toMatchObject({ id: 'edge.port', fix: expect.stringContaining('--port') });
    expect(finding?.symptom).toMatch(new RegExp(`^Port ${zone.port} is taken( by caddy \\(pid \\d+\\))?\\.$`));
  });

  it('a zone that is called by a number, or by another name than before', async () => {
    const number = await up('--data', `${zone.data}/other`, '--name', '10.1.2.3');
    expect(findingsIn(number.lines)[0]?.symptom).toContain('is an IP address');
  });
});

describe('ending', () => {
  const processes = async () => (await zone.status()).parts.flatMap(({ pid }) => (pid === null ? [] : [pid]));
  const alive = (pids: readonly number[]) => pids.filter((pid) => startOf(pid) !== null);

  it('takes every part along at once, and the next start finds everything as it was', async () => {
    const secrets = zone.read('secrets/signing.key');
    const pids = await processes();
    expect(pids).toHaveLength(5);
    expect(await zone.end('SIGTERM')).toBeLessThan(stopping);
    expect(alive(pids)).toEqual([]);
    const other = await command('up', '--data', zone.data, '--name', 'other.example', '--port', String(zone.port));
    expect(findingsIn(other.lines).map(({ id }) => id)).toEqual(['settings.name']);

    await zone.start();
    expect(zone.read('secrets/signing.key')).toBe(secrets);
    expect(zone.administrator).toBeNull();
    expect((await zone.signIn('alice', password)).status).toBe(200);
  }, 30_000);

  it('leaves nothing behind when the supervisor is killed, and starts again on other ports where its own are taken', async () => {
    const pids = await processes();
    const before = JSON.parse(zone.read('ports.json')) as Record<string, number>;
    await zone.end('SIGKILL');
    await until('every part has ended', () => alive(pids).length === 0);
    const squatter = createServer().listen(before.synapse, '127.0.0.1');
    await zone.start();
    squatter.close();
    const after = JSON.parse(zone.read('ports.json')) as Record<string, number>;
    expect(after).toEqual({ ...before, synapse: expect.not.closeTo(before.synapse ?? 0, 0) as number });
  }, 30_000);

  it('by Ctrl-C in the middle of a start leaves nothing running', async () => {
    await zone.end('SIGTERM');
    const starting = zone.start();
    await until('the homeserver is being started', async () => (await zone.status()).parts[0]?.state === 'starting');
    const pids = await processes();
    const took = zone.end('SIGINT');
    await expect(starting).rejects.toThrow('did not start');
    expect(await took).toBeLessThan(stopping);
    expect(alive(pids)).toEqual([]);
  }, 30_000);
});
