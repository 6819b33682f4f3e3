import { describe, expect, it } from 'vitest';
import { examples } from '$lib/matrix/fake/examples';
import type { Person, UserId } from '$lib/matrix/values';
import { looking } from '../../../tests/component/looking.svelte';
import { PersonSearch } from './person-search.svelte';

async function open() {
  const { account, browser, room } = await examples.plaza();
  if (!account || !room) throw new Error('nobody is here');
  const { people, conversations } = browser.account(account);
  const search = new PersonSearch(people, conversations);
  const state = looking(() => search.state);
  const found = async (term: string, id: string) => {
    search.term = term;
    const first = () => (state.now.state === 'found' ? state.now.people[0] : undefined);
    await expect.poll(() => first()?.id).toBe(id);
    return first() as Person;
  };
  return { browser, room, search, state, found };
}

describe('finding somebody', () => {
  it('waits for a word', async () => {
    const { search, state } = await open();
    expect(state.now).toEqual({ state: 'idle' });
    search.term = 'jor';
    expect(search.state).toEqual({ state: 'searching' });
    search.term = '';
    expect(search.state).toEqual({ state: 'idle' });
  });

  it('finds by name and by address', async () => {
    const { found } = await open();
    expect((await found('jordi', '@jordi:zone.example')).name).toBe('Jordi Casals');
    expect((await found('nora@far.example', '@nora:far.example')).name).toMatch(/^Nora/);
  });

  it('invites whom it found, and says why not', async () => {
    const { browser, room, search, found } = await open();
    browser.zone.meet({ id: '@mei:far.example' as UserId, name: 'Mei' });
    expect(await search.invite(room, await found('mei', '@mei:far.example'))).toBe(true);
    expect(await search.invite(room, await found('jordi', '@jordi:zone.example'))).toBe(false);
    expect(search.failure?.reason).toBe('forbidden');
  });

  it('asks again after a failure', async () => {
    const { browser, search, state } = await open();
    browser.network.failNext('people.search', 'unreachable');
    search.term = 'jordi';
    await expect.poll(() => state.now.state).toBe('failed');
    await search.ask();
    await expect.poll(() => state.now.state).toBe('found');
  });
});
