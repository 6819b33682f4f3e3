import { expect, type Page } from '@playwright/test';
import { say } from '../words.ts';

/** The page that sets recovery up, or lets a new device in. */
export class Recovery {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** One step, and the key that it shows once. */
  async setUp(password: string): Promise<string> {
    await this.#page.goto('/settings/recovery');
    await this.#page.getByLabel(say('field_password'), { exact: true }).fill(password);
    await this.#page.getByRole('button', { name: say('recovery_make_key') }).click();
    const key = await this.#page.getByRole('group', { name: say('recovery_key') }).innerText();
    await this.#page.getByLabel(say('recovery_kept')).check();
    await this.#page.getByRole('button', { name: say('done') }).click();
    await this.ready();
    return key.trim();
  }

  async restore(key: string): Promise<void> {
    await this.enter(key);
    await this.ready();
  }

  /** Leaves the key sent, whatever comes of it. */
  async enter(key: string): Promise<void> {
    await this.#page.goto('/settings/recovery');
    await this.#page.getByLabel(say('recovery_key'), { exact: true }).fill(key);
    await this.#page.getByRole('button', { name: say('recovery_restore') }).click();
  }

  async ready(): Promise<void> {
    await expect(this.#page.getByText(say('recovery_ready'), { exact: true })).toBeVisible();
  }
}
