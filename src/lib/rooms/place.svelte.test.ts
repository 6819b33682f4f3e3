import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { UserId } from '$lib/matrix/values';
import { looking } from '../../../tests/component/looking.svelte';
import { faults, show } from '../../../tests/component/stage';
import { ConversationList } from './conversation-list.svelte';
import PlaceRooms from './PlaceRooms.svelte';

const marta = '@marta:zone.example' as UserId;

async function open() {
  const example = (await examples.plaza()) as Example & { account: UserId };
  const { zone, network } = example.browser;
  const bakery = zone.open(marta, { name: 'Forn', topic: 'Pa', door: 'open' });
  const workshop = zone.open(marta, { name: 'Taller', door: 'knock' });
  const place = zone.open(example.account, { name: 'Barri', holds: [bakery.id, workshop.id, zone.plaza.id] });
  const onopen = vi.fn();
  return { ...example, zone, network, bakery, workshop, place, onopen };
}

describe('a place', () => {
  it('shows its rooms in its order, and lets one in or look inside', async () => {
    const { place, bakery, workshop, onopen, account, ...example } = await open();
    await show({ account, ...example }, PlaceRooms, { room: place.id, topic: 'El nostre barri', onopen });
    const rows = page.getByRole('list', { name: 'Rooms of this place' }).getByRole('listitem');
    await expect.poll(() => rows.elements().length).toBe(3);
    await expect.element(rows.nth(2).getByRole('button', { name: 'Open', exact: true })).toBeVisible();
    expect(rows.nth(1).getByRole('button', { name: 'Join' }).query()).toBeNull();
    await rows.nth(1).getByRole('button', { name: 'Look inside Taller' }).click();
    await rows.nth(0).getByRole('button', { name: 'Join' }).click();
    await expect.poll(() => bakery.membership(account)).toBe('joined');
    expect(onopen.mock.calls).toEqual([[workshop.id, ['zone.example']], [bakery.id]]);
    await expect.poll(faults).toEqual([]);
  });

  it('takes rooms that one has, and one that one makes, and lets them go', async () => {
    const { place, zone, onopen, account, ...example } = await open();
    zone.open(account, { name: 'Cooperativa' });
    await show({ account, ...example }, PlaceRooms, { room: place.id, topic: '', onopen });
    const rows = page.getByRole('list', { name: 'Rooms of this place' }).getByRole('listitem');
    await page.getByRole('button', { name: 'Add a room of yours' }).click();
    const dialog = page.getByRole('dialog');
    expect(dialog.getByRole('button', { name: 'Add Plaza' }).query()).toBeNull();
    await dialog.getByRole('button', { name: 'Add Cooperativa' }).click();
    await expect.element(dialog.getByRole('button', { name: 'Add Cooperativa' })).not.toBeInTheDocument();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Make a room here' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Biblioteca');
    await dialog.getByRole('button', { name: 'Create room' }).click();
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.poll(() => rows.elements().length).toBe(5);
    await rows.getByRole('button', { name: 'Take Forn out of this place' }).click();
    await expect.poll(() => rows.elements().length).toBe(4);
    expect(place.holds?.size).toBe(4);
    await expect.poll(faults).toEqual([]);
  });

  it('is only looked at by who does not look after it', async () => {
    const { zone, bakery, account, onopen, ...example } = await open();
    const hers = zone.open(marta, { name: 'Poble', door: 'open', holds: [bakery.id] });
    zone.member(hers, account, account, 'joined');
    await show({ account, ...example }, PlaceRooms, { room: hers.id, topic: '', onopen });
    await expect.element(page.getByText('Forn')).toBeVisible();
    expect(page.getByRole('button', { name: 'Make a room here' }).query()).toBeNull();
    expect(page.getByRole('button', { name: 'Take Forn out of this place' }).query()).toBeNull();
  });

  it('says why it cannot be told, and asks again', async () => {
    const { place, network, onopen, ...example } = await open();
    network.failNext('conversations.within', 'unreachable');
    await show(example, PlaceRooms, { room: place.id, topic: '', onopen });
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.element(page.getByText('Forn')).toBeVisible();
  });

  it('stands in a part of the list of its own, as favourites do', async () => {
    const { browser, account, zone, place } = await open();
    const list = new ConversationList(browser.account(account).conversations);
    const parts = looking(() => list.rows.rows.map(({ name }, at) => [list.heading(at), name]));
    expect(parts.now.find(([part]) => part === 'places')).toEqual(['places', place.state().name]);
    await browser.account(account).conversations.setShelf(zone.plaza.id, 'favourite');
    await expect.poll(() => parts.now.find(([part]) => part === 'favourite')).toEqual(['favourite', 'Plaza']);
    expect(parts.now.filter(([part]) => part !== null).map(([part]) => part)).toEqual(['places', 'favourite', 'usual']);
  });
});
