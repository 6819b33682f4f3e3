import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Matrix } from '$lib/matrix/ports';
import type { Account, AccountId } from '$lib/matrix/values';
import { lastHere, stayAs } from './remembered';

/** Who is at this browser. `ended`: the server no longer takes the session, so she must sign in again. */
export type Standing =
  | { readonly state: 'connecting' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'nobody' }
  | { readonly state: 'here'; readonly account: Account }
  | { readonly state: 'ended'; readonly account: Account };

/** The page's hold on the engine, which is loaded on the first `connect` and never before. */
export class Session {
  readonly #load: () => Promise<Matrix>;
  #connecting: Promise<Matrix> | undefined;
  #matrix = $state.raw<Matrix>();
  #failure = $state.raw<Failure>();
  /** Of the accounts of this browser, the one that this tab is for. */
  #chosen = $state<AccountId | null>(null);
  readonly #accounts = $derived(this.#matrix && new Following(this.#matrix.accounts.list()));
  readonly #version = $derived(this.#matrix && new Following(this.#matrix.version));
  readonly #standing = $derived.by(() => this.#whoIsHere());

  constructor(load: () => Promise<Matrix>) {
    this.#load = load;
  }

  get matrix(): Matrix | undefined {
    return this.#matrix;
  }

  /** Who has a session here; undefined until that is known. */
  get accounts(): readonly Account[] | undefined {
    return this.#accounts?.current;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** A newer version has the engine: what is on show can be read, and nothing can be done until the page is loaded anew. */
  get superseded(): boolean {
    return this.#version?.current === 'superseded';
  }

  /** Loads the engine, once; after a failure the next call tries again. Fails with unexpected, storage. */
  connect(): Promise<Matrix> {
    this.#connecting ??= this.#start();
    return this.#connecting;
  }

  /** This tab goes on as another account of this browser, and is so after a reload. */
  choose(account: AccountId): void {
    this.#chosen = account;
    stayAs(account);
  }

  async #start(): Promise<Matrix> {
    this.#failure = undefined;
    this.#chosen ??= lastHere();
    try {
      this.#matrix = await this.#load();
      return this.#matrix;
    } catch (thrown) {
      this.#connecting = undefined;
      this.#failure = Failure.from(thrown);
      throw this.#failure;
    }
  }

  #whoIsHere(): Standing {
    if (this.#failure) return { state: 'failed', failure: this.#failure };
    const accounts = this.#accounts?.current;
    if (!accounts && this.superseded) return { state: 'failed', failure: new Failure('newer-version') };
    if (!accounts) return { state: 'connecting' };
    const account =
      accounts.find(({ id }) => id === this.#chosen) ??
      accounts.find(({ state }) => state === 'signed-in') ??
      accounts[0];
    if (!account) return { state: 'nobody' };
    return { state: account.state === 'signed-in' ? 'here' : 'ended', account };
  }
}
