import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples, type Example, type ExampleName } from '$lib/matrix/fake/examples';
import type { EventId, UserId } from '$lib/matrix/values';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import ConversationView from './ConversationView.svelte';

type Props = Partial<{ link: { event: EventId } | null; sheet: 'invite' | 'leave' | null; details: boolean }>;

async function open(name: ExampleName, props: Props = {}, before: (example: Example) => void = () => undefined) {
  const example: Example = await examples[name]();
  before(example);
  return openAs(example, props);
}

const openAt = (example: Example, link: { event: EventId }) => openAs(example, { link });

async function openAs(example: Example, props: Props) {
  const asked = {
    onsheet: vi.fn(),
    ondetails: vi.fn(),
    onclosesheet: vi.fn(),
    onback: vi.fn(),
    onleft: vi.fn(),
    onopen: vi.fn(),
    onsearch: vi.fn(),
    onplace: vi.fn()
  };
  const { room } = example;
  if (!room) throw new Error('this example has no conversation');
  const screen = await show(example, ConversationView, {
    room,
    link: null,
    sheet: null,
    details: false,
    ...asked,
    ...props
  });
  return { ...example, ...asked, screen, room };
}

const names = [
  'newcomer',
  'direct',
  'plaza',
  'room',
  'invitation',
  'loading',
  'loadingRows',
  'long',
  'longElsewhere',
  'reactions',
  'formatted',
  'files',
  'olderFailed',
  'unreadable',
  'failed',
  'offline',
  'signedOut',
  'locked',
  'recovered'
] as const satisfies readonly ExampleName[];

