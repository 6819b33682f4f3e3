import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Account } from '../lab/account.ts';
import { Authority } from '../lab/authority.ts';
import { openLocal } from '../lab/lab.ts';
import { isSignedBy, PushService } from '../lab/push-service.ts';
import { Zone } from '../lab/zones.ts';
import { Browsers } from './browsers.ts';
import { gathering, messages, newcomer, say, texts, type Actor } from './stage.ts';
import { eventually, until } from './until.ts';

/**
 * From one person's engine through a real homeserver and the zone's gateway to a push service: all of it as in a zone but
 * the service, which is the test's own, and the browser behind it, of which the test holds the keys.
 */
describe('a browser that has no page open', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tertulia-push-'));
  const browsers = new Browsers();
  let local: Awaited<ReturnType<typeof openLocal>>;
  let zone: Zone;
  let service: PushService;
  let anna: Actor;
  let berta: Actor;

  beforeAll(async () => {
    const authority = await Authority.make(join(directory, 'authority'));
    service = await PushService.start(authority);
    local = await openLocal();
    zone = await Zone.local(local.host, { push: [service.host] }, { NODE_EXTRA_CA_CERTS: authority.certificate });
    const stage = { browser: () => browsers.open(zone.origin) };
    [anna, berta] = await Promise.all([newcomer(stage, 'anna'), newcomer(stage, 'berta')]);
  }, 120_000);
  afterAll(async () => {
    await browsers.close();
    await local.close();
    await service.stop();
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  const pushersOf = async (person: Actor) => {
    const client = await Account.signIn({ origin: zone.origin, host: local.host }, person.name, person.password);
    return (await client.call<{ pushers: readonly unknown[] }>('GET', '/v3/pushers')).pushers;
  };

  it('is told which message came, not what it says, and that all has been read', async () => {
    const room = await gathering({ sealed: true }, anna, berta);
    await berta.pushers.set(service.target('berta'));
    await say(anna, room, 'bread is ready');
    await eventually(
      () => service.delivered.length,
      (count) => count > 0
    );
    const [push] = service.delivered;
    const seen = await until(berta.timelines.rows(room), (now) => texts(now).includes('bread is ready'));
    const event = messages(seen).at(-1)?.event ?? expect.fail('has no event');
    expect(push).toMatchObject({ path: '/berta', payload: { account: berta.id, room, event, unread: 1 } });
    const key = ((await (await fetch(`${zone.origin}/push/key`)).json()) as { key: string }).key;
    expect(push && isSignedBy(key, push, `https://${service.host}`)).toBe(true);
    await berta.timelines.markRead(room, event);
    await eventually(
      () => service.delivered.map(({ payload }) => payload.unread),
      (counts) => counts.at(-1) === 0
    );
  });

  it('is told nothing of what one does not want to hear', async () => {
    const room = await gathering({ sealed: false }, anna, berta);
    await berta.conversations.setNotify(room, 'nothing');
    await until(berta.conversations.one(room), (one) => one?.notify === 'nothing');
    const loud = await gathering({ sealed: false }, anna, berta);
    const before = service.delivered.length;
    await say(anna, room, 'nobody needs this');
    await until(anna.timelines.rows(room), (now) => messages(now).at(-1)?.delivery === 'sent');
    await say(anna, loud, 'but this');
    const told = () => service.delivered.slice(before).flatMap(({ payload }) => payload.room ?? []);
    await eventually(told, (rooms) => rooms.includes(loud));
    expect(told()).not.toContain(room);
  });

  it('is forgotten when it is gone, and when one says so', async () => {
    const carla = await newcomer({ browser: () => browsers.open(zone.origin) }, 'carla');
    const room = await gathering({ sealed: false }, anna, carla);
    await carla.pushers.set(service.target('carla'));
    expect(await pushersOf(carla)).toHaveLength(1);
    await carla.pushers.remove(service.target('carla'));
    expect(await pushersOf(carla)).toEqual([]);
    await carla.pushers.set(service.target('carla'));
    service.status = 410;
    await say(anna, room, 'are you there?');
    await eventually(
      () => pushersOf(carla),
      ({ length }) => length === 0
    );
    service.status = 201;
  });
});
