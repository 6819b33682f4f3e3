import { describe, expect, it, vi } from 'vitest';
import { page, userEvent, type Locator } from 'vitest/browser';
import { createRawSnippet } from 'svelte';
import { examples, type ExampleName } from '$lib/matrix/fake/examples';
import type { RoomId } from '$lib/matrix/values';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import Chats from './Chats.svelte';
import NewConversation from './NewConversation.svelte';

const nothing = createRawSnippet(() => ({ render: () => '<span></span>' }));

async function open(name: ExampleName, current: RoomId | null = null) {
  const example = await examples[name]();
  const asked = { onopen: vi.fn(), onleft: vi.fn(), onnew: vi.fn(), onrooms: vi.fn(), onfind: vi.fn() };
  await show(example, Chats, { current, children: nothing, ...asked });
  return { ...example, ...asked };
}

const list = () => page.getByRole('list', { name: 'Conversations' });

describe.each(themes)('the list of conversations in the %s', (theme) => {
  it.each(['newcomer', 'empty', 'direct', 'addressed', 'loading', 'offline', 'locked', 'recovered', 'many'] as const)(
    '%s: renders, and axe finds nothing',
    async (name) => {
      paint(theme);
      await open(name);
      await expect.element(page.getByRole('navigation', { name: 'Conversations' })).toBeVisible();
      expect(await faults()).toEqual([]);
    }
  );

  it.each(['person', 'open', 'room'] as const)('a new conversation by %s', async (start) => {
    paint(theme);
    await show(await examples.plaza(), NewConversation, { start, onopen: vi.fn(), onclose: vi.fn() });
    await expect.element(page.getByRole('dialog', { name: 'New conversation' })).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it('searching', async () => {
    paint(theme);
    await open('plaza');
    await page.getByRole('searchbox', { name: 'Search' }).fill('ma');
    await expect.element(page.getByText('nora@far.example')).toBeVisible();
    expect(await faults()).toEqual([]);
  });
});

describe('the list of conversations', () => {
  it('of a thousand keeps a few rows in the page, and gets to the last', async () => {
    await open('many');
    await expect.element(list()).toBeVisible();
    expect(list().element().children.length).toBeLessThan(40);
    const scroller = list().element().parentElement?.parentElement;
    scroller?.scrollTo(0, 1e6);
    await expect.element(page.getByRole('link', { name: /^Pau Soler/ })).toBeVisible();
    expect(list().element().children.length).toBeLessThan(40);
  });

  it('is walked with the arrow keys, and is one stop of the tabulator', async () => {
    await open('many');
    await expect.element(page.getByRole('link', { name: /^Sala 1000/ })).toBeVisible();
    expect(list().element().querySelectorAll('[data-row][tabindex="0"]')).toHaveLength(1);
    page
      .getByRole('link', { name: /^Sala 1000/ })
      .element()
      .focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    await expect.element(page.getByRole('link', { name: /^Sala 999/ })).toHaveFocus();
  });

  it('says how many are unread', async () => {
    await open('plaza');
    await expect.element(page.getByRole('link', { name: /^Plaza/ }).getByText('3 unread')).toBeInTheDocument();
  });

  it('says how many of them are for oneself, and makes those stand out', async () => {
    await open('addressed');
    const badge = (row: RegExp, says: string) => page.getByRole('link', { name: row }).getByText(says, { exact: true });
    const colour = (badge: Locator) => getComputedStyle(badge.element().parentElement as Element).backgroundColor;
    const loud = badge(/^Plaza/, '4 unread, 1 for you');
    await expect.element(loud).toBeInTheDocument();
    await expect.element(badge(/^Biel/, '3 unread, 1 for you')).toBeInTheDocument();
    const accent = colour(loud);
    await open('plaza');
    const quiet = badge(/^Plaza/, '3 unread');
    await expect.element(quiet).toBeInTheDocument();
    expect(colour(quiet)).not.toBe(accent);
  });

  it('leads somewhere when it is empty', async () => {
    const { onrooms } = await open('empty');
    await page.getByRole('button', { name: 'See open rooms' }).click();
    expect(onrooms).toHaveBeenCalledOnce();
  });

  it('opens the room of an invitation that is accepted', async () => {
    const { onopen, room } = await open('invitation');
    await page.getByRole('button', { name: 'Accept' }).click();
    await vi.waitFor(() => expect(onopen).toHaveBeenCalledWith(room));
  });

  it('says why an invitation could not be accepted', async () => {
    const { browser } = await open('invitation');
    browser.network.failNext('conversations.join', 'forbidden');
    await page.getByRole('button', { name: 'Accept' }).click();
    await expect.element(page.getByRole('alert')).toMatchTextContent(/You are not allowed to do this\./);
  });

  it('reminds of recovery without standing in the way, and can be put off', async () => {
    await open('newcomer');
    await expect
      .element(page.getByRole('link', { name: 'Set up recovery' }))
      .toHaveAttribute('href', '/settings/recovery');
    await page.getByRole('button', { name: 'Later' }).click();
    await expect.element(page.getByRole('link', { name: 'Set up recovery' })).not.toBeInTheDocument();
  });
});
