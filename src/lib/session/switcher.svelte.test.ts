import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { UserId } from '$lib/matrix/values';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import QuickSwitch from './QuickSwitch.svelte';

const field = () => page.getByRole('combobox', { name: 'Go to' });
const options = () =>
  page
    .getByRole('option')
    .elements()
    .map((option) => option.textContent.trim());
const selected = () => page.getByRole('option', { selected: true });

async function open() {
  const example = (await examples.direct()) as Example & { account: UserId };
  const ongo = vi.fn();
  await show(example, QuickSwitch, { ongo });
  await userEvent.keyboard('{Control>}k{/Control}');
  await expect.element(field()).toHaveFocus();
  const room = (name: string) => [...example.browser.zone.rooms.values()].find((one) => one.state().name === name)?.id;
  return { ...example, ongo, room };
}

describe('the quick switcher', () => {
  it('offers where one was lately, and goes there by Enter alone', async () => {
    const { ongo } = await open();
    await expect.element(selected().getByText('Marta Vidal')).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => ongo.mock.calls.length).toBe(1);
    await expect.element(field()).not.toBeInTheDocument();
  });

  it('goes down and up, and around at the ends', async () => {
    await open();
    const all = options();
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(() => selected().element().textContent.trim()).toBe(all[1]);
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    await expect.poll(() => selected().element().textContent.trim()).toBe(all.at(-1));
    const active = field().element().getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active)?.textContent.trim()).toBe(all.at(-1));
  });

  it('finds conversations, people, open rooms and what there is to do', async () => {
    const { ongo, room } = await open();
    await field().fill('xarxa');
    await expect.poll(() => options()).toEqual([expect.stringContaining('Xarxa nord')]);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => ongo.mock.calls).toEqual([[{ room: room('Xarxa nord') }]]);
  });

  it('leads to commands', async () => {
    const { ongo } = await open();
    await field().fill('settings');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => ongo.mock.calls).toMatchObject([[{ command: { path: '/settings' } }]]);
  });

  it('goes where a link leads, or the address of a room', async () => {
    const { ongo } = await open();
    await field().fill('https://matrix.to/#/!abc?via=north.example');
    await expect.element(selected()).toMatchTextContent(/^\s*Open .*!abc/);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => ongo.mock.calls).toMatchObject([[{ command: { path: '/chats/!abc?via=north.example' } }]]);
    await userEvent.keyboard('{Control>}k{/Control}');
    await field().fill('#plaza:north.example');
    await userEvent.keyboard('{Enter}');
    await expect
      .poll(() => ongo.mock.lastCall)
      .toMatchObject([{ command: { path: '/chats/%23plaza%3Anorth.example' } }]);
  });

  it('opens a conversation with a person whom one has not met', async () => {
    const { ongo, browser } = await open();
    browser.zone.meet({ id: '@queralt:zone.example' as UserId, name: 'Queralt' });
    await field().fill('queralt');
    await page.getByRole('option').filter({ hasText: 'Queralt' }).click();
    await expect.poll(() => ongo.mock.calls.length).toBe(1);
  });

  it('says when there is nothing, and goes away by Escape and by its own keys', async () => {
    await open();
    await field().fill('zzzz');
    await expect.element(page.getByRole('status')).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard('{Escape}');
    await expect.element(field()).not.toBeInTheDocument();
    await userEvent.keyboard('{Control>}k{/Control}');
    await expect.element(field()).toHaveFocus();
    await userEvent.keyboard('{Control>}k{/Control}');
    await expect.element(field()).not.toBeInTheDocument();
  });

  it.each(themes)('has no fault of accessibility, %s', async (theme) => {
    paint(theme);
    await open();
    await expect.poll(faults).toEqual([]);
  });
});
