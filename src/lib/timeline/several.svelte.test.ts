import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { Example } from '$lib/matrix/fake/examples';
import type { EventId, UserId } from '$lib/matrix/values';
import { article, choose, marta, mine, open, said } from '../../../tests/component/plaza';
import { faults, paint, themes } from '../../../tests/component/stage';

function pin({ browser }: Example, ...events: readonly EventId[]): void {
  browser.zone.change(browser.zone.plaza, marta, { type: 'pinned', events });
}
const moderate = ({ browser, account }: Example & { account: UserId }) =>
  browser.zone.plaza.moderators.set(account, 'moderator');
const bar = (at: number, of: number) =>
  page.getByRole('button', { name: new RegExp(`^Pinned message ${at} of ${of}:`) });

describe('what is pinned', () => {
  it('stands above for all; presses lead from the newest pin to the oldest', async () => {
    await open((example) => {
      const rules = said(example, 'the rules');
      for (let count = 0; count < 40; count++) said(example, `bla ${count}`);
      pin(example, rules, said(example, 'the minutes'));
    });
    await expect.element(bar(2, 2).getByText('the minutes')).toBeVisible();
    await bar(2, 2).click();
    await expect.element(article('the minutes')).toBeInViewport();
    await expect.element(article('the minutes').getByText('Pinned', { exact: true })).toBeInTheDocument();
    // Not among the rows: it is asked for.
    await expect.element(bar(1, 2).getByText('the rules')).toBeVisible();
    await bar(1, 2).click();
    await expect.element(article('the rules')).toBeInViewport();
    await expect.element(bar(2, 2)).toBeInTheDocument();
  });

  it('is pinned and taken away by who may, and by nobody else', async () => {
    const example = await open((example) => {
      moderate(example);
      said(example, 'keep me in sight');
    });
    const pinned = () => example.browser.zone.plaza.state().pinned.length;
    await choose('keep me in sight', 'Pin');
    await expect.element(bar(1, 1).getByText('keep me in sight')).toBeVisible();
    await page.getByRole('button', { name: 'Pinned messages' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Unpin' }).click();
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    await expect.poll(pinned).toBe(0);
  });

  it('that could not be pinned says why', async () => {
    const { browser } = await open((example) => {
      moderate(example);
      said(example, 'keep me in sight');
    });
    browser.network.failNext('pins.set', 'unreachable');
    await choose('keep me in sight', 'Pin');
    await expect.element(page.getByRole('alert')).toBeInTheDocument();
    await expect.element(bar(1, 1)).not.toBeInTheDocument();
  });

  it('cannot be changed by who has no right to', async () => {
    await open((example) => pin(example, said(example, 'the rules')));
    await expect.element(bar(1, 1)).toBeInTheDocument();
    await expect.element(page.getByRole('button', { name: 'Pinned messages' })).not.toBeInTheDocument();
    await article('the rules').getByText('the rules').hover();
    await page.getByRole('toolbar').getByRole('button', { name: 'More actions' }).click();
    await expect.element(page.getByRole('menuitem', { name: 'Forward' })).toBeInTheDocument();
    await expect.element(page.getByRole('menuitem', { name: /Pin/ })).not.toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
  });
});

describe('several messages', () => {
  const selection = () => page.getByRole('toolbar', { name: 'What to do with the selected messages' });
  const box = (text: string) => article(text).getByRole('checkbox', { name: 'Select this message' });

  it('are copied with who said each, in their order', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await open((example) => {
      said(example, 'one');
      mine(example, 'two');
      said(example, 'three');
    });
    await choose('three', 'Select several');
    await expect.element(box('three')).toBeChecked();
    await article('one').click();
    await expect.element(selection().getByText('2 selected')).toBeVisible();
    await expect.element(page.getByRole('textbox', { name: 'Write a message' })).not.toBeInTheDocument();
    await selection().getByRole('button', { name: 'Copy the text' }).click();
    await expect.poll(() => write.mock.calls).toEqual([['Marta Vidal: one\nMarta Vidal: three']]);
    await expect.element(selection()).not.toBeInTheDocument();
    await expect.element(page.getByRole('textbox', { name: 'Write a message' })).toBeVisible();
    write.mockRestore();
  });

  it('are forwarded in their order', async () => {
    const example = await open((example) => {
      said(example, 'first of two');
      said(example, 'second of two');
    });
    await choose('second of two', 'Select several');
    await article('first of two').click();
    await selection().getByRole('button', { name: 'Forward' }).click();
    const dialog = page.getByRole('dialog', { name: 'Forward' });
    await expect.element(dialog.getByText('2 messages')).toBeInTheDocument();
    await dialog.getByRole('searchbox').fill('marta');
    await dialog.getByRole('button', { name: 'Send to Marta Vidal' }).click();
    await expect.element(dialog.getByText('On its way')).toBeVisible();
    const direct = [...example.browser.zone.rooms.values()].find((room) => room.direct && room.membership(marta));
    const texts = () =>
      direct?.state().lines.flatMap(({ content }) => {
        return content.type === 'message' && content.body.type === 'text' ? content.body.text : [];
      });
    await expect.poll(() => texts()?.slice(-2)).toEqual(['first of two', 'second of two']);
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(selection()).not.toBeInTheDocument();
  });

  it('are deleted together, where all may be; a question comes first, and keeping them keeps them selected', async () => {
    const example = await open((example) => {
      said(example, 'hers');
      mine(example, 'mine one');
      mine(example, 'mine two');
    });
    await choose('mine one', 'Select several');
    await article('hers').click();
    await expect.element(selection().getByRole('button', { name: 'Delete' })).toBeDisabled();
    await article('hers').click();
    await article('mine two').click();
    await selection().getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete 2 messages?' });
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await expect.element(selection().getByText('2 selected')).toBeVisible();
    await selection().getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect.element(selection()).not.toBeInTheDocument();
    const deleted = () => [...example.browser.zone.plaza.state().fates.values()].filter(({ deleted }) => deleted);
    await expect.poll(() => deleted().length).toBe(2);
  });

  it('are picked by the keyboard', async () => {
    await open((example) => {
      said(example, 'first');
      said(example, 'second');
    });
    await choose('second', 'Select several');
    article('second').element().focus();
    await userEvent.keyboard('{ArrowUp}');
    await expect.element(article('first')).toHaveFocus();
    await userEvent.keyboard(' ');
    await expect.element(box('first')).toBeChecked();
    await userEvent.keyboard('{Enter}');
    await expect.element(box('first')).not.toBeChecked();
    await userEvent.keyboard('{Escape}');
    await expect.element(selection()).not.toBeInTheDocument();
  });
});

describe.each(themes)('in the %s', (theme) => {
  it('has no fault: pins and their list, a selection', async () => {
    paint(theme);
    await open((example) => {
      moderate(example);
      pin(example, said(example, 'the rules'), said(example, 'the minutes'));
    });
    await expect.element(bar(2, 2)).toBeInTheDocument();
    await choose('the rules', 'Select several');
    await expect.element(page.getByText('1 selected')).toBeInTheDocument();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Pinned messages' }).click();
    await expect.element(page.getByRole('dialog', { name: 'Pinned messages' })).toBeInTheDocument();
    expect(await faults()).toEqual([]);
  });
});
