import { describe, expect, it, onTestFinished } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { Example } from '$lib/matrix/fake/examples';
import { locales, overwriteGetLocale } from '$lib/paraglide/runtime';
import { article, choose, marta, open, point, said } from '../../../tests/component/plaza';
import { faults, paint, themes } from '../../../tests/component/stage';
import { forgetSigns } from './kept';
import { signsIn } from './language';

const field = () => page.getByRole('textbox', { name: 'Write a message' });
const find = (text: string) => page.getByRole('combobox', { name: 'Find a sign' }).fill(text);
/** What has the focus within the picker. */
const focused = () => (document.activeElement?.shadowRoot?.activeElement as HTMLInputElement | null)?.placeholder;
const reactions = ({ browser }: Example) =>
  [...browser.zone.plaza.state().fates.values()].flatMap(({ reactions }) => [...reactions.keys()]);

describe('signs', () => {
  it('are found by their names, and answer a message', async () => {
    const example = await open((example) => said(example, 'bread is ready'));
    const bar = await point('bread is ready');
    await bar.getByRole('button', { name: 'Answer by a sign' }).click();
    await bar.getByRole('button', { name: 'More signs' }).click();
    await find('baguette');
    await page.getByRole('option', { name: /baguette/ }).click();
    await expect.element(article('bread is ready').getByRole('button', { name: /🥖/, pressed: true })).toBeVisible();
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    expect(reactions(example)).toContain('🥖');
  });

  it('are chosen by the keyboard, and put where one writes', async () => {
    await open();
    await field().fill('good night');
    await userEvent.keyboard('{Home}');
    await page.getByRole('button', { name: 'Put in a sign' }).click();
    await expect.poll(focused).toBe('Find a sign');
    await userEvent.keyboard('baguette');
    await expect
      .poll(() =>
        page
          .getByRole('option')
          .elements()
          .map((one) => one.getAttribute('title'))
      )
      .toEqual(['baguette bread']);
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await expect.element(field()).toHaveValue('🥖good night');
    await expect.element(field()).toHaveFocus();
    await expect.element(page.getByRole('dialog', { name: 'Signs' })).not.toBeInTheDocument();
  });

  it('are left by Escape, and by a press elsewhere', async () => {
    await open();
    const opener = page.getByRole('button', { name: 'Put in a sign' });
    const dialog = page.getByRole('dialog', { name: 'Signs' });
    await opener.click();
    await expect.poll(focused).toBe('Find a sign');
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(field()).toHaveFocus();
    await opener.click();
    await expect.element(dialog).toBeVisible();
    await page.getByRole('log').click({ position: { x: 5, y: 5 } });
    await expect.element(dialog).not.toBeInTheDocument();
  });

  it('which ones one uses is forgotten', async () => {
    const names = async () => (await indexedDB.databases()).map(({ name }) => name);
    await open((example) => said(example, 'hello'));
    await choose('hello', 'Reply');
    await page.getByRole('button', { name: 'Put in a sign' }).click();
    await expect.poll(focused).toBe('Find a sign');
    await expect.poll(names).toContain('emoji-picker-element-en');
    await userEvent.keyboard('{Escape}');
    forgetSigns();
    await expect.poll(names).not.toContain('emoji-picker-element-en');
  });

  it.each(locales)('have names in %s', async (language) => {
    const signs = (await (await fetch(signsIn[language])).json()) as { emoji: string; annotation: string }[];
    const name = { ca: 'cara molt somrient', en: 'grinning face', es: 'cara sonriendo' }[language];
    expect(signs.find(({ emoji }) => emoji === '😀')?.annotation).toBe(name);
    expect(signs.length).toBeGreaterThan(1900);
    overwriteGetLocale(() => language);
    onTestFinished(() => overwriteGetLocale(() => 'en'));
    await open((example) => example.browser.zone.react(example.browser.zone.plaza, marta, said(example, 'x'), '👍'));
    expect(await faults()).toEqual([]);
  });
});

describe.each(themes)('in the %s', (theme) => {
  it('the picker has no fault', async () => {
    paint(theme);
    await open();
    await page.getByRole('button', { name: 'Put in a sign' }).click();
    await expect.element(page.getByRole('menuitem', { name: /grinning face/ }).first()).toBeVisible();
    expect(await faults()).toEqual([]);
  });
});
