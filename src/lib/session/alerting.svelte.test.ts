import { expect, it, vi } from 'vitest';
import { examples } from '$lib/matrix/fake/examples';
import type { Notice } from '$lib/offline/notice';
import type { UserId } from '$lib/matrix/values';
import { looking } from '../../../tests/component/looking.svelte';
import { Alerting } from './alerting.svelte';

const marta = '@marta:zone.example' as UserId;
const plain = (text = '') => text.replace(/[\u2068\u2069]/g, '');

async function begin() {
  const { account, browser } = await examples.plaza();
  if (!account) throw new Error('nobody is here');
  const desktop = { show: vi.fn((_notice: Notice) => undefined), clear: vi.fn((_tag: string) => undefined) };
  const { zone } = browser;
  zone.say(zone.plaza, marta, 'said before this page was there');
  const ports = browser.account(account);
  const alerting = new Alerting(ports.conversations, account, desktop);
  looking(() => alerting.follow());
  return { account, zone, desktop, ports };
}

it('brings what comes to the desktop, once, and not what was there before', async () => {
  const { account, zone, desktop } = await begin();
  expect(desktop.show).not.toHaveBeenCalled();
  zone.say(zone.plaza, marta, 'the bread is ready');
  await expect.poll(() => desktop.show.mock.calls.length).toBe(1);
  const [notice] = desktop.show.mock.calls[0] ?? [];
  expect(notice).toMatchObject({
    tag: `${account} ${zone.plaza.id}`,
    title: 'Plaza',
    path: `/chats/${encodeURIComponent(zone.plaza.id)}`
  });
  expect(plain(notice?.body)).toBe('Marta: the bread is ready');
  zone.react(zone.plaza, marta, zone.plaza.state().events.at(-1)?.id ?? expect.fail('nothing said'), '👍');
  zone.say(zone.plaza, marta, 'and the cake');
  await expect.poll(() => desktop.show.mock.calls.length).toBe(2);
});

it('takes away what has been read elsewhere', async () => {
  const { account, zone, desktop } = await begin();
  const event = zone.say(zone.plaza, marta, 'the bread is ready');
  await expect.poll(() => desktop.show.mock.calls.length).toBe(1);
  zone.read(zone.plaza, account, event);
  await expect.poll(() => desktop.clear.mock.calls).toEqual([[`${account} ${zone.plaza.id}`]]);
});

it('tells of an invitation, and nothing of what is silenced', async () => {
  const { account, zone, desktop, ports } = await begin();
  await ports.conversations.setNotify(zone.plaza.id, 'nothing');
  zone.say(zone.plaza, marta, 'nobody needs this');
  const room = zone.open(marta, { name: 'Hort' });
  zone.member(room, marta, account, 'invited');
  await expect.poll(() => desktop.show.mock.calls.length).toBe(1);
  const [notice] = desktop.show.mock.calls[0] ?? [];
  expect([notice?.title, plain(notice?.body)]).toEqual(['Hort', 'Marta Vidal invites you']);
});
