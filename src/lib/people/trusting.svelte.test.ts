import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import { password } from '$lib/matrix/fake/neighbourhood';
import Verification from '$lib/session/Verification.svelte';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import TrustNote from './TrustNote.svelte';
import type { UserId } from '$lib/matrix/values';

const marta = { id: '@marta:zone.example' as UserId, name: 'Marta Vidal' };

/** Somebody with recovery, a conversation of hers with Marta, and Marta's browser. */
async function open(isSetUp = true) {
  const example = await examples.recovered();
  const account = example.account ?? expect.fail('nobody');
  const { zone } = example.browser;
  const browser = zone.browser();
  (zone.people.get(marta.id) ?? expect.fail('no Marta')).password = password;
  await browser.accounts.signIn({ name: 'marta', password });
  const hers = browser.account(marta.id);
  if (isSetUp) await hers.recovery.setUp(password);
  const room = await example.browser.account(account).conversations.direct(marta.id);
  return { example, account, zone, room, hers };
}
const dialog = (name: RegExp | string) => page.getByRole('dialog', { name });
const button = (name: string) => page.getByRole('button', { name, exact: true });

describe.each(themes)('the other one of a conversation, %s', (theme) => {
  it('is verified by signs, and told when she becomes another', async () => {
    paint(theme);
    const { example, account, zone, room, hers } = await open();
    await show(example, TrustNote, { person: marta, room });
    await button('Verify each other').click();
    const asked = () => hers.verification.state().current;
    await expect.poll(asked).toMatchObject({ state: 'asked', person: { id: account } });
    await hers.verification.accept();
    await expect.poll(asked).toMatchObject({ state: 'comparing' });
    await hers.verification.confirm();
    await example.browser.account(account).verification.confirm();
    await expect.element(page.getByText('Verified', { exact: true })).toBeVisible();
    expect(await faults()).toEqual([]);
    const resident = zone.people.get(marta.id) ?? expect.fail('no Marta');
    resident.recovery = { key: 'another', devices: new Set() };
    zone.changed();
    await expect.element(page.getByText(/The keys of .*Marta Vidal.* have changed/)).toBeVisible();
    expect(await faults()).toEqual([]);
    await button('It is fine').click();
    await expect.element(button('Verify each other')).toBeVisible();
  });

  it('asks, wherever one is, by her name', async () => {
    paint(theme);
    const { example, account, room, hers } = await open();
    await show(example, Verification, {});
    await hers.verification.beginWith(account, room);
    await expect.element(dialog(/Marta Vidal.* asks to verify each other/)).toBeVisible();
    expect(await faults()).toEqual([]);
    await button('Go on').click();
    await expect.element(page.getByText('Does the other one see the same signs, in the same order?')).toBeVisible();
    await button('They are not').click();
    await expect.element(page.getByText(/somebody may stand between you\./)).toBeVisible();
    expect(hers.verification.state().current).toMatchObject({ state: 'ended', why: 'different' });
  });
});

it('somebody without recovery cannot be verified, and nothing is said of it', async () => {
  const { example, room } = await open(false);
  await show(example, TrustNote, { person: marta, room });
  await expect.element(page.getByRole('button')).not.toBeInTheDocument();
});
