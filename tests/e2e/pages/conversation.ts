import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';
import { say, saying } from '../words.ts';

type Chosen = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

/** The conversation that is open. */
export class Conversation {
  readonly log: Locator;
  readonly field: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.log = page.getByRole('log', { name: say('messages') });
    const names = [say('write_message'), say('message_edit')].join('|');
    this.field = page.getByRole('textbox', { name: new RegExp(`^(${names})$`) });
  }

  /** The head of the conversation of this name. */
  titled(name: string): Locator {
    return this.#page.getByRole('heading', { level: 1, name, exact: true });
  }

  /** The messages of it that hold a text, in the order shown. */
  messages(text: string | RegExp): Locator {
    return this.log.getByRole('article').filter({ hasText: text });
  }

  async send(text: string): Promise<void> {
    await this.field.fill(text);
    await this.#page.getByRole('button', { name: say('send') }).click();
  }

  /** Files as chosen with the button; they wait beside the field until `send`. */
  async attach(...files: readonly Chosen[]): Promise<void> {
    await this.#page.locator('input[type=file]').setInputFiles([...files]);
    for (const { name } of files) await expect(this.attached(name)).toBeVisible();
  }

  /** One of the files that go with what is written. */
  attached(name: string): Locator {
    return this.#page.getByRole('list', { name: say('file_attached') }).getByText(name, { exact: true });
  }

  /** The picture of this name among the messages. */
  picture(name: string): Locator {
    return this.log.getByRole('button', { name: saying('picture_open', { name }) });
  }

  /** A file as it is saved. */
  async save(name: string): Promise<Buffer> {
    const saved = this.#page.waitForEvent('download');
    await this.log.getByRole('button', { name: saying('file_save', { name }) }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe(name);
    return readFile(await file.path());
  }

  /** The mark of one's own message: sent, read … */
  delivery(text: string | RegExp, state: 'delivery_waiting' | 'delivery_sent' | 'delivery_read'): Locator {
    return this.messages(text).getByText(say(state), { exact: true });
  }

  /** That one's own message has reached the zone, whether the other has looked at it by now or not. */
  reached(text: string): Locator {
    const words = [say('delivery_sent'), say('delivery_read')];
    return this.messages(text).getByText(new RegExp(`^(${words.join('|')})$`));
  }

  /** That somebody is writing. */
  typing(name: string): Locator {
    return this.#page.getByText(saying('typing', { who: name }));
  }

  /** What one does to the first such message, by the tool bar that the mouse brings. */
  async act(text: string, action: Parameters<typeof say>[0]): Promise<void> {
    await this.#press(text, 'message_more');
    await this.#page.getByRole('menuitem', { name: say(action), exact: true }).click();
  }

  async react(text: string, sign: string): Promise<void> {
    await this.#press(text, 'message_react');
    await this.messages(text).first().getByRole('toolbar').getByRole('button', { name: sign }).click();
  }

  /** The sign under a message, and how many have given it. */
  sign(text: string, sign: string, count: number): Locator {
    return this.messages(text)
      .getByRole('button', { name: sign })
      .filter({ hasText: String(count) });
  }

  async invite(term: string, name = term): Promise<void> {
    await this.#menu('invite');
    const dialog = this.#page.getByRole('dialog');
    await dialog.getByRole('searchbox', { name: say('find_person') }).fill(term);
    await dialog.getByRole('button', { name: saying('invite_person', { name }) }).click();
    await expect(dialog.getByText(say('invited'), { exact: true })).toBeVisible();
    await this.#page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }

  async leave(): Promise<void> {
    await this.#menu('leave');
    await this.#page
      .getByRole('dialog')
      .getByRole('button', { name: say('leave') })
      .click();
  }

  /** Opens the settings of the room. */
  async settings(): Promise<Locator> {
    await this.#menu('room_settings');
    const dialog = this.#page.getByRole('dialog', { name: say('room_settings') });
    await expect(dialog.getByRole('textbox', { name: say('field_name'), exact: true })).toBeVisible();
    return dialog;
  }

  /** Adds it to the favourites, or takes it away, by the menu above it. */
  async arrange(item: 'favourite_add' | 'favourite_remove' | 'low_add' | 'low_remove'): Promise<void> {
    await this.#menu(item);
  }

  /** What comes meanwhile takes the message from under the mouse, which then goes after it. */
  async #press(text: string, button: 'message_more' | 'message_react'): Promise<void> {
    const message = this.messages(text).first();
    await expect(async () => {
      await message.locator('[data-bubble]').hover({ timeout: 3_000 });
      await message.getByRole('button', { name: say(button) }).click({ timeout: 3_000 });
    }).toPass();
  }

  async #menu(item: Parameters<typeof say>[0]): Promise<void> {
    await this.#page.getByRole('button', { name: say('more'), exact: true }).click();
    await this.#page.getByRole('menuitem', { name: say(item) }).click();
  }
}
