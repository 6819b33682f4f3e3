import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import webPush from 'web-push';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Authority } from '../lab/authority.ts';
import { isSignedBy, PushService } from '../lab/push-service.ts';
import { WebServer } from './server.ts';

const notify = '/_matrix/push/v1/notify';
const keys = webPush.generateVAPIDKeys();

describe('the zone’s push gateway', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tertulia-push-'));
  let service: PushService;
  let server: WebServer;

  beforeAll(async () => {
    const authority = await Authority.make(join(directory, 'authority'));
    service = await PushService.start(authority);
    const file = join(directory, 'push.json');
    const config = {
      ...keys,
      subject: 'mailto:nobody@localhost',
      services: [service.host, 'localhost:1', '.push.example']
    };
    writeFileSync(file, JSON.stringify(config));
    server = await WebServer.start({ TERTULIA_PUSH: file, NODE_EXTRA_CA_CERTS: authority.certificate });
  }, 30_000);
  afterAll(async () => {
    await server.stop();
    await service.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(() => {
    service.status = 201;
    service.delivered.length = 0;
  });

  const device = (name: string, more: Record<string, unknown> = {}) => {
    const { endpoint, auth, p256dh } = service.target(name);
    return { app_id: 'org.tertulia.web', pushkey: p256dh, data: { endpoint, auth, account: '@a:zone.test', ...more } };
  };
  const news = (devices: readonly unknown[], more: Record<string, unknown> = {}) => ({
    notification: { event_id: '$e', room_id: '!r', prio: 'high', counts: { unread: 2 }, devices, ...more }
  });
  async function post(body: unknown): Promise<{ status: number; answer: unknown }> {
    const init = { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(`${server.origin}${notify}`, init);
    return { status: response.status, answer: await response.json() };
  }
  const gone = (one: { pushkey: string }) => ({ status: 200, answer: { rejected: [one.pushkey] } });

  it('tells pages its key, and signs by it', async () => {
    const { key } = (await (await fetch(`${server.origin}/push/key`)).json()) as { key: string };
    expect(key).toBe(keys.publicKey);
    expect(await post(news([device('one')]))).toEqual({ status: 200, answer: { rejected: [] } });
    const [push] = service.delivered;
    expect(push && isSignedBy(key, push, `https://${service.host}`)).toBe(true);
    expect(push?.headers).toMatchObject({ ttl: '86400', urgency: 'high', 'content-encoding': 'aes128gcm' });
  });

  it('sends which event came and nothing of what it says', async () => {
    await post(news([device('one')], { content: { body: 'a secret' }, sender: '@b:zone.test', room_name: 'Kitchen' }));
    expect(service.delivered.map(({ payload }) => payload)).toEqual([
      { account: '@a:zone.test', room: '!r', event: '$e', unread: 2 }
    ]);
    await post({ notification: { counts: { unread: 0 }, devices: [device('one')] } });
    expect(service.delivered[1]?.payload).toEqual({ account: '@a:zone.test', unread: 0 });
  });

  it.each([404, 410])('has a browser forgotten that is gone: %d', async (status) => {
    service.status = status;
    expect(await post(news([device('one')]))).toEqual(gone(device('one')));
  });

  it.each([429, 500, 503])('is tried again where the service has trouble: %d', async (status) => {
    service.status = status;
    expect(await post(news([device('one')]))).toMatchObject({ status: 502, answer: { errcode: 'M_UNKNOWN' } });
  });

  it('is tried again where nobody answers, and forgets nobody for it', async () => {
    const one = device('one', { endpoint: 'https://localhost:1/one' });
    expect(await post(news([one]))).toMatchObject({ status: 502, answer: { errcode: 'M_UNKNOWN' } });
    const odd = { ...device('one'), pushkey: Buffer.alloc(65).toString('base64url') };
    expect(await post(news([odd]))).toMatchObject({ status: 502 });
  });

  it.each([
    'http://localhost:1/one',
    'https://127.0.0.1:8008/one',
    'https://10.0.0.1/one',
    'https://[::1]/one',
    'https://push.example.evil.test/one',
    'https://evilpush.example/one',
    'https://user:pass@up.push.example/one',
    'https://up.push.example:8443/one',
    'file:///etc/passwd',
    'no address'
  ])('calls nobody whom the zone does not name: %s', async (endpoint) => {
    const before = service.asked;
    expect(await post(news([device('one', { endpoint })]))).toEqual(gone(device('one')));
    expect(service.asked).toBe(before);
  });

  it('takes keys that are none, and other apps, for gone', async () => {
    for (const one of [
      { ...device('one'), pushkey: 'no key' },
      { ...device('one'), app_id: 'im.vector.app' },
      { app_id: 'org.tertulia.web', pushkey: 'x' },
      device('one', { auth: 'short' })
    ])
      expect(await post(news([one]))).toEqual(gone(one));
  });

  it.each([
    ['{', 400, 'M_NOT_JSON'],
    ['[]', 400, 'M_BAD_JSON'],
    [JSON.stringify({ notification: { devices: [] } }), 400, 'M_BAD_JSON'],
    [JSON.stringify({ notification: { devices: [{ app_id: 5 }] } }), 400, 'M_BAD_JSON'],
    ['x'.repeat(70_000), 413, 'M_TOO_LARGE']
  ])('says what is wrong with a request: %.30s', async (body, status, errcode) => {
    expect(await post(body)).toMatchObject({ status, answer: { errcode } });
  });

  it('knows POST alone', async () => {
    expect((await fetch(`${server.origin}${notify}`)).status).toBe(405);
  });

  it('does not flood a browser', async () => {
    const one = { ...device('flooded'), pushkey: webPush.generateVAPIDKeys().publicKey };
    const answers = await Promise.all(Array.from({ length: 80 }, () => post(news([one]))));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
    expect((await post(news([device('one')]))).status).toBe(200);
  });
});
