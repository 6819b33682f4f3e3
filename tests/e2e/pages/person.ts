import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { say } from '../words.ts';
import { Chats } from './chats.ts';
import { Conversation } from './conversation.ts';
import { Recovery } from './recovery.ts';

/** Names that no other test of this zone uses. */
let met = 0;

/** Somebody at a browser: a context of her own, hence an own device. */
export class Person {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly origin: string;
  readonly chats: Chats;
  readonly conversation: Conversation;
  readonly recovery: Recovery;
  /** Of her account, once she has one. */
  name = '';
  password = '';

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.context = context;
    this.page = page;
    this.origin = origin;
    this.chats = new Chats(page);
    this.conversation = new Conversation(page);
    this.recovery = new Recovery(page);
  }

  static async arrive(browser: Browser, origin: string): Promise<Person> {
    const context = await browser.newContext({ baseURL: origin });
    return new Person(context, await context.newPage(), origin);
  }

  /** Closes the page as people do, and comes back to where it was on another. */
  async reopen(): Promise<Person> {
    const address = this.page.url();
    await Promise.all([this.page.waitForEvent('close'), this.page.close({ runBeforeUnload: true })]);
    const again = new Person(this.context, await this.context.newPage(), this.origin);
    Object.assign(again, { name: this.name, password: this.password });
    await again.page.goto(address);
    return again;
  }

  /** `alba` → alba1, alba2 …; at the end she is in. */
  async register(label: string): Promise<this> {
    await this.tryRegistering(label);
    await this.chats.shown();
    return this;
  }

  /** Makes a room and has another in it; both have it open. */
  async meet(other: Person, room: string): Promise<void> {
    await this.chats.createRoom(room);
    await this.conversation.invite(other.name);
    await other.chats.accept(room);
  }

  /** Leaves the form sent, whatever comes of it. @param path where she begins, for one who comes by a link */
  async tryRegistering(label: string, path = '/register', waitUntil: 'load' | 'commit' = 'load'): Promise<void> {
    await this.page.goto(path, { waitUntil });
    await this.fillIn(label);
    await this.page.getByRole('button', { name: say('create_account') }).click();
  }

  /** A name and a password of her own, into the form that is open. */
  async fillIn(label: string): Promise<void> {
    this.name = `${label}${++met}`;
    this.password = `${this.name} sits at a table`;
    await this.#fill(this.name, this.password);
  }

  async signIn(name: string, password: string): Promise<this> {
    await this.trySigningIn(name, password);
    await this.chats.shown();
    return this;
  }

  /** Leaves the form sent, whatever comes of it. */
  async trySigningIn(name: string, password: string): Promise<void> {
    this.name = name;
    this.password = password;
    await this.page.goto('/sign-in');
    await this.enter(name, password);
  }

  /** Fills the sign-in page that is open, and sends it. */
  async enter(name: string, password: string): Promise<void> {
    await this.#fill(name, password);
    await this.page.getByRole('button', { name: say('sign_in') }).click();
  }

  async #fill(name: string, password: string): Promise<void> {
    await this.page.getByLabel(say('field_name'), { exact: true }).fill(name);
    await this.page.getByLabel(say('field_password'), { exact: true }).fill(password);
  }

  /** The last account of this browser. */
  async signOut(): Promise<void> {
    await this.leaveDevice();
    await expect(this.page).toHaveURL(/\/sign-in$/);
  }

  /** The account of this tab; another may be left. */
  async leaveDevice(): Promise<void> {
    await this.page.goto('/settings');
    await this.page.getByRole('button', { name: say('sign_out') }).click();
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: say('sign_out') })
      .click();
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
