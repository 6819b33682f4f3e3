import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Failure } from '$lib/matrix/failure';
import { newTransaction } from '$lib/matrix/transaction';
import type { EventId } from '$lib/matrix/values';
import { article, choose, marta, mine, open, point, said } from '../../../tests/component/plaza';
import { faults, paint, themes } from '../../../tests/component/stage';
import { bodyWords } from './words';

describe('forwarding', () => {
  it('says it in conversations that are found by name, as often as one likes', async () => {
    const example = await open((one) => said(one, 'forward me'));
    await choose('forward me', 'Forward');
    const dialog = page.getByRole('dialog', { name: 'Forward' });
    await dialog.getByRole('searchbox', { name: 'Find a conversation' }).fill('marta');
    await dialog.getByRole('button', { name: 'Send to Marta Vidal' }).click();
    await expect.element(dialog.getByText('On its way')).toBeVisible();
    expect(await faults()).toEqual([]);
    await expect
      .poll(() =>
        [...example.browser.zone.rooms.values()].flatMap((room) =>
          room
            .state()
            .lines.filter(({ content }) => content.type === 'message' && bodyWords(content.body) === 'forward me')
        )
      )
      .toHaveLength(2);
  });
});

describe('what one does to a message', () => {
  it('gives a sign and takes it back', async () => {
    await open((example) => said(example, 'bread is ready'));
    const bar = await point('bread is ready');
    await bar.getByRole('button', { name: 'Answer by a sign' }).click();
    await bar.getByRole('button', { name: '❤️' }).click();
    const given = article('bread is ready').getByRole('button', { name: /❤️/, pressed: true });
    await expect.element(given).toHaveTextContent('❤️ 1 ⁨Alba Puig⁩');
    await given.click();
    await expect.element(given).not.toBeInTheDocument();
  });

  it('joins in a sign that others gave', async () => {
    await open((example) => {
      const event = said(example, 'rain');
      example.browser.zone.react(example.browser.zone.plaza, marta, event, '🌧️');
    });
    await article('rain').getByRole('button', { name: /🌧️/ }).click();
    await expect
      .element(article('rain').getByRole('button', { name: /🌧️/, pressed: true }))
      .toHaveTextContent('🌧️ 2 ⁨Marta Vidal⁩ and ⁨Alba Puig⁩');
  });

  it('deletes after a question, for everybody', async () => {
    const example = await open((example) => mine(example, 'a slip'));
    await choose('a slip', 'Delete');
    const dialog = page.getByRole('dialog', { name: 'Delete your message?' });
    await dialog.getByRole('textbox').fill('wrong room');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(article('a slip')).not.toBeInTheDocument();
    await expect.element(article('Message deleted').last()).toBeInTheDocument();
    await expect.poll(() => [...example.browser.zone.plaza.state().fates.values()].at(-1)?.deleted).toBe(true);
  });

  it('offers to delete others’ messages only to who may', async () => {
    await open((example) => said(example, 'hers'));
    const bar = await point('hers');
    await bar.getByRole('button', { name: 'More actions' }).click();
    await expect.element(page.getByRole('menuitem', { name: 'Copy the text' })).toBeInTheDocument();
    await expect.element(page.getByRole('menuitem', { name: 'Delete' })).not.toBeInTheDocument();
    await expect.element(page.getByRole('menuitem', { name: 'Edit' })).not.toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
  });

  it('deletes others’ messages where one moderates', async () => {
    await open((example) => {
      example.browser.zone.plaza.moderators.set(example.account, 'moderator');
      said(example, 'spam');
    });
    await choose('spam', 'Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect.element(article('spam')).not.toBeInTheDocument();
  });

  it('shows what an edited message has said', async () => {
    await open((example) => {
      const event = said(example, 'at sevn');
      example.browser.zone.edit(example.browser.zone.plaza, marta, event, 'at seven');
    });
    await choose('at seven', 'What it said before');
    const items = page.getByRole('dialog').getByRole('listitem');
    await expect.element(items.nth(0).getByText('at seven')).toBeInTheDocument();
    await expect.element(items.nth(1).getByText('at sevn')).toBeInTheDocument();
  });

  it('shows who said it, when, and who has read it', async () => {
    await open((example) => {
      const { zone } = example.browser;
      zone.read(zone.plaza, marta, zone.say(zone.plaza, example.account, 'read me'));
    });
    await choose('read me', 'Details');
    const dialog = page.getByRole('dialog', { name: 'Details' });
    await expect.element(dialog.getByText('alba@zone.example')).toBeInTheDocument();
    await expect.element(dialog.getByRole('listitem').getByText('marta@zone.example')).toBeInTheDocument();
    expect(await faults()).toEqual([]);
  });

  it('leads to a day', async () => {
    const example = await open();
    const jump = vi.spyOn(example.browser.account(example.account).timelines, 'jump');
    await page.getByRole('button', { name: 'Yesterday' }).click();
    const dialog = page.getByRole('dialog', { name: 'Go to a day' });
    await expect.element(dialog.getByLabelText('Day')).toHaveValue('2026-05-13');
    expect(await faults()).toEqual([]);
    await dialog.getByLabelText('Day').fill('2026-05-09');
    await dialog.getByRole('button', { name: 'Go there' }).click();
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.poll(() => jump.mock.calls).toEqual([[example.room, { at: new Date(2026, 4, 9).getTime() }]]);
  });

  it('copies the words', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await open((example) => said(example, 'take me along'));
    await choose('take me along', 'Copy the text');
    await expect.poll(() => write.mock.calls).toEqual([['take me along']]);
    await expect.element(page.getByText('The text is copied.')).toBeInTheDocument();
    write.mockRestore();
  });

  it('that was refused is said, tried again and let go', async () => {
    const example = await open(async (example) => {
      const event = mine(example, 'stays');
      example.browser.network.failNext('outbox', 'forbidden');
      await example.browser
        .account(example.account)
        .timelines.delete(example.room as never, event, '', newTransaction());
    });
    const failed = article('stays').getByRole('alert');
    await expect.element(failed.getByText(/The change was not sent/)).toBeInTheDocument();
    example.browser.network.failNext('outbox', 'forbidden');
    await failed.getByRole('button', { name: 'Try again' }).click();
    await failed.getByRole('button', { name: 'Discard' }).click();
    await expect.element(failed).not.toBeInTheDocument();
    await expect.element(article('stays')).toBeInTheDocument();
  });

  it('quotes what is answered, also from further back, and leads there', async () => {
    const example = await open((example) => {
      const { zone } = example.browser;
      const question = said(example, 'who brings the ladder?');
      for (let count = 0; count < 40; count++) said(example, `bla ${count}`);
      zone.change(zone.plaza, marta, {
        type: 'message',
        body: { type: 'text', style: 'plain', text: 'I do' },
        answers: question,
        edited: false,
        keyFor: null,
        from: null
      });
    });
    const quote = article('I do').getByRole('button', { name: /who brings the ladder/ });
    await quote.click();
    await expect.element(article('who brings the ladder?').first()).toBeInViewport();
    expect(example.room).toBeTruthy();
  });

  it('quotes what cannot be had as such, and asks for it once', async () => {
    const look = { calls: 0 };
    await open((example) => {
      const { zone } = example.browser;
      const { timelines } = example.browser.account(example.account);
      vi.spyOn(timelines, 'look').mockImplementation(async () => {
        look.calls++;
        throw new Failure('unreachable');
      });
      const content = { type: 'message', edited: false, keyFor: null, from: null } as const;
      const body = { type: 'text', style: 'plain', text: 'I do' } as const;
      zone.change(zone.plaza, marta, { ...content, body, answers: '$gone' as EventId });
    });
    await expect.element(article('I do').getByText('This message cannot be shown')).toBeInTheDocument();
    expect(look.calls).toBe(1);
  });

  it('is reached by the keyboard alone', async () => {
    await open((example) => {
      said(example, 'first');
      said(example, 'second');
    });
    await expect.element(article('second')).toBeInTheDocument();
    await page.getByRole('textbox', { name: 'Write a message' }).click();
    await userEvent.keyboard('{Shift>}{Tab}{Tab}{/Shift}');
    await expect.element(article('second')).toHaveFocus();
    await userEvent.keyboard('{ArrowUp}');
    await expect.element(article('first')).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await page.getByRole('dialog').getByRole('button', { name: '👍️' }).click();
    await expect.element(article('first').getByRole('button', { name: /👍/, pressed: true })).toBeInTheDocument();
  });

  it('is offered to a finger that rests', async () => {
    await open((example) => said(example, 'press me'));
    await expect.element(article('press me')).toBeInTheDocument();
    const bubble = article('press me').getByText('press me').element();
    const touch = { pointerType: 'touch', isPrimary: true, bubbles: true, clientX: 10, clientY: 10 };
    bubble.dispatchEvent(new PointerEvent('pointerdown', touch));
    await expect.element(page.getByRole('dialog').getByRole('button', { name: 'Reply' })).toBeInTheDocument();
  });
});

describe.each(themes)('in the %s', (theme) => {
  it('has no fault: a tool bar, an answer, its dialogs', async () => {
    paint(theme);
    await open((example) => {
      const { zone } = example.browser;
      const question = said(example, 'who brings the ladder?');
      const content = { type: 'message', edited: false, keyFor: null, from: null, answers: question } as const;
      zone.change(zone.plaza, example.account, { ...content, body: { type: 'text', style: 'plain', text: 'I do' } });
      zone.react(zone.plaza, marta, question, '👍');
    });
    await point('I do');
    await expect.element(page.getByRole('toolbar', { name: 'What to do with the message' })).toBeInTheDocument();
    expect(await faults()).toEqual([]);
    await choose('I do', 'Delete');
    await expect.element(page.getByRole('dialog')).toBeInTheDocument();
    expect(await faults()).toEqual([]);
  });
});
