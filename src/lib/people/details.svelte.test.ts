import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { RoomId, UserId } from '$lib/matrix/values';
import { looking } from '../../../tests/component/looking.svelte';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import Details from './Details.svelte';

const marta = '@marta:zone.example' as UserId;

async function open(role: 'administrator' | 'member' = 'administrator') {
  const example = (await examples.plaza()) as Example & { account: UserId; room: RoomId };
  const { zone } = example.browser;
  const { plaza } = zone;
  plaza.moderators.set(example.account, role);
  const ports = example.browser.account(example.account);
  const one = looking(() => ports.conversations.one(plaza.id).current);
  const summary = one.now ?? expect.fail('no conversation');
  const asked = { onopen: vi.fn(), oninvite: vi.fn(), onsettings: vi.fn(), onfiles: vi.fn() };
  await show(example, Details, { room: plaza.id, summary, ...asked });
  await expect.element(page.getByRole('list', { name: 'Members' })).toBeVisible();
  const act = async (name: string, action: string) => {
    await page.getByRole('button', { name: `What to do with ${name}` }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };
  return { ...example, ...asked, zone, plaza, act };
}

describe('who is in a room', () => {
  it('gets a role, and is sent out for good and allowed again', async () => {
    const { plaza, zone, act } = await open();
    const name = zone.person(marta).name;
    await act(name, 'Make moderator');
    await expect.poll(() => plaza.role(marta)).toBe('moderator');
    await act(name, 'Remove for good');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('sold the tables');
    await dialog.getByRole('button', { name: 'Remove for good' }).click();
    await expect.poll(() => plaza.membership(marta)).toBe('left');
    await page.getByText('Removed for good (1)').click();
    await page.getByRole('button', { name: /^Allow .* again$/ }).click();
    await expect.poll(() => plaza.banned.size).toBe(0);
  });

  it('is asked whether she means it before a role is given up', async () => {
    const { plaza, account, act, zone } = await open();
    await act(zone.person(account).name, 'Give up my role');
    expect(plaza.role(account)).toBe('administrator');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(plaza.role(account)).toBe('administrator');
    await act(zone.person(account).name, 'Give up my role');
    await page.getByRole('dialog').getByRole('button', { name: 'Give up my role' }).click();
    await expect.poll(() => plaza.role(account)).toBe('member');
  });

  it('lets in who asks, first of all', async () => {
    const { plaza, zone, act } = await open();
    const carla = zone.meet({ id: '@carla:far.example' as UserId, name: 'Carla' });
    zone.member(plaza, carla.id, carla.id, 'knocked');
    const first = page.getByRole('list', { name: 'Members' }).getByRole('listitem').first();
    await expect.element(first.getByText('asks to come in')).toBeVisible();
    await act('Carla', 'Let in');
    await expect.poll(() => plaza.membership(carla.id)).toBe('invited');
  });

  it('offers to who may do nothing in it to write to somebody, and to silence her', async () => {
    const { browser, account } = await open('member');
    const resident = browser.zone.people.get(account) ?? expect.fail('nobody');
    await page.getByRole('button', { name: 'What to do with Marta Vidal' }).click();
    await expect.poll(() => page.getByRole('menuitem').elements().length).toBe(2);
    await page.getByRole('menuitem', { name: 'Silence Marta Vidal' }).click();
    await expect.poll(() => [...resident.quiet]).toEqual(['@marta:zone.example']);
  });

  it('says how loud it is to be', async () => {
    const { browser, account, plaza } = await open();
    await page.getByRole('radio', { name: 'Nothing' }).click();
    const one = looking(() => browser.account(account).conversations.one(plaza.id).current?.notify);
    await expect.poll(() => one.now).toBe('nothing');
  });

  it.each(themes)('has no fault of accessibility, %s', async (theme) => {
    paint(theme);
    await open();
    await expect.poll(faults).toEqual([]);
  });
});
