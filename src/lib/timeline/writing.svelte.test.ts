import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { UserId } from '$lib/matrix/values';
import { showConversation } from '../../../tests/component/conversation';
import { faults, paint, themes } from '../../../tests/component/stage';

const marta = '@marta:zone.example' as UserId;
const field = page.getByRole('textbox', { name: /Write a message|Edit/ });
const names = page.getByRole('listbox', { name: 'People to name' });
const article = (text: string) => page.getByRole('article').filter({ hasText: text });

async function open(before: (example: Example & { account: UserId }) => unknown = () => undefined) {
  const example = (await examples.plaza()) as Example & { account: UserId };
  localStorage.removeItem('tertulia.formatting');
  await before(example);
  await showConversation(example);
  await field.click();
  return example;
}

const said = ({ browser }: Example, text: string, sender = marta) => browser.zone.say(browser.zone.plaza, sender, text);
const last = ({ browser }: Example) => browser.zone.plaza.state().lines.at(-1)?.content;

describe('naming people', () => {
  it('by the keyboard: the arrows choose, Enter takes, the next Enter sends', async () => {
    const example = await open();
    await userEvent.keyboard('hello @mar');
    await expect.element(names.getByRole('option', { name: 'Marta Vidal', selected: true })).toBeInTheDocument();
    await userEvent.keyboard('{Enter}');
    await expect.element(field).toHaveValue('hello @Marta Vidal ');
    await expect.element(names).not.toBeInTheDocument();
    await userEvent.keyboard('!{Enter}');
    await expect.element(article('hello @Marta Vidal !')).toBeInTheDocument();
    await expect.poll(() => last(example)).toMatchObject({ mentions: [marta] });
  });

  it('by the pointer, the field keeping the keyboard', async () => {
    await open();
    await userEvent.keyboard('@jor');
    await names.getByRole('option', { name: 'Jordi Casals' }).click();
    await expect.element(field).toHaveValue('@Jordi Casals ');
    await expect.element(field).toHaveFocus();
  });

  it('offers everybody at once to who may call them, and to nobody else', async () => {
    const example = await open(({ browser, account }) => browser.zone.plaza.moderators.set(account, 'moderator'));
    await userEvent.keyboard('dinner, @room');
    await names.getByRole('option', { name: /^room/ }).click();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => last(example)).toMatchObject({ mentions: 'room' });
    example.browser.zone.plaza.moderators.set(example.account, 'member');
    example.browser.zone.changed();
    await userEvent.keyboard('@r');
    await expect.poll(() => names.getByRole('option', { name: /^room/ }).query()).toBeNull();
  });

  it('says which one is chosen, and is left by Escape', async () => {
    await open();
    await userEvent.keyboard('@');
    await expect.element(names).toBeInTheDocument();
    const chosen = () => document.getElementById(field.element().getAttribute('aria-activedescendant') ?? '');
    await expect.poll(() => chosen()?.getAttribute('aria-selected')).toBe('true');
    const first = chosen()?.textContent;
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(() => chosen()?.textContent).not.toBe(first);
    await userEvent.keyboard('{Escape}');
    await expect.element(names).not.toBeInTheDocument();
    await userEvent.keyboard('x');
    await expect.element(names).not.toBeInTheDocument();
  });
});

describe('signs', () => {
  const signs = page.getByRole('listbox', { name: 'Signs' });

  it('are offered by their names, and stand where the name stood', async () => {
    await open();
    await userEvent.keyboard('well done :thumbs');
    await expect.element(signs.getByRole('option', { name: /thumbs up/ })).toBeInTheDocument();
    await userEvent.keyboard('{Enter}');
    await expect.element(field).toHaveValue('well done 👍️ ');
    await expect.element(signs).not.toBeInTheDocument();
  });

  it('are not offered in a time of the day, nor again where one has declined', async () => {
    await open();
    await userEvent.keyboard('at 10:30 :clap');
    await expect.element(signs).toBeInTheDocument();
    await userEvent.keyboard('{Escape}ping');
    await expect.element(field).toHaveValue('at 10:30 :clapping');
    expect(signs.query()).toBeNull();
    await userEvent.fill(field, 'at 10:30');
    expect(signs.query()).toBeNull();
  });
});

describe('beside another message', () => {
  it('an answer is begun, written, and left by Escape', async () => {
    const example = await open((example) => said(example, 'who brings the ladder?'));
    await article('who brings').getByText('who brings the ladder?').hover();
    await page.getByRole('toolbar').getByRole('button', { name: 'Reply' }).click();
    await expect.element(page.getByText('Reply to ⁨Marta Vidal⁩')).toBeInTheDocument();
    await expect.element(field).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByText('Reply to ⁨Marta Vidal⁩')).not.toBeInTheDocument();
    await article('who brings').getByText('who brings the ladder?').hover();
    await page.getByRole('toolbar').getByRole('button', { name: 'Reply' }).click();
    await userEvent.keyboard('I do{Enter}');
    await expect.element(article('I do').getByRole('button', { name: /who brings the ladder/ })).toBeInTheDocument();
    expect(last(example)).toMatchObject({ answers: expect.any(String) });
  });

  it('the arrow up edits the last of one’s own', async () => {
    await open((example) => said(example, 'at sevn', example.account));
    await userEvent.keyboard('{ArrowUp}');
    await expect.element(field).toHaveValue('at sevn');
    await expect.element(page.getByText('Editing your message')).toBeInTheDocument();
    await userEvent.clear(field);
    await userEvent.keyboard('at seven{Enter}');
    await expect.element(article('at seven').getByText('edited')).toBeInTheDocument();
    await expect.element(field).toHaveValue('');
  });
});

describe('formatting', () => {
  it('by shortcuts, which can be undone', async () => {
    await open();
    await userEvent.keyboard('big news');
    await userEvent.keyboard('{Shift>}{Control>}{ArrowLeft}{/Control}{/Shift}{Control>}b{/Control}');
    await expect.element(field).toHaveValue('big **news**');
    await userEvent.keyboard('{Control>}z{/Control}');
    await expect.element(field).toHaveValue('big news');
  });

  it('by a bar that is shown when one wants it', async () => {
    await open();
    await page.getByRole('button', { name: 'Formatting' }).click();
    const bar = page.getByRole('toolbar', { name: 'Formatting' });
    await field.click();
    await userEvent.keyboard('one');
    await bar.getByRole('button', { name: 'List' }).click();
    await expect.element(field).toHaveValue('- one');
    await expect.element(field).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('listitem').filter({ hasText: 'one' })).toBeInTheDocument();
  });
});

describe.each(themes)('in the %s', (theme) => {
  it('has no fault: an answer, the bar, names', async () => {
    paint(theme);
    await open((example) => said(example, 'who brings the ladder?'));
    await page.getByRole('button', { name: 'Formatting' }).click();
    await article('who brings').getByText('who brings the ladder?').hover();
    await page
      .getByRole('toolbar', { name: 'What to do with the message' })
      .getByRole('button', { name: 'Reply' })
      .click();
    await expect.element(page.getByText('Reply to ⁨Marta Vidal⁩')).toBeInTheDocument();
    await userEvent.keyboard('@');
    await expect.element(names).toBeInTheDocument();
    expect(await faults()).toEqual([]);
  });
});
