import { isLocalpart } from '$protocol/address';
import { Failure } from '$lib/matrix/failure';
import type { Accounts } from '$lib/matrix/ports';
import type { Account, AccountId, FailureReason, Registration } from '$lib/matrix/values';
import { shortest, strengthOf, type Strength } from './password-strength';

/** What the link that led here carries. */
export type Links = { readonly invitation?: string; readonly administrator?: string };

type Step =
  | { readonly state: 'filling' }
  | { readonly state: 'sending' }
  | { readonly state: 'done' }
  | { readonly state: 'failed'; readonly failure: Failure }
  /** The account is there; only the administrator's link failed. */
  | { readonly state: 'not-administrator'; readonly account: Account; readonly failure: Failure };

const ofName: readonly FailureReason[] = ['name-taken', 'name-invalid'];

/** The form that makes an account, and spends the administrator's link where there is one. */
export class Register {
  readonly #accounts: () => Promise<Accounts>;
  readonly #links: Links;
  #step = $state.raw<Step>({ state: 'filling' });
  #registration = $state<Registration>();
  #sent = $state({ name: '', password: '' });
  #asked = $state(false);
  name = $state('');
  password = $state('');

  constructor(accounts: () => Promise<Accounts>, links: Links = {}) {
    this.#accounts = accounts;
    this.#links = links;
  }

  get step(): Step {
    return this.#step;
  }

  get busy(): boolean {
    return this.#step.state === 'sending' || this.#step.state === 'done';
  }

  /** The name as it will be in the address. */
  readonly localpart = $derived(this.name.trim().toLowerCase());

  readonly strength: Strength = $derived(strengthOf(this.password, this.localpart));

  /** What is wrong with the name, shown while typing; `missing` only after sending. */
  readonly nameProblem = $derived.by((): 'missing' | FailureReason | null => {
    if (this.localpart === '') return this.#asked ? 'missing' : null;
    if (!isLocalpart(this.localpart)) return 'name-invalid';
    const failed = this.#step.state === 'failed' ? this.#step.failure.reason : null;
    return failed && ofName.includes(failed) && this.localpart === this.#sent.name ? failed : null;
  });

  /** Shown after sending, or when the zone itself refused it. */
  readonly passwordProblem = $derived.by((): 'too-short' | FailureReason | null => {
    const failed = this.#step.state === 'failed' ? this.#step.failure.reason : null;
    if (failed === 'password-weak' && this.password === this.#sent.password) return failed;
    return this.#asked && this.password.length < shortest ? 'too-short' : null;
  });

  /** What is wrong with neither field. */
  readonly failure = $derived.by((): Failure | null => {
    if (this.#step.state !== 'failed') return null;
    const { reason } = this.#step.failure;
    return ofName.includes(reason) || reason === 'password-weak' ? null : this.#step.failure;
  });

  /** Whether this zone takes the person, as far as is known yet; the first administrator always may. */
  readonly door = $derived.by((): 'open' | 'needs-invitation' | 'closed' => {
    if (this.#links.administrator || this.#registration === undefined) return 'open';
    if (this.#registration === 'closed') return 'closed';
    return this.#registration === 'by-invitation' && !this.#links.invitation ? 'needs-invitation' : 'open';
  });

  /** Asks how the zone takes new people. Where that cannot be known the form stays open: sending it will tell. */
  async look(): Promise<void> {
    try {
      this.#registration = await (await this.#accounts()).registration();
    } catch {
      this.#registration = undefined;
    }
  }

  /** The account, or null where the form says what is wrong. */
  async submit(): Promise<Account | null> {
    this.#asked = true;
    if (this.busy || this.nameProblem === 'missing' || this.nameProblem === 'name-invalid') return null;
    if (this.password.length < shortest) return null;
    this.#sent = { name: this.localpart, password: this.password };
    this.#step = { state: 'sending' };
    try {
      const accounts = await this.#accounts();
      const { invitation } = this.#links;
      const account = await accounts.register({ name: this.localpart, password: this.password, invitation });
      return await this.#finish(account);
    } catch (thrown) {
      this.#step = { state: 'failed', failure: Failure.from(thrown) };
      return null;
    }
  }

  /** Spends the administrator's link for somebody who has an account. True when it is done. */
  async becomeAdministrator(id: AccountId): Promise<boolean> {
    const { administrator } = this.#links;
    if (!administrator || this.busy) return false;
    this.#step = { state: 'sending' };
    try {
      await (await this.#accounts()).becomeAdministrator(id, administrator);
      this.#step = { state: 'done' };
      return true;
    } catch (thrown) {
      this.#step = { state: 'failed', failure: Failure.from(thrown) };
      return false;
    }
  }

  async #finish(account: Account): Promise<Account | null> {
    const { administrator } = this.#links;
    this.password = '';
    try {
      if (administrator) await (await this.#accounts()).becomeAdministrator(account.id, administrator);
      this.#step = { state: 'done' };
      return account;
    } catch (thrown) {
      this.#step = { state: 'not-administrator', account, failure: Failure.from(thrown) };
      return null;
    }
  }
}
