import 'fake-indexeddb/auto';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { newTransaction } from '../transaction.ts';
import type { AccountId } from '../values.ts';
import { Engine } from './engine.ts';
import { me, room } from './testing/examples.ts';
import { ScriptedServer, settled } from './testing/scripted-server.ts';

const sync = /simplified_msc3575\/sync$/;

let profiles = 0;
let profile: string;
beforeEach(() => {
  profile = `engine-${profiles++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});

/** A browser's engine; another one of the same profile is another build of the app, or the same after a reload. */
async function open() {
  const zone = new ScriptedServer();
  zone.on('POST', /\/login$/, () => ({ user_id: me, access_token: 'token', device_id: 'D' }));
  zone.on('POST', /\/logout$/, () => ({}));
  const options = { base: 'http://zone.test', deviceName: 'test', profile, persistKeys: false, fetch: zone.fetch };
  const engine = new Engine(options as ConstructorParameters<typeof Engine>[0]);
  onTestFinished(() => engine.close());
  await engine.load();
  return { zone, engine, signIn: () => engine.accounts.signIn({ name: 'me', password: 'p' }) };
}
const databases = async () =>
  (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.includes(profile));

it('signs out and wipes though the server has never answered', async () => {
  const { zone, engine, signIn } = await open();
  await signIn();
  const asked = await zone.next('POST', sync);
  expect(await databases()).toContain(`tertulia-${profile}:${me}`);
  await engine.accounts.signOut(me);
  expect(asked.aborted).toBe(true);
  expect(await databases()).toEqual([`tertulia-${profile}`]);
  await expect(engine.running(me)).rejects.toMatchObject({ reason: 'signed-out' });
});

it('signs out at the moment of signing in', async () => {
  const { engine, signIn, zone } = await open();
  await signIn();
  await engine.accounts.signOut(me);
  await settled();
  expect(await databases()).toEqual([`tertulia-${profile}`]);
  const after = zone.log.length;
  await settled();
  expect(zone.log).toHaveLength(after);
});

it('a command that runs while its account is signed out ends, and nothing is kept of it', async () => {
  const { zone, engine, signIn } = await open();
  await signIn();
  const ports = await engine.running(me);
  const asked = await zone.next('POST', sync);
  asked.reply({ pos: '1', rooms: { [room]: { required_state: [], timeline: [] } } });
  await zone.next('POST', sync);
  await ports.timelines.send(room, { text: 'hello' }, newTransaction());
  const older = ports.timelines.rows(room).subscribe(() => undefined);
  const reading = ports.timelines.older(room);
  await engine.accounts.signOut(me);
  older();
  await reading;
  await expect(ports.timelines.send(room, { text: 'too late' }, newTransaction())).rejects.toMatchObject({
    reason: 'storage'
  });
  expect(await databases()).toEqual([`tertulia-${profile}`]);
});

it('shows an account whose token is refused as signed out, and asks no more', async () => {
  const { zone, engine, signIn } = await open();
  await signIn();
  (await zone.next('POST', sync)).refuse(401, 'M_UNKNOWN_TOKEN');
  await vi.waitFor(() => expect(engine.accounts.list().current?.[0]?.state).toBe('signed-out'));
  const asked = zone.log.length;
  await settled();
  expect(zone.log).toHaveLength(asked);
  expect((await engine.running(me)).link.state().current).toEqual({ state: 'signed-out' });
});

it('never runs two engines on one account: the second waits until the first lets go', async () => {
  const first = await open();
  await first.signIn();
  await first.zone.next('POST', sync);
  const second = await open();
  await settled();
  expect(second.zone.log).toEqual([]);
  await first.engine.close();
  expect((await second.zone.next('POST', sync)).headers.get('authorization')).toBe('Bearer token');
});

it('one that waits can be ended', async () => {
  const first = await open();
  await first.signIn();
  await first.zone.next('POST', sync);
  const second = await open();
  const running = second.engine.running(me);
  await second.engine.close();
  await expect(running).rejects.toHaveProperty('reason');
  expect(second.zone.log).toEqual([]);
});

it('knows no account that is not here', async () => {
  const { engine } = await open();
  await expect(engine.running('@other:zone.test' as AccountId)).rejects.toMatchObject({ reason: 'signed-out' });
});

it('what is begun to be written outlives the engine, and is wiped by signing out', async () => {
  const first = await open();
  await first.signIn();
  await (await first.engine.running(me)).drafts.keep(room, { text: 'half a sen' });
  await first.engine.close();
  const second = await open();
  const { drafts } = await second.engine.running(me);
  expect(await drafts.of(room)).toEqual({ text: 'half a sen' });
  await second.engine.accounts.signOut(me);
  await second.signIn();
  expect(await (await second.engine.running(me)).drafts.of(room)).toBeNull();
});
