import { Failure } from '$lib/matrix/failure';
import type { Accounts } from '$lib/matrix/ports';
import type { Account } from '$lib/matrix/values';

type Step =
  | { readonly state: 'filling' }
  | { readonly state: 'sending' }
  | { readonly state: 'failed'; readonly failure: Failure };

/** The sign-in form. The engine may still be loading when it is sent. */
export class SignIn {
  readonly #accounts: () => Promise<Accounts>;
  #step = $state.raw<Step>({ state: 'filling' });
  #missing = $state(false);
  readonly #suggested: () => string;
  /** What she has written; null: nothing yet, so what is suggested stands. */
  #name = $state<string | null>(null);
  password = $state('');

  /** `suggested`: who was here before. */
  constructor(accounts: () => Promise<Accounts>, suggested: () => string = () => '') {
    this.#accounts = accounts;
    this.#suggested = suggested;
  }

  get name(): string {
    return this.#name ?? this.#suggested();
  }

  set name(name: string) {
    this.#name = name;
  }

  get busy(): boolean {
    return this.#step.state === 'sending';
  }

  get nameMissing(): boolean {
    return this.#missing && this.name.trim() === '';
  }

  get passwordMissing(): boolean {
    return this.#missing && this.password === '';
  }

  /** Why the last try failed. */
  get failure(): Failure | undefined {
    return this.#step.state === 'failed' ? this.#step.failure : undefined;
  }

  /** The account, or null where the form says what is wrong. */
  async submit(): Promise<Account | null> {
    this.#missing = true;
    if (this.busy || this.nameMissing || this.passwordMissing) return null;
    this.#step = { state: 'sending' };
    try {
      const accounts = await this.#accounts();
      const account = await accounts.signIn({ name: this.name.trim(), password: this.password });
      this.password = '';
      this.#step = { state: 'filling' };
      return account;
    } catch (thrown) {
      this.#step = { state: 'failed', failure: Failure.from(thrown) };
      return null;
    }
  }
}
