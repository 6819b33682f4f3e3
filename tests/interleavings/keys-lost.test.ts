import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Timeline, TransactionId } from '../../src/lib/matrix/values.ts';
import { StandIn } from '../standin/server.ts';
import { settled } from './follow.ts';
import { Home } from './home.ts';
import { Other } from './other.ts';
import { unique } from './place.ts';
import { textOf } from './truth.ts';

let server: StandIn;
beforeAll(async () => {
  server = await StandIn.start(undefined, { app: false });
});
afterAll(() => server.stop());

const password = 'sits at a table';
const newest = (text: string) => (timeline: Timeline) =>
  timeline.rows.some((row) => row.kind === 'message' && row.event !== null && textOf(row) === text);

/** The keys of somebody's devices, as the server has them. */
const keysOf = (id: string): object =>
  (server.world.devices.query([id]).device_keys as Record<string, object>)[id] ?? {};

it('a browser that has lost its keys says so, takes nobody’s place, and goes on once she has signed in again', async () => {
  const bo = await Other.arrive(server.origin);
  const name = unique('alba');
  const alba = await Home.register(server.origin, { name, password });
  const { conversations } = bo.home.ports;
  const room = await conversations.create({ name: 'sealed', door: 'invitation', sealed: true });
  await conversations.invite(room, alba.id);
  await settled('the invitation', alba.ports.conversations.one(room), (one) => one?.membership === 'invited');
  await alba.ports.conversations.join(room);
  await bo.say('sealed', room, ['before']);
  await settled('a message', alba.ports.timelines.rows(room), newest('before'));
  const keys = keysOf(alba.id);

  await alba.loseKeys();
  await settled('the loss to be said', alba.ports.link.keeping(), (keeping) => keeping === 'keys-lost');
  await alba.ports.drafts.keep(room, { text: 'half a sen' });
  await alba.ports.timelines.send(room, { text: 'waits' }, crypto.randomUUID() as TransactionId);
  expect(keysOf(alba.id)).toEqual(keys);

  const account = await alba.accounts.signIn({ name, password });
  expect(Object.keys(keys)).not.toContain(account.device);
  await settled('all to be well', alba.ports.link.keeping(), (keeping) => keeping === 'kept');
  expect(await alba.ports.drafts.of(room)).toEqual({ text: 'half a sen' });
  await settled('what waited to be sent', alba.ports.timelines.rows(room), newest('waits'));
  await alba.hasKeys();
  await bo.say('sealed', room, ['after']);
  await settled('a message', alba.ports.timelines.rows(room), newest('after'));
  await settled('it to be read', bo.home.ports.timelines.rows(room), newest('waits'));
  expect(Object.keys(keysOf(alba.id))).toEqual([account.device]);
  await alba.stop();
  await bo.home.stop();
}, 60_000);
