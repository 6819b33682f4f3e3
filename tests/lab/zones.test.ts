import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Account, Refused } from './account.ts';
import { Lab, openLocal } from './lab.ts';
import { until } from './process.ts';
import { Zone } from './zones.ts';

describe('zones as hosts', () => {
  let lab: Lab;
  let a: Zone;
  let b: Zone;
  beforeAll(async () => {
    lab = await Lab.open(['a', 'b', 'street']);
    [a, b] = await Promise.all([Zone.on(lab, 'a'), Zone.on(lab, 'b')]);
  }, 180_000);
  afterAll(() => lab.close());

  test('federate, also about what was said while their link was cut', async () => {
    const [alba, bo] = await Promise.all([Account.register(a, 'alba'), Account.register(b, 'bo')]);
    const room = await alba.createRoom({ preset: 'private_chat', invite: [bo.id] });
    await until('the invitation', () => bo.isInvited(room));
    await bo.join(room, 'a.test');
    const arrives = (text: string) => until(text, async () => (await bo.texts(room)).includes(text), { seconds: 30 });
    await alba.send(room, 'before');
    await arrives('before');

    const link = lab.network.link('a', 'b');
    const way = lab.network.way('a', 'b');
    await link.cut();
    const { dropped } = await way.counts();
    await alba.send(room, 'meanwhile');
    await until('zone a to try', async () => (await way.counts()).dropped > dropped + 3);
    expect(await bo.texts(room)).not.toContain('meanwhile');
    await link.mend();
    await arrives('meanwhile');
    await alba.send(room, 'after');
    await arrives('after');
    expect(await bo.texts(room)).toEqual(['before', 'meanwhile', 'after']);
  }, 90_000);

  test('serve browsers and programs of other hosts', async () => {
    const place = { origin: a.origin, host: lab.host('street') };
    const cleo = await Account.register(place, 'cleo');
    await expect(Account.signIn(place, 'cleo', 'a wrong password')).rejects.toThrow('M_FORBIDDEN');
    expect((await Account.signIn(place, 'cleo', cleo.password)).id).toBe('@cleo:a.test');
  }, 30_000);
});

describe('a zone on this machine', () => {
  let local: Awaited<ReturnType<typeof openLocal>>;
  let zone: Zone;
  beforeAll(async () => {
    local = await openLocal();
    zone = await Zone.local(local.host);
  }, 120_000);
  afterAll(() => local.close());

  test('a part that is killed comes back with what it knew', async () => {
    const dora = await Account.register(zone, 'dora');
    const room = await dora.createRoom({ name: 'Kitchen' });
    await dora.send(room, 'kept');
    const before = await zone.signal('synapse', 'SIGKILL');
    await zone.restarted('synapse', before);
    expect(await dora.texts(room)).toEqual(['kept']);
    expect(zone.log('synapse')).toContain('Setting up server');
  }, 60_000);

  test('a part that hangs answers nothing until it goes on', async () => {
    await zone.signal('web', 'SIGSTOP');
    const answered = zone.host.fetch(`${zone.origin}/healthz`, { seconds: 1 });
    await expect(answered).rejects.toThrow('timeout');
    await zone.signal('web', 'SIGCONT');
    expect((await zone.host.fetch(`${zone.origin}/healthz`)).status).toBe(200);
  }, 30_000);

  test('it stops, and starts again with its people', async () => {
    const eva = await Account.register(zone, 'eva');
    await zone.stop();
    await expect(zone.host.fetch(zone.origin)).rejects.toThrow();
    await zone.start();
    expect((await Account.signIn(zone, 'eva', eva.password)).id).toBe(eva.id);
    await expect(Account.signIn(zone, 'eva', 'not hers')).rejects.toBeInstanceOf(Refused);
  }, 120_000);
});
