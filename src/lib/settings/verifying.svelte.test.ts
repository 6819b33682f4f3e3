import { describe, expect, it, onTestFinished } from 'vitest';
import { page } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import { password } from '$lib/matrix/fake/neighbourhood';
import Verification from '$lib/session/Verification.svelte';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import RecoveryPage from './RecoveryPage.svelte';
import SecurityPage from './SecurityPage.svelte';

/** One device of hers is let in and on show, the other waits. */
async function open() {
  const example = await examples.recovered();
  const account = example.account ?? expect.fail('nobody');
  const browser = example.browser.zone.browser();
  await browser.accounts.signIn({ name: 'alba', password });
  const other = browser.account(account).verification;
  onTestFinished(other.state().subscribe(() => undefined));
  return { example, account, other, its: browser };
}
const dialog = (name: string) => page.getByRole('dialog', { name });
const button = (name: string) => page.getByRole('button', { name, exact: true });

describe.each(themes)('a device that asks to be let in, %s', (theme) => {
  it('shows each step without a fault of accessibility', async () => {
    paint(theme);
    const { example, other } = await open();
    await show(example, Verification, {});
    await other.begin();
    await expect.element(dialog('Is this you on another device?')).toBeVisible();
    expect(await faults()).toEqual([]);
    await button('It is me, go on').click();
    await expect.element(dialog('Are the signs the same?')).toBeVisible();
    await expect.element(page.getByRole('listitem')).toHaveLength(7);
    // By the names that the signs have in one's language.
    await expect.element(page.getByText('dog face')).toBeVisible();
    expect(await faults()).toEqual([]);
    await button('They are the same').click();
    await expect.element(dialog('Say so there, too')).toBeVisible();
    expect(await faults()).toEqual([]);
    await other.confirm();
    await expect.element(dialog('It is yours')).toBeVisible();
    expect(await faults()).toEqual([]);
    await page.getByRole('dialog').getByText('Close', { exact: true }).click();
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  });
});

describe('a device that asks to be let in', () => {
  it('is sent away', async () => {
    const { example, other } = await open();
    await show(example, Verification, {});
    await other.begin();
    await button('It is not me').click();
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    expect(other.state().current).toEqual({ person: null, state: 'ended', why: 'declined' });
  });

  it('is warned of where the signs are not the same', async () => {
    const { example, other } = await open();
    await show(example, Verification, {});
    await other.begin();
    await button('It is me, go on').click();
    await button('They are not').click();
    await expect.element(dialog('Not verified')).toBeVisible();
    await expect.element(page.getByText(/somebody may stand between/)).toBeVisible();
    expect(other.state().current).toEqual({ person: null, state: 'ended', why: 'different' });
  });

  it('is told where nobody could answer', async () => {
    const example = await examples.locked();
    const account = example.account ?? expect.fail('nobody');
    await show(example, RecoveryPage, {});
    example.browser.network.failNext('verification.begin', 'not-found');
    await button('Use another device').click();
    await expect.element(page.getByText('None of your other devices could answer.')).toBeVisible();
    await button('Use another device').click();
    await expect.element(page.getByText('None of your other devices could answer.')).not.toBeInTheDocument();
    expect(example.browser.account(account).verification.state().current).toEqual({ person: null, state: 'waiting' });
  });

  it('is seen to be unverified among the others, and verified from there', async () => {
    const { example, other, its, account } = await open();
    await show(example, SecurityPage, { onended: () => undefined });
    await expect.element(page.getByText('Verified', { exact: true })).toBeVisible();
    await expect.element(page.getByText(/^Not verified:/)).toBeVisible();
    await button('Verify fake').click();
    expect(other.state().current).toMatchObject({ state: 'asked' });
    await other.accept();
    const mine = example.browser.account(account).verification;
    await Promise.all([mine.confirm(), other.confirm()]);
    await expect.element(page.getByText(/^Not verified:/)).not.toBeInTheDocument();
    expect(its.account(account).recovery.state().current).toMatchObject({ state: 'ready' });
  });
});
