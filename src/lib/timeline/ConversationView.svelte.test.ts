import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples, type ExampleName } from '$lib/matrix/fake/examples';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import ConversationView from './ConversationView.svelte';

async function open(name: ExampleName, props: Partial<{ sheet: 'invite' | 'leave' | null; details: boolean }> = {}) {
  const example = await examples[name]();
  const asked = {
    onsheet: vi.fn(),
    ondetails: vi.fn(),
    onclosesheet: vi.fn(),
    onback: vi.fn(),
    onleft: vi.fn(),
    onopen: vi.fn()
  };
  const { room } = example;
  if (!room) throw new Error('this example has no conversation');
  const screen = await show(example, ConversationView, { room, sheet: null, details: false, ...asked, ...props });
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
    const { zone, room } = { ...(await open('direct')), zone: null };
    const field = page.getByRole('textbox', { name: 'Write a message' });
    await field.click();
    await userEvent.keyboard('a table{Shift>}{Enter}{/Shift}for two{Enter}');
    await expect.element(page.getByRole('article').filter({ hasText: 'for two' })).toBeVisible();
    await expect.element(field).toHaveValue('');
    await expect.element(field).toHaveFocus();
    expect([zone, room]).toBeDefined();
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
