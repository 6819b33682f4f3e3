import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { RoomId, UserId } from '$lib/matrix/values';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import RoomSettings from './RoomSettings.svelte';

async function open(role: 'administrator' | 'moderator' | 'member') {
  const example = (await examples.plaza()) as Example & { account: UserId; room: RoomId };
  const { plaza } = example.browser.zone;
  plaza.moderators.set(example.account, role);
  await show(example, RoomSettings, { room: plaza.id, onclose: () => undefined });
  await expect.element(page.getByRole('textbox', { name: 'Name' })).toBeVisible();
  return { ...example, plaza };
}

const save = () => page.getByRole('button', { name: 'Save', exact: true });
const field = (name: string) => page.getByRole('textbox', { name, exact: true });

describe('the settings of a room', () => {
  it('are changed by who may, all of what was written and nothing else', async () => {
    const { plaza } = await open('administrator');
    const before = plaza.state().events.length;
    await field('Topic').fill('Bread and roses ');
    await page.getByRole('radio', { name: 'Whoever asks' }).click();
    await page.getByRole('radio', { name: 'Anybody, also before entering' }).click();
    await page.getByRole('radio', { name: '30 days' }).click();
    await field('Address').fill('square');
    await page.getByRole('checkbox', { name: 'In the directory of the zone' }).click();
    await save().click();
    await expect.element(page.getByText('Saved.')).toBeVisible();
    expect(plaza.state()).toMatchObject({
      name: 'Plaza',
      topic: 'Bread and roses',
      door: 'knock',
      history: 'anybody',
      keeps: 30 * 86_400_000,
      address: '#square:zone.example'
    });
    expect(plaza.listed).toBe(false);
    expect(plaza.state().events.length).toBe(before + 5);
  });

  it('show what they are to who may not change them', async () => {
    await open('member');
    await expect.element(field('Name')).toHaveAttribute('readonly');
    await expect.element(page.getByText('Only those who look after the room can change it.')).toBeVisible();
    await expect.element(page.getByRole('radio', { name: 'Open' })).toBeDisabled();
    expect(save().query()).toBeNull();
  });

  it('leave to a moderator what is hers', async () => {
    await open('moderator');
    await expect.element(field('Name')).not.toHaveAttribute('readonly');
    await expect.element(page.getByRole('radio', { name: 'Members, from the beginning' })).toBeDisabled();
    await expect.element(page.getByRole('radio', { name: 'For ever' })).toBeEnabled();
  });

  it('say what is wrong with an address, before the zone is asked and after', async () => {
    const { browser, account, plaza } = await open('administrator');
    await field('Address').fill('Plaça Major');
    await expect.element(page.getByText('Use small letters, digits, hyphens and dots, without spaces.')).toBeVisible();
    browser.zone.open(account, { name: 'Other', alias: '#taken:zone.example' });
    await field('Address').fill('taken');
    await save().click();
    await expect.element(page.getByText('Another room has this address.')).toBeVisible();
    expect(plaza.state().address).toBe('#plaza:zone.example');
    await expect.element(field('Address')).toHaveValue('taken');
  });

  it('take a photo as a small square, and nothing that is none', async () => {
    const { browser, plaza } = await open('administrator');
    const canvas = new OffscreenCanvas(900, 300);
    canvas.getContext('2d')?.fillRect(0, 0, 900, 300);
    const picture = new File([await canvas.convertToBlob({ type: 'image/jpeg' })], 'a.jpg', { type: 'image/jpeg' });
    const input = document.querySelector<HTMLInputElement>('input[type=file]') ?? expect.fail('no field');
    await userEvent.upload(input, new File(['no picture'], 'b.png', { type: 'image/png' }));
    await expect.element(page.getByText(/cannot open that picture/)).toBeVisible();
    await userEvent.upload(input, picture);
    await save().click();
    await expect.element(page.getByText('Saved.')).toBeVisible();
    const { photo } = plaza.state();
    const kept = browser.zone.media.get(photo?.at === 'zone' ? photo.content : '') ?? expect.fail('not kept');
    const { width, height } = await createImageBitmap(kept);
    expect([width, height, kept.type]).toEqual([512, 512, 'image/jpeg']);
    await page.getByRole('button', { name: 'Remove the photo' }).click();
    await save().click();
    await expect.poll(() => plaza.state().photo).toBeNull();
  });

  it.each(themes)('have no fault of accessibility, %s', async (theme) => {
    paint(theme);
    await open('administrator');
    await expect.poll(faults).toEqual([]);
  });
});
