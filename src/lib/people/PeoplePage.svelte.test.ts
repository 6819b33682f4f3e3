import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import PeoplePage from './PeoplePage.svelte';

async function open(find?: string) {
  const example = await examples.plaza();
  const onopen = vi.fn();
  await show(example, PeoplePage, { onopen, ...(find && { find }) });
  return { ...example, onopen };
}

const find = (term: string) => page.getByRole('searchbox', { name: 'Find a person' }).fill(term);

describe.each(themes)('the page of people in the %s', (theme) => {
  it('renders, and axe finds nothing', async () => {
    paint(theme);
    await open();
    expect(await faults()).toEqual([]);
    await find('a');
    await expect.element(page.getByRole('button', { name: 'Write to Jordi Casals' })).toBeVisible();
    expect(await faults()).toEqual([]);
    await find('zzzz');
    await expect.element(page.getByText('Nothing found for “zzzz”.')).toBeVisible();
    expect(await faults()).toEqual([]);
  });
});

describe('the page of people', () => {
  it('opens the conversation with whom one chooses', async () => {
    const { onopen, account, browser } = await open();
    await find('jordi');
    await page.getByRole('button', { name: 'Write to Jordi Casals' }).click();
    await vi.waitFor(() => expect(onopen).toHaveBeenCalledOnce());
    const room = onopen.mock.calls[0]?.[0];
    expect(account && browser.account(account).conversations.one(room).current?.kind).toBe('direct');
  });

  it('finds whom a link names', async () => {
    await open('@jordi:zone.example');
    await expect.element(page.getByRole('button', { name: 'Write to Jordi Casals' })).toBeVisible();
  });

  it('has those one writes with at hand', async () => {
    const { onopen } = await open();
    await page.getByRole('button', { name: 'Write to Marta Vidal' }).click();
    expect(onopen).toHaveBeenCalledOnce();
  });

  it('says what went wrong, and offers to ask again', async () => {
    const { browser } = await open();
    browser.network.failNext('people.search', 'unreachable');
    await find('jordi');
    await expect.element(page.getByRole('alert')).toMatchTextContent(/The zone does not answer\./);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.element(page.getByRole('button', { name: 'Write to Jordi Casals' })).toBeVisible();
  });

  it('shows one’s own address', async () => {
    await open();
    await expect.element(page.getByText('alba@zone.example')).toBeVisible();
  });
});
