import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { Door, History, UserId } from '$lib/matrix/values';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import { OpenRooms } from './open-rooms.svelte';
import OpenRoomsView from './OpenRooms.svelte';
import VisitView from './VisitView.svelte';

const marta = '@marta:zone.example' as UserId;

async function open(door: Door, history: History, more: { via?: readonly string[]; address?: string } = {}) {
  const example = (await examples.plaza()) as Example & { account: UserId };
  const { zone } = example.browser;
  const room = zone.open(marta, { name: 'Fira', topic: 'Parades', door, history, alias: '#fira:zone.example' });
  for (let count = 1; count <= 30; count++) zone.say(room, marta, `line ${count}`);
  const asked = { onback: vi.fn(), onopen: vi.fn() };
  await show(example, VisitView, { room: more.address ?? room.id, via: more.via ?? [], ...asked });
  await expect.element(page.getByRole('heading', { name: 'Fira' })).toBeVisible();
  return { ...example, ...asked, zone, fair: room };
}

describe('a room that one is not in', () => {
  it('is read where anybody may, from its end and further back, and entered', async () => {
    const { account, fair, onopen } = await open('open', 'anybody');
    await expect.element(page.getByText('line 30')).toBeInViewport();
    expect(page.getByText('line 1', { exact: true }).query()).toBeNull();
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect.element(page.getByText('line 1', { exact: true })).toBeInTheDocument();
    expect(fair.membership(account)).toBeNull();
    await page.getByRole('button', { name: 'Join' }).click();
    await expect.poll(() => onopen.mock.calls).toEqual([[fair.id]]);
    expect(fair.membership(account)).toBe('joined');
  });

  it('shows what it is and nothing that was said, where only members read', async () => {
    await open('open', 'members');
    await expect.element(page.getByText('Parades')).toBeVisible();
    expect(page.getByText('line 30').query()).toBeNull();
  });

  it('is asked to open', async () => {
    const { account, fair } = await open('knock', 'members');
    await page.getByRole('textbox').fill('I bring the tables');
    await page.getByRole('button', { name: 'Ask to come in' }).click();
    await expect.poll(() => fair.membership(account)).toBe('knocked');
  });

  it('says that it is shut', async () => {
    await open('invitation', 'anybody');
    await expect.element(page.getByText('Only those who are invited come in.')).toBeVisible();
    expect(page.getByRole('button', { name: 'Join' }).query()).toBeNull();
  });

  it('says so where it is unknown', async () => {
    const example = (await examples.plaza()) as Example & { account: UserId };
    await show(example, VisitView, { room: '!nowhere', via: [], onback: vi.fn(), onopen: vi.fn() });
    await expect.element(page.getByRole('button', { name: 'Back' })).toBeVisible();
  });

  it('says why it cannot be told, and asks again', async () => {
    const example = (await examples.plaza()) as Example & { account: UserId };
    const { zone, network } = example.browser;
    network.failNext('conversations.describe', 'unreachable');
    await show(example, VisitView, { room: zone.plaza.id, via: [], onback: vi.fn(), onopen: vi.fn() });
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.element(page.getByRole('heading', { name: 'Plaza' })).toBeVisible();
  });

  it('leads on where one is in the room that an address names', async () => {
    const example = (await examples.plaza()) as Example & { account: UserId };
    const onopen = vi.fn();
    await show(example, VisitView, { room: '#plaza:zone.example', via: [], onback: vi.fn(), onopen });
    await expect.poll(() => onopen.mock.calls).toEqual([[example.browser.zone.plaza.id]]);
  });

  it.each(themes)('has no fault of accessibility, %s', async (theme) => {
    paint(theme);
    await open('open', 'anybody');
    await expect.element(page.getByText('line 30')).toBeVisible();
    await expect.poll(faults).toEqual([]);
  });
});

describe('the rooms of a zone', () => {
  async function browse() {
    const example = (await examples.plaza()) as Example & { account: UserId };
    const { zone } = example.browser;
    const { conversations } = example.browser.account(example.account);
    const onopen = vi.fn();
    return {
      zone,
      onopen,
      show: () => show(example, OpenRoomsView, { directory: new OpenRooms(conversations), onopen })
    };
  }

  it('are found by name, and come part by part', async () => {
    const { zone, show } = await browse();
    for (let count = 1; count <= 70; count++) zone.open(marta, { name: `Sala ${count}`, door: 'open' });
    await show();
    const rows = page.getByRole('list', { name: 'Open rooms' }).getByRole('listitem');
    await expect.poll(() => rows.elements().length).toBe(50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => rows.elements().length).toBeGreaterThan(70);
    expect(page.getByRole('button', { name: 'Show more' }).query()).toBeNull();
    await page.getByRole('searchbox').fill('sala 33');
    await expect.poll(() => rows.elements().length).toBe(1);
    await page.getByRole('searchbox').fill('nothing like it');
    await expect.element(page.getByText('No room fits.')).toBeVisible();
  });

  it('are looked into, and those that let nobody in at once offer no more', async () => {
    const { zone, onopen, show } = await browse();
    const workshop = zone.open(marta, { name: 'Taller', door: 'knock' });
    await show();
    const row = page.getByRole('listitem').filter({ hasText: 'Taller' });
    expect(row.getByRole('button', { name: 'Join' }).query()).toBeNull();
    await row.getByRole('button', { name: 'Look inside Taller' }).click();
    expect(onopen.mock.calls).toEqual([[workshop.id, []]]);
  });

  it('of another zone say why they are not there', async () => {
    const { show } = await browse();
    await show();
    await page.getByRole('textbox', { name: 'Zone' }).fill('far.example');
    await expect.element(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  });
});
