import { describe, expect, it } from 'vitest';
import { examples } from '$lib/matrix/fake/examples';
import { newTransaction } from '$lib/matrix/transaction';
import type { OpenRoom, UserId } from '$lib/matrix/values';
import { looking } from '../../../tests/component/looking.svelte';
import { Search } from './search.svelte';

async function open() {
  const { account, browser } = await examples.direct();
  if (!account) throw new Error('nobody is here');
  const search = new Search(browser.account(account));
  const names = looking(() => ({
    conversations: search.conversations.map(({ name }) => name),
    people: search.people.map(({ name }) => name),
    rooms: search.rooms.map(({ name }) => name)
  }));
  return { browser, search, names };
}

describe('searching', () => {
  it('finds conversations by name, without case and accents', async () => {
    const { search, names } = await open();
    search.term = 'ASSEMBLÉA';
    await expect.poll(() => names.now.conversations).toEqual(['Assemblea']);
  });

  it('finds people, but not twice those it found a conversation with', async () => {
    const { search, names } = await open();
    search.term = 'ma';
    await expect.poll(() => names.now.people.length).toBeGreaterThan(0);
    expect(names.now.conversations).toContain('Marta Vidal');
    expect(names.now.people).not.toContain('Marta Vidal');
  });

  it('finds open rooms that one is not in', async () => {
    const { browser, search, names } = await open();
    browser.zone.open('@laia:zone.example' as UserId, { name: 'Cor del barri', door: 'open' });
    search.term = 'cor';
    await expect.poll(() => names.now.rooms).toEqual(['Cor del barri']);
    const room = search.rooms[0] as OpenRoom;
    expect(await search.join(room)).toBe(room.id);
  });

  it('says when nothing is there', async () => {
    const { search } = await open();
    const nothing = looking(() => search.nothing);
    search.term = 'zzzz';
    expect(search.nothing).toBe(false);
    await expect.poll(() => nothing.now).toBe(true);
  });

  it('shows the answer to the last question, whichever comes first', async () => {
    const { browser, search, names } = await open();
    const release = browser.network.hold('people.search');
    search.term = 'jordi';
    await expect.poll(() => browser.network.holds('people.search')).toBe(true);
    search.term = 'laia';
    release();
    await expect.poll(() => names.now.people).toEqual(['Laia Roca']);
  });

  it('says why it failed, and asks again', async () => {
    const { browser, search, names } = await open();
    browser.network.cut();
    const found = looking(() => search.found);
    search.term = 'jordi';
    await expect.poll(() => found.now.state).toBe('failed');
    browser.network.restore();
    await search.retry();
    await expect.poll(() => names.now.people).toEqual(['Jordi Casals']);
  });

  it('opens the one conversation with somebody', async () => {
    const { search } = await open();
    search.term = 'jordi';
    const people = looking(() => search.people);
    await expect.poll(() => people.now.length).toBe(1);
    const [jordi] = people.now;
    const first = jordi && (await search.write(jordi));
    expect(first).toBeTruthy();
    expect(jordi && (await search.write(jordi))).toBe(first);
  });
});

describe('searching for messages', () => {
  it('finds what was said, in all conversations or in one alone, and shows where', async () => {
    const { browser, search } = await open();
    const zone = browser.zone;
    const me = browser.account(browser.accounts.list().current?.[0]?.id ?? expect.fail());
    const [one, two] = [
      await me.conversations.create({ name: 'One', door: 'open', sealed: false }),
      await me.conversations.create({ name: 'Two', door: 'open', sealed: true })
    ];
    for (const room of [one, two]) {
      await me.timelines.send(room, { text: 'the Watermill turns' }, newTransaction());
    }
    await expect.poll(() => zone.rooms.get(two)?.state().lines.at(-1)?.content.type).toBe('message');
    const said = looking(() => search.messages.found?.messages.map(({ conversation }) => conversation.name));
    search.term = 'watermill';
    await expect.poll(() => said.now).toEqual(['Two', 'One']);
    const conversation = me.conversations.one(two).current ?? expect.fail();
    search.lookIn(conversation);
    expect(search.term).toBe('');
    expect(search.active).toBe(true);
    await expect.poll(() => said.now).toBeUndefined();
    search.term = 'watermill';
    await expect.poll(() => said.now).toEqual(['Two']);
    expect(search.conversations).toEqual([]);
    search.lookIn(null);
    expect(search.term).toBe('watermill');
    await expect.poll(() => said.now).toEqual(['Two', 'One']);
    search.leave();
    expect(search.active).toBe(false);
  });

  it('waits for a second sign, and says that nothing was found only when all has been looked through', async () => {
    const { browser, search } = await open();
    const state = looking(() => [search.nothing, search.messages.looking] as const);
    search.term = 'q';
    await expect.poll(() => state.now[0]).toBe(true);
    expect(search.messages.found).toBeUndefined();
    const release = browser.network.hold('search.messages');
    search.term = 'qzqz';
    await expect.poll(() => state.now[1]).toBe(true);
    expect(state.now[0]).toBe(false);
    release();
    await expect.poll(() => state.now[0]).toBe(true);
  });

  it('says why it could not look everywhere, and looks again', async () => {
    const { browser, search } = await open();
    const failure = looking(() => search.messages.failure?.reason);
    browser.network.cut();
    search.term = 'bread';
    await expect.poll(() => failure.now).toBe('unreachable');
    browser.network.restore();
    await search.messages.further();
    await expect.poll(() => failure.now).toBeUndefined();
  });
});