describe.each(themes)('a conversation in the %s', (theme) => {
  it.each(names)('%s: renders, and axe finds nothing', async (name) => {
    paint(theme);
    await open(name);
    if (!name.startsWith('loading') && name !== 'invitation') await expect.element(page.getByRole('log')).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it.each([{ details: true }, { sheet: 'invite' }, { sheet: 'leave' }] as const)('with %j', async (props) => {
    paint(theme);
    await open('plaza', props);
    await expect.element(page.getByRole('log')).toBeInTheDocument();
    expect(await faults()).toEqual([]);
  });
});

describe('a conversation', () => {
  it('says once whether it is encrypted', async () => {
    await open('direct');
    await expect.element(page.getByText('Encrypted', { exact: true })).toBeVisible();
  });

  it('shows what others wrote as text, whatever it looks like', async () => {
    await open('plaza');
    await expect.element(page.getByRole('article').filter({ hasText: '<b>Gràcies</b>' })).toBeVisible();
  });

  it('sends on Enter, and keeps the field; Shift and Enter make a line', async () => {
    await open('direct');
    const field = page.getByRole('textbox', { name: 'Write a message' });
    await field.click();
    await userEvent.keyboard('a table{Shift>}{Enter}{/Shift}for two{Enter}');
    await expect.element(page.getByRole('article').filter({ hasText: 'for two' })).toBeVisible();
    await expect.element(field).toHaveValue('');
    await expect.element(field).toHaveFocus();
  });

  it('opens at its newest message, and leads to the first of those that are new', async () => {
    await open('direct', {}, ({ browser, room }) => {
      const found = room && browser.zone.rooms.get(room);
      for (let count = 1; found && count <= 18; count++) {
        browser.zone.say(found, '@marta:zone.example' as UserId, `new ${count} ${'bla '.repeat(60)}`);
      }
    });
    await expect.element(page.getByRole('article').filter({ hasText: 'new 18 bla' })).toBeInViewport();
    await page.getByRole('button', { name: 'To the first new one' }).click();
    await expect.element(page.getByRole('article').filter({ hasText: 'new 1 bla' })).toBeInViewport();
    await expect.element(page.getByRole('button', { name: 'To the first new one' })).not.toBeInTheDocument();
    await page.getByRole('button', { name: 'To the newest message' }).click();
    await expect.element(page.getByRole('article').filter({ hasText: 'new 18 bla' })).toBeInViewport();
  });

  it('keeps the place of one who reads further up, and counts what comes', async () => {
    const { browser, room } = await open('long');
    const log = page.getByRole('log');
    await expect.element(page.getByRole('article').filter({ hasText: '500. ' })).toBeInViewport();
    log.element().scrollTop -= 400;
    await expect.element(page.getByRole('button', { name: 'To the newest message' })).toBeVisible();
    const at = log.element().scrollTop;
    const plaza = browser.zone.rooms.get(room);
    if (plaza) browser.zone.say(plaza, '@marta:zone.example' as UserId, 'hello');
    await expect.element(page.getByRole('button', { name: 'To 1 new message' })).toBeVisible();
    expect(log.element().scrollTop).toBe(at);
    await page.getByRole('button', { name: 'To 1 new message' }).click();
    await expect.element(page.getByRole('article').filter({ hasText: 'hello' })).toBeInViewport();
  });

  it('leaves nothing unread of what has no row, while one is at its end', async () => {
    const { browser, room, account } = await open('addressed');
    if (!account) throw new Error('nobody is here');
    const { zone } = browser;
    const counts: number[] = [];
    const summary = browser.account(account).conversations.one(room);
    onTestFinished(summary.subscribe((now) => counts.push(now?.unread.count ?? -1)));
    await expect.poll(() => counts.at(-1)).toBe(0);
    zone.ring(zone.plaza, zone.resident('jordi').id);
    await expect.poll(() => counts.slice(-2)).toEqual([1, 0]);
  });

  it('reads back without a jump when one scrolls up', async () => {
    await open('long');
    const log = page.getByRole('log');
    await expect.element(page.getByRole('article').filter({ hasText: '500. ' })).toBeInViewport();
    const mark = page.getByRole('article').filter({ hasText: '490. ' });
    log.element().scrollTop = 300;
    await expect.element(mark).toBeInTheDocument();
    const before = log.element().scrollHeight;
    await expect.poll(() => log.element().scrollHeight).toBeGreaterThan(before);
    const first = [...log.element().querySelectorAll('article')].find((row) => row.getBoundingClientRect().bottom > 80);
    expect(first?.textContent).toMatch(/^\s*\w+\s.*48\d\. /s);
  });

  /** The message that begins so. */
  const article = (text: string) => page.getByRole('article').filter({ hasText: text });
  const eventSaying = ({ browser, room }: Example, text: string) => {
    const lines = (room && browser.zone.rooms.get(room)?.state().lines) || [];
    const found = lines.find(
      ({ content: said }) => said.type === 'message' && said.body.type === 'text' && said.body.text.startsWith(text)
    );
    return { event: found?.id ?? ('$none' as EventId) };
  };
  const numberOf = (row: Element) => Number(/ (\d+)\. bla/s.exec(row.textContent ?? '')?.[1] ?? -1);
  const numbers = (log: HTMLElement) => [...log.querySelectorAll('article')].map(numberOf);
  const inSight = (log: HTMLElement) => {
    const frame = log.getBoundingClientRect();
    const isInSight = ({ top, bottom }: DOMRect) => bottom > frame.top && top < frame.bottom;
    return [...log.querySelectorAll('article')].filter((row) => isInSight(row.getBoundingClientRect())).map(numberOf);
  };

  it('leads to the message of a link, marks it for a moment, and back to the newest', async () => {
    const example = await examples.long();
    await openAt(example, eventSaying(example, '100. '));
    await expect.element(article('100. bla')).toBeInViewport();
    const marked = () => document.querySelector('[data-index].bg-teal-soft')?.textContent;
    expect(marked()).toContain('100. bla');
    expect(document.activeElement?.textContent).toContain('100. bla');
    await expect.poll(marked, { timeout: 5_000 }).toBeUndefined();
    await expect.element(article('100. bla')).toBeInViewport();
    await page.getByRole('button', { name: 'To the newest message' }).click();
    await expect.element(article('500. bla')).toBeInViewport();
    await expect.element(page.getByRole('button', { name: 'To the newest message' })).not.toBeInTheDocument();
  });

  it('says when the message of a link cannot be shown, and stays where one is', async () => {
    const example = await examples.long();
    await openAt(example, { event: '$nowhere' as EventId });
    await expect.element(page.getByRole('alert').filter({ hasText: 'Could not show that message' })).toBeVisible();
    await expect.element(article('500. bla')).toBeInViewport();
    await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  });

  it('reads on without a jump and without running ahead, down to the newest', async () => {
    const example = await examples.long();
    await openAt(example, eventSaying(example, '100. '));
    await expect.element(article('100. bla')).toBeInViewport();
    const log = page.getByRole('log').element() as HTMLElement;
    const passed = new Set<number>();
    // A person’s way down, a screen at a time.
    for (let step = 0; !inSight(log).includes(500) && step < 200; step++) {
      const last = Math.max(...inSight(log));
      log.dispatchEvent(new WheelEvent('wheel'));
      log.scrollTop += log.clientHeight * 0.7;
      await expect.poll(() => Math.max(...inSight(log)), { timeout: 3_000 }).toBeGreaterThan(last);
      for (const number of numbers(log)) passed.add(number);
    }
    expect(inSight(log)).toContain(500);
    const all = Array.from({ length: 401 }, (_, index) => 100 + index);
    expect(
      all.filter((number) => !passed.has(number)),
      'passed over'
    ).toEqual([]);
    await expect.element(page.getByRole('button', { name: 'To the newest message' })).not.toBeInTheDocument();
  });

  it('keeps its place elsewhere while something comes; what one says leads to the end', async () => {
    const example = await examples.long();
    await openAt(example, eventSaying(example, '100. '));
    await expect.element(article('100. bla')).toBeInViewport();
    const log = page.getByRole('log').element() as HTMLElement;
    const moving = () => log.getAnimations({ subtree: true }).filter(({ playState }) => playState === 'running');
    await expect.poll(() => moving().length).toBe(0);
    const before = inSight(log);
    for (let count = 0; count < 5; count++)
      example.browser.zone.say(example.browser.zone.plaza, '@marta:zone.example' as UserId, `hello ${count}`);
    const field = page.getByRole('textbox', { name: 'Write a message' });
    expect(inSight(log)).toEqual(before);
    await field.click();
    await userEvent.keyboard('count me in{Enter}');
    await expect.element(article('count me in')).toBeInViewport();
    await expect.element(article('hello 4')).toBeInViewport();
  });

  it('says when reading on has failed, and tries again', async () => {
    const example = await examples.long();
    example.browser.network.failNext('timelines.newer', 'unreachable');
    await openAt(example, eventSaying(example, '100. '));
    await expect.element(page.getByRole('alert').filter({ hasText: 'Could not read on' })).toBeVisible();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  });

  it('opens at its end, also where the library that places the rows gives up on the way there', async () => {
    const scroll = vi.spyOn(Element.prototype, 'scrollTo').mockReturnValue(undefined);
    onTestFinished(() => scroll.mockRestore());
    await open('long');
    await expect.element(page.getByRole('article').first()).toBeInTheDocument();
    const log = page.getByRole('log').element();
    expect(log.scrollHeight).toBeGreaterThan(2 * log.clientHeight);
    await expect.poll(() => log.scrollHeight - log.clientHeight - log.scrollTop).toBeLessThan(2);
    expect(scroll).toHaveBeenCalled();
  });

  it('follows what comes while one is at its end, and says it aloud', async () => {
    const { browser, room } = await open('direct');
    await expect.element(page.getByRole('log')).toBeVisible();
    const found = browser.zone.rooms.get(room);
    for (let count = 1; found && count <= 12; count++)
      browser.zone.say(found, '@marta:zone.example' as UserId, `hello ${count}`);
    await expect.element(page.getByRole('article').filter({ hasText: 'hello 12' })).toBeInViewport();
    await expect.element(page.getByText(/Marta Vidal.: hello 12/)).toBeInTheDocument();
  });

  it('offers to try again what could not be sent, or to let it go', async () => {
    await open('failed');
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect.element(page.getByText('Aquest missatge no ha sortit.')).not.toBeInTheDocument();
  });

  it('says what waits for the network', async () => {
    await open('offline');
    await expect.element(page.getByText('Waiting to be sent').first()).toBeInTheDocument();
  });

  it('leads to recovery from what only recovery can bring back', async () => {
    await open('locked');
    await expect
      .element(page.getByRole('link', { name: 'Restore messages' }).first())
      .toHaveAttribute('href', '/settings/recovery');
  });

  it('lets one in who accepts', async () => {
    await open('invitation');
    await page.getByRole('button', { name: 'Accept' }).click();
    await expect.element(page.getByRole('log')).toBeVisible();
  });

  it('tells its page when one declines', async () => {
    const { onleft } = await open('invitation');
    await page.getByRole('button', { name: 'Decline' }).click();
    await vi.waitFor(() => expect(onleft).toHaveBeenCalledOnce());
  });
});
