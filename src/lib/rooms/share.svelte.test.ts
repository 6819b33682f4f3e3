import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { UserId } from '$lib/matrix/values';
import { forgetShared, keepShared, sharedHere } from '$lib/offline/shared';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import SharePage from './SharePage.svelte';

async function open(words: Record<string, string> | null) {
  const example = (await examples.plaza()) as Example & { account: UserId };
  onTestFinished(() => forgetShared(caches));
  if (words) {
    const form = new FormData();
    for (const [name, value] of Object.entries(words)) form.set(name, value);
    form.append('files', new File(['bread'], 'pa.txt', { type: 'text/plain' }));
    await keepShared(form, caches);
  }
  const asked = { onopen: vi.fn(), onleave: vi.fn() };
  await show(example, SharePage, asked);
  return { ...example, ...asked, plaza: example.browser.zone.plaza.id };
}

describe.each(themes)('what another app hands over, %s', (theme) => {
  it('goes to where one writes in the conversation that one chooses', async () => {
    paint(theme);
    const { browser, account, plaza, onopen } = await open({ text: 'open at seven' });
    await browser.account(account).drafts.keep(plaza, { text: 'look:' });
    await expect.element(page.getByText('open at seven')).toBeVisible();
    await expect.element(page.getByText('pa.txt')).toBeVisible();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Choose Plaza' }).click();
    await expect.poll(() => onopen.mock.calls).toEqual([[plaza]]);
    await expect.poll(() => browser.account(account).drafts.of(plaza)).toMatchObject({ text: 'look:\nopen at seven' });
    expect(await sharedHere(caches)).toBeNull();
  });
});

it('is let go where one does not want it', async () => {
  const { onleave } = await open({ text: 'open at seven' });
  await page.getByRole('button', { name: 'Do not share' }).click();
  await expect.poll(() => onleave.mock.calls.length).toBe(1);
  expect(await sharedHere(caches)).toBeNull();
});

it('may be nothing', async () => {
  await open(null);
  await expect.element(page.getByText('Nothing to share')).toBeVisible();
  expect(await faults()).toEqual([]);
});
