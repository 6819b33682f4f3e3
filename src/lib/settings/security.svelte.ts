import { Attempt } from '$lib/matrix/attempt.svelte';
import { Failure } from '$lib/matrix/failure';
import type { Accounts, Security as Port } from '$lib/matrix/ports';
import type { AccountId, Device } from '$lib/matrix/values';

type Devices =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'here'; readonly devices: readonly Device[] };
/** What is about to be done; but for a name it needs the password. */
export type Asked =
  | { readonly what: 'name'; readonly device: Device }
  | { readonly what: 'end'; readonly devices: readonly Device[] }
  | { readonly what: 'erase' };

/** The devices of an account, its password, and its end. */
export class Security {
  readonly #port: Port;
  readonly #accounts: Pick<Accounts, 'erase'>;
  readonly #account: AccountId;
  #devices = $state.raw<Devices>({ state: 'loading' });
  #asked = $state.raw<Asked | null>(null);
  readonly #attempt = new Attempt();
  #changed = $state(false);
  /** What is written in the form that changes the password. */
  now = $state('');
  next = $state('');
  endOthers = $state(true);

  constructor(port: Port, accounts: Pick<Accounts, 'erase'>, account: AccountId) {
    this.#port = port;
    this.#accounts = accounts;
    this.#account = account;
  }

  get devices(): Devices {
    return this.#devices;
  }

  readonly others: readonly Device[] = $derived.by(() =>
    this.#devices.state === 'here' ? this.#devices.devices.filter(({ current }) => !current) : []
  );

  get asked(): Asked | null {
    return this.#asked;
  }

  get busy(): boolean {
    return this.#attempt.busy;
  }

  /** The password has been changed. */
  get changed(): boolean {
    return this.#changed;
  }

  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  async load(): Promise<void> {
    try {
      this.#devices = { state: 'here', devices: await this.#port.devices() };
    } catch (thrown) {
      this.#devices = { state: 'failed', failure: Failure.from(thrown) };
    }
  }

  ask(asked: Asked | null): void {
    this.#asked = asked;
    this.#attempt.clear();
  }

  /** Does what was asked about. True when the account has ended with it. */
  async confirm(password: string): Promise<boolean> {
    const asked = this.#asked;
    if (!asked || asked.what === 'name') return false;
    const isDone = await this.#try(async () => {
      if (asked.what === 'erase') return this.#accounts.erase(this.#account, password);
      const ids = asked.devices.map(({ id }) => id);
      await this.#port.endDevices(ids, password);
    });
    if (!isDone) return false;
    this.#asked = null;
    if (asked.what === 'end') await this.load();
    return asked.what === 'erase';
  }

  /** Gives the device that was asked about another name. */
  async rename(name: string): Promise<void> {
    const asked = this.#asked;
    if (asked?.what !== 'name') return;
    if (!(await this.#try(() => this.#port.renameDevice(asked.device.id, name.trim())))) return;
    this.#asked = null;
    await this.load();
  }

  async changePassword(): Promise<void> {
    if (this.now === '' || this.next === '') return;
    this.#changed = false;
    const change = { password: this.now, next: this.next, endOthers: this.endOthers };
    if (!(await this.#try(() => this.#port.changePassword(change)))) return;
    this.now = '';
    this.next = '';
    this.#changed = true;
    await this.load();
  }

  async #try(command: () => Promise<void>): Promise<boolean> {
    return (await this.#attempt.run(command)) !== null;
  }
}
