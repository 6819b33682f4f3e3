import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { newTransaction } from '../transaction.ts';
import type { RoomId } from '../values.ts';
import { examples, type Example } from './examples.ts';
import { createFake, FakeZone } from './index.ts';

const form = { name: 'anna', password: 'long enough' };

describe('the fake, beyond the contract', () => {
  it('locks out a browser that tries wrong passwords, and no other', async () => {
    const zone = new FakeZone({ attempts: 2 });
    const [one, two] = [zone.browser(), zone.browser()];
    await one.accounts.register(form);
    const wrong = () => one.accounts.signIn({ ...form, password: 'wrong' });
    await expect(wrong()).rejects.toMatchObject({ reason: 'wrong-password' });
    await expect(wrong()).rejects.toMatchObject({ reason: 'wrong-password' });
    await expect(one.accounts.signIn(form)).rejects.toMatchObject({
      reason: 'too-many-attempts',
      retryAfter: expect.any(Number)
    });
    await expect(two.accounts.signIn(form)).resolves.toMatchObject({ state: 'signed-in' });
  });

  it('refuses somebody who was deactivated', async () => {
    const fake = createFake();
    await fake.accounts.register(form);
    fake.zone.resident('anna').deactivated = true;
    await expect(fake.zone.browser().accounts.signIn(form)).rejects.toMatchObject({ reason: 'deactivated' });
  });

  it('fails once where a test asked for it', async () => {
    const fake = createFake();
    const { id } = await fake.accounts.register(form);
    fake.network.failNext('people.rename', 'forbidden');
    const { people } = fake.account(id);
    await expect(people.rename('Anna')).rejects.toEqual(new Failure('forbidden', 'people.rename was asked to fail'));
    await expect(people.rename('Anna')).resolves.toBeUndefined();
  });

  it('holds an answer and a feed until they are released', async () => {
    const fake = createFake();
    const { id } = await fake.accounts.register(form);
    const { people } = fake.account(id);
    const answers = [fake.network.hold('people.search'), fake.network.hold('people.me')];
    let answered = false;
    const search = people.search('x').then(() => (answered = true));
    const me = people.me();
    const told: string[] = [];
    me.subscribe(({ name }) => told.push(name));
    await new Promise((next) => setTimeout(next));
    expect([answered, me.current]).toEqual([false, undefined]);
    for (const release of answers) release();
    await search;
    expect([me.current?.name, told]).toEqual(['anna', ['anna']]);
  });

  it('keeps the identity of a value that did not change', async () => {
    const fake = createFake();
    const { id } = await fake.accounts.register(form);
    const list = fake.account(id).conversations.list({ start: 0, end: 5 });
    const before = list.current;
    await fake.account(id).people.search('somebody');
    fake.zone.meet({ id: '@other:far.example' as typeof id, name: 'other' });
    fake.zone.changed();
    expect(list.current).toBe(before);
  });

  it('wipes the outbox with the account', async () => {
    const fake = createFake();
    const { id } = await fake.accounts.register(form);
    const room = fake.zone.plaza.id;
    fake.network.cut();
    await fake.account(id).timelines.send(room, { text: 'never said' }, newTransaction());
    await fake.accounts.signOut(id);
    fake.network.restore();
    await fake.accounts.signIn(form);
    const rows = fake.account(id).timelines.rows(room).current?.rows ?? [];
    expect(rows.filter(({ kind }) => kind === 'message')).toEqual([]);
  });
});

describe('examples', () => {
  const look = ({ browser, account, room }: Example) => {
    const ports = browser.account(account ?? expect.fail('nobody is signed in'));
    return {
      ports,
      list: ports.conversations.list({ start: 0, end: 20 }).current,
      one: ports.conversations.one(room as RoomId).current,
      timeline: ports.timelines.rows(room as RoomId).current
    };
  };

  it('each can be built twice, alike', async () => {
    for (const [name, make] of Object.entries(examples)) {
      const [one, two] = [await make(), await make()];
      if (!one.account) continue;
      expect(look(two).timeline, name).toEqual(look(one).timeline);
      expect(look(two).list, name).toEqual(look(one).list);
    }
  });

  it('show what their names say', async () => {
    expect((await examples.nobody()).browser.accounts.list().current).toEqual([]);
    expect(look(await examples.empty()).list).toEqual({ total: 0, start: 0, rows: [] });
    expect(look(await examples.newcomer()).list?.total).toBe(1);
    expect(look(await examples.loading()).list).toBeUndefined();
    expect(look(await examples.loadingRows())).toMatchObject({ timeline: undefined, one: { sealed: true } });
    expect(look(await examples.invitation()).one).toMatchObject({
      membership: 'invited',
      inviter: { name: 'Laia Roca' }
    });
    expect(look(await examples.direct())).toMatchObject({ one: { kind: 'direct' }, timeline: { typing: [{}] } });
    expect(look(await examples.plaza()).one?.unread.count).toBe(3);
    expect(look(await examples.long()).timeline).toMatchObject({ older: 'more' });
    expect(look(await examples.olderFailed()).timeline?.older).toEqual({ failed: 'unreachable' });
    expect(look(await examples.failed()).timeline?.rows.at(-1)).toMatchObject({ delivery: { failed: 'too-large' } });
    expect(look(await examples.offline()).timeline?.rows.at(-1)).toMatchObject({ delivery: 'queued' });
    expect(look(await examples.many()).list?.total).toBeGreaterThan(1000);
    expect(look(await examples.locked()).ports.recovery.state().current).toEqual({ state: 'locked' });
    expect(look(await examples.recovered()).ports.recovery.state().current).toEqual({ state: 'ready', left: 0 });
    expect(look(await examples.signedOut()).ports.link.state().current).toEqual({ state: 'signed-out' });
    const kinds = look(await examples.unreadable()).timeline?.rows.flatMap((row) =>
      row.kind === 'message' ? [row.body.type] : []
    );
    expect(new Set(kinds)).toEqual(new Set(['text', 'file', 'unreadable', 'deleted', 'unsupported']));
  });
});
