import { createRawSnippet } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples, type ExampleName } from '$lib/matrix/fake/examples';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import NothingHere from './NothingHere.svelte';
import Opening from './Opening.svelte';
import { Failure } from '$lib/matrix/failure';
import Shell from './Shell.svelte';

const children = createRawSnippet(() => ({ render: () => '<main>here</main>' }));

const onreload = vi.fn();

async function open(name: ExampleName, path = '/chats') {
  const example = await examples[name]();
  await show(example, Shell, { path, alone: false, onreload, ongo: vi.fn(), children });
  return example;
}

describe.each(themes)('what surrounds each page in the %s', (theme) => {
  it.each(['newcomer', 'plaza', 'loading', 'offline', 'signedOut', 'keysLost'] as const)(
    '%s: axe finds nothing',
    async (name) => {
      paint(theme);
      await open(name);
      await expect.element(page.getByRole('navigation', { name: 'Sections' })).toBeVisible();
      expect(await faults()).toEqual([]);
    }
  );

  it('while the app opens, and when it cannot', async () => {
    paint(theme);
    const props = { failure: null, onretry: vi.fn() };
    const screen = await show(await examples.nobody(), Opening, props);
    expect(await faults()).toEqual([]);
    await screen.unmount();
    await show(await examples.nobody(), Opening, { ...props, failure: new Failure('storage') });
    await page.getByRole('button', { name: 'Try again' }).click();
    expect(props.onretry).toHaveBeenCalledOnce();
    expect(await faults()).toEqual([]);
  });

  it.each([true, false])('where there is no page (missing: %s)', async (missing) => {
    paint(theme);
    await show(await examples.nobody(), NothingHere, { missing });
    expect(await faults()).toEqual([]);
  });
});

describe('the sections', () => {
  it('say where one is, and how much is unread', async () => {
    await open('plaza', '/settings/recovery');
    await expect
      .element(page.getByRole('link', { name: 'Settings', exact: true }))
      .toHaveAttribute('aria-current', 'page');
    await expect.element(page.getByRole('link', { name: /^Chats/ })).not.toHaveAttribute('aria-current');
    await expect.element(page.getByRole('link', { name: /^Chats.*6 unread, 1 for you/ })).toBeVisible();
  });
});

describe('without a network', () => {
  it('says so, and when it will be tried again', async () => {
    const { browser, clock, account } = await open('offline');
    const strip = page.getByText('No connection');
    await expect.element(strip).toBeVisible();
    await expect.element(page.getByText('Next try in 10 seconds')).toBeVisible();
    clock.at += 8000;
    await expect.element(page.getByText('Next try in 2 seconds')).toBeVisible();
    await page.getByRole('button', { name: 'Try now' }).click();
    await expect.element(page.getByText('Next try in 10 seconds')).toBeVisible();
    browser.network.restore();
    await expect.element(strip).not.toBeInTheDocument();
    expect(account).not.toBeNull();
  });

  it('is not what a newer version is: it takes the place of all that the page no longer knows', async () => {
    const { browser } = await open('offline');
    await expect.element(page.getByText('No connection')).toBeVisible();
    browser.supersede();
    await expect.element(page.getByText('There is a newer version.')).toBeVisible();
    await expect.element(page.getByText('No connection')).not.toBeInTheDocument();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Reload' }).click();
    expect(onreload).toHaveBeenCalledOnce();
  });

  it('is not what a session is that has ended', async () => {
    await open('signedOut');
    await expect.element(page.getByRole('link', { name: 'Sign in again.' })).toHaveAttribute('href', '/sign-in');
  });
});

it('a browser that has lost its keys says so, and leads to signing in anew', async () => {
  await open('keysLost');
  await expect.element(page.getByText(/This browser has lost the keys/)).toBeVisible();
  await expect.element(page.getByRole('link', { name: /^Sign in again/ })).toHaveAttribute('href', '/sign-in?again');
});

it('a browser without room for what is new says so, and what to do, until it has', async () => {
  const { browser, account } = await open('full');
  const strip = page.getByText(/This browser has no room.*Free some space/);
  await expect.element(strip).toBeVisible();
  if (account) browser.keep(account, 'kept');
  await expect.element(strip).not.toBeInTheDocument();
});
