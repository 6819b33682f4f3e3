import { expect, type Locator, type Page } from '@playwright/test';
import { exactly, say, saying } from '../words.ts';

/** The list of conversations, and how new ones begin. */
export class Chats {
  readonly #page: Page;
  readonly #list: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#list = page.getByRole('list', { name: say('conversations') });
  }

  async shown(): Promise<void> {
    await expect(this.#list).toBeVisible({ timeout: 30_000 });
  }

  /** The line of a conversation. Its preview may name others, so the name is looked for where names stand. */
  row(name: string): Locator {
    const named = this.#page.locator('[dir=auto]').filter({ hasText: exactly(name) });
    return this.#list.getByRole('listitem').filter({ has: named });
  }

  /** Resolves when it is there: what stood before it has the same buttons. */
  async open(name: string): Promise<void> {
    await this.row(name).getByRole('link').click();
    await expect(this.#page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
  }

  /** That so many messages of it are unread. */
  unread(name: string, count: number): Locator {
    return this.row(name).getByText(saying('unread', { count: String(count) }));
  }

  async accept(name: string): Promise<void> {
    await this.row(name)
      .getByRole('button', { name: say('accept') })
      .click();
  }

  async decline(name: string): Promise<void> {
    await this.row(name)
      .getByRole('button', { name: say('decline') })
      .click();
  }

  /** Finds a person by her name or her address and opens a direct conversation. */
  async writeTo(term: string, name = term): Promise<void> {
    const dialog = await this.begin('way_person');
    await dialog.getByRole('searchbox', { name: say('find_person') }).fill(term);
    await dialog.getByRole('button', { name: saying('write_to', { name }) }).click();
  }

  /** By invitation and encrypted, unless told otherwise; an open room never is. */
  async createRoom(name: string, { topic = '', open = false, sealed = true } = {}): Promise<void> {
    const dialog = await this.begin('way_room');
    await dialog.getByLabel(say('field_name'), { exact: true }).fill(name);
    await dialog.getByLabel(say('field_topic'), { exact: true }).fill(topic);
    if (open) await dialog.getByText(say('room_open'), { exact: true }).click();
    else await dialog.getByLabel(say('room_sealed'), { exact: true }).setChecked(sealed);
    await dialog.getByRole('button', { name: say('create_room') }).click();
  }

  async joinOpenRoom(name: string): Promise<void> {
    const dialog = await this.begin('way_open');
    const room = dialog.getByRole('listitem').filter({ hasText: name });
    await room.getByRole('button', { name: say('join') }).click();
  }

  /** Looks into a room of the directory, of another zone where one is named. */
  async lookInto(name: string, zone = ''): Promise<void> {
    const dialog = await this.begin('way_open');
    if (zone) await dialog.getByRole('textbox', { name: say('open_rooms_zone'), exact: true }).fill(zone);
    await dialog.getByRole('button', { name: saying('open_rooms_look', { name }), exact: true }).click();
  }

  /** The names of the list, in its order. */
  async names(): Promise<readonly string[]> {
    return this.#list.getByRole('link').locator('[dir=auto]').allTextContents();
  }

  /** Opens the way a new conversation begins. */
  async begin(way: 'way_person' | 'way_open' | 'way_room'): Promise<Locator> {
    await this.#page.getByRole('button', { name: say('new_conversation') }).click();
    const dialog = this.#page.getByRole('dialog', { name: say('new_conversation') });
    await dialog.getByText(say(way), { exact: true }).click();
    return dialog;
  }
}
