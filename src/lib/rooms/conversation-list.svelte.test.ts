import { afterEach, describe, expect, it, vi } from 'vitest';
import { examples } from '$lib/matrix/fake/examples';
import type { UserId } from '$lib/matrix/values';
import { looking } from '../../../tests/component/looking.svelte';
import { ConversationList } from './conversation-list.svelte';

async function open() {
  const example = await examples.direct();
  const { account, browser } = example;
  if (!account) throw new Error('nobody is here');
  const list = new ConversationList(browser.account(account).conversations);
  const names = looking(() => list.rows.rows.map(({ name }) => name));
  const say = (room: string, text = 'hello') => {
    const found = [...browser.zone.rooms.values()].find((one) => one.state().name === room);
    if (!found) throw new Error(`no room ${room}`);
    browser.zone.say(found, '@jordi:zone.example' as UserId, text);
  };
  return { browser, list, names, say };
}

afterEach(() => void vi.useRealTimers());

describe('the list of conversations', () => {
  it('has invitations first, then the newest', async () => {
    const { names } = await open();
    expect(names.now.slice(0, 3)).toEqual(['Hort del carrer', 'Marta Vidal', 'Plaza']);
  });

  it('moves a conversation up when something comes', async () => {
    const { names, say } = await open();
    say('Xarxa nord');
    await expect.poll(() => names.now[1]).toBe('Xarxa nord');
  });

  it('does not reorder under the pointer, but says what has come', async () => {
    const { list, names, say } = await open();
    list.holdOrder();
    say('Xarxa nord', 'still here');
    await expect
      .poll(() => list.rows.rows.find(({ name }) => name === 'Xarxa nord')?.last?.body)
      .toMatchObject({ text: 'still here' });
    expect(names.now[1]).toBe('Marta Vidal');
    list.releaseOrder();
    await expect.poll(() => names.now[1]).toBe('Xarxa nord');
  });

  it('reorders when the pointer has rested', async () => {
    vi.useFakeTimers();
    const { list, say } = await open();
    list.holdOrder();
    say('Xarxa nord');
    vi.advanceTimersByTime(2600);
    expect(list.rows.rows[1]?.name).toBe('Xarxa nord');
  });

  it('lets one accept and decline', async () => {
    const { list, names } = await open();
    const garden = list.at(0);
    if (!garden) throw new Error('no invitation');
    expect(await list.accept(garden.id)).toBe(true);
    await expect.poll(() => list.at(0)?.membership).toBe('joined');
    expect(await list.decline(garden.id)).toBe(true);
    await expect.poll(() => names.now).not.toContain('Hort del carrer');
  });

  it('says why an answer failed', async () => {
    const { browser, list } = await open();
    browser.network.cut();
    const garden = list.at(0);
    expect(garden && (await list.accept(garden.id))).toBe(false);
    expect(list.failure?.reason).toBe('unreachable');
  });
});
