import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Accounts, People } from '$lib/matrix/ports';
import type { AccountId, Person } from '$lib/matrix/values';

/** One's own name, and the way out. */
export class Profile {
  readonly #people: People;
  readonly #accounts: Accounts;
  readonly #account: AccountId;
  readonly #me: Following<Person>;
  /** What is being written in place of the name; null: nothing. */
  #draft = $state<string | null>(null);
  #busy = $state<'name' | 'photo' | 'leaving' | null>(null);
  #saved = $state(false);
  #failure = $state.raw<Failure>();

  constructor(people: People, accounts: Accounts, account: AccountId) {
    this.#people = people;
    this.#accounts = accounts;
    this.#account = account;
    this.#me = new Following(people.me());
  }

  get id(): AccountId {
    return this.#account;
  }

  get me(): Person | undefined {
    return this.#me.current;
  }

  get name(): string {
    return this.#draft ?? this.me?.name ?? '';
  }

  set name(name: string) {
    this.#draft = name;
    this.#saved = false;
  }

  get changed(): boolean {
    return this.#draft !== null && this.#draft.trim() !== '' && this.#draft.trim() !== this.me?.name;
  }

  get busy(): 'name' | 'photo' | 'leaving' | null {
    return this.#busy;
  }

  get saved(): boolean {
    return this.#saved;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  async rename(): Promise<void> {
    if (!this.changed || this.#busy) return;
    await this.#try('name', async () => {
      await this.#people.rename(this.name.trim());
      this.#draft = null;
      this.#saved = true;
    });
  }

  /** null: none. */
  async setPhoto(photo: Blob | null): Promise<void> {
    if (!this.#busy) await this.#try('photo', () => this.#people.setPhoto(photo));
  }

  /** She could go, but would lose keys that are not in the backup yet. */
  get wouldLoseKeys(): boolean {
    return this.#failure?.reason === 'keys-unsaved';
  }

  /** Ends the session and wipes what this browser keeps. True when it is done. `anyway`: whatever is lost by it. */
  signOut(anyway = false): Promise<boolean> {
    return this.#try('leaving', () => this.#accounts.signOut(this.#account, { anyway }));
  }

  async #try(what: 'name' | 'photo' | 'leaving', command: () => Promise<void>): Promise<boolean> {
    this.#busy = what;
    this.#failure = undefined;
    try {
      await command();
      return true;
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
      return false;
    } finally {
      this.#busy = null;
    }
  }
}
