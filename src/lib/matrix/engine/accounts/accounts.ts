import { parseUserId } from '$protocol/address.ts';
import { Failure } from '../../failure.ts';
import { Cell, type Live } from '../../live.ts';
import { forgetMedia } from '../../media/kept.ts';
import type { Accounts as Port } from '../../ports.ts';
import type { Account, AccountId, Registration } from '../../values.ts';
import { anything, ServerError, type Server } from '../server.ts';
import type { AccountsStore } from '../store/accounts-store.ts';
import type { Credentials } from '../store/database.ts';
import { confirmed } from './confirmed.ts';
import { register, registrationOf, signedIn, toSession, type Session } from './registration.ts';

/** What the accounts ask of whoever runs their engines. */
export interface Engines {
  /** Whether the keys of a device outlive its engine: without them a device is worth nothing. */
  readonly keepsKeys: boolean;
  start(credentials: Credentials): void;
  /** Resolves when nothing of the account runs or holds a database any more. */
  stop(account: AccountId): Promise<void>;
  /** Waits a little until its keys are in the backup. Says how many are left. */
  putAway(account: AccountId): Promise<number>;
  /** All that is kept of it. */
  wipe(account: AccountId): Promise<void>;
  /** What belongs to its device: keys and positions. What waits to be sent and the drafts stay. */
  wipeDevice(account: AccountId): Promise<void>;
}

export class Accounts implements Port {
  readonly #server: Server;
  readonly #store: AccountsStore;
  readonly #engines: Engines;
  readonly #deviceName: string;
  readonly #list = new Cell<readonly Account[]>();
  #credentials: Credentials[] = [];

  constructor(server: Server, store: AccountsStore, engines: Engines, deviceName: string) {
    this.#server = server;
    this.#store = store;
    this.#engines = engines;
    this.#deviceName = deviceName;
  }

  /** Takes up the accounts of earlier sessions. */
  async load(): Promise<void> {
    this.#credentials = await this.#store.all();
    for (const credentials of this.#credentials) this.#engines.start(credentials);
    this.#show();
  }

  list(): Live<readonly Account[]> {
    return this.#list;
  }

  registration(): Promise<Registration> {
    return registrationOf(this.#server);
  }

  async register(form: { name: string; password: string; invitation?: string }): Promise<Account> {
    return this.#keep(await register(this.#server, { ...form, deviceName: this.#deviceName }));
  }

  async signIn({ name, password }: { name: string; password: string }): Promise<Account> {
    const user = localNameOf(name);
    const known = this.#credentials.find(({ id }) => id === user || parseUserId(id)?.localpart === user);
    const body = {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user },
      password,
      initial_device_display_name: this.#deviceName,
      // A device that the server has forgotten does not come back: then it is a new one.
      ...(known && this.#goesOn(known) && { device_id: known.device })
    };
    try {
      return await this.#keep(
        toSession(await this.#server.call('POST', '/_matrix/client/v3/login', signedIn, { body }))
      );
    } catch (thrown) {
      const failure = Failure.from(thrown);
      if (failure.reason === 'forbidden') throw new Failure('wrong-password', '', { cause: thrown });
      throw failure;
    }
  }

  async signOut(id: AccountId, { anyway } = { anyway: false }): Promise<void> {
    const credentials = this.#credentials.find((known) => known.id === id);
    if (!credentials) throw new Failure('signed-out', id);
    const left = anyway || credentials.expired ? 0 : await this.#engines.putAway(id);
    if (left > 0) throw new Failure('keys-unsaved', `${left} keys`);
    await this.#engines.stop(id);
    await this.#tellGone(credentials);
    await this.#wipe(id);
  }

  async erase(id: AccountId, password: string): Promise<void> {
    const credentials = this.#credentials.find((known) => known.id === id);
    if (!credentials) throw new Failure('signed-out', id);
    const server = this.#server.as(credentials.token);
    await confirmed(id, password, (auth) =>
      server.call('POST', '/_matrix/client/v3/account/deactivate', anything, {
        body: { erase: true, ...auth },
        timeout: 120_000
      })
    );
    await this.#engines.stop(id);
    await this.#wipe(id);
  }

  async #wipe(id: AccountId): Promise<void> {
    // Wiped first: what is cut off in the middle is an account that can be signed out again, not messages that stay.
    await this.#engines.wipe(id);
    await this.#store.remove(id);
    await forgetMedia(id);
    this.#credentials = this.#credentials.filter((known) => known.id !== id);
    this.#show();
  }

  async becomeAdministrator(id: AccountId, token: string): Promise<void> {
    const credentials = this.#credentials.find((known) => known.id === id);
    if (!credentials) throw new Failure('signed-out');
    await this.#server
      .as(credentials.token)
      .call('POST', '/_tertulia/administrator', anything, { body: { token } })
      .catch((thrown) => {
        const refused = thrown instanceof ServerError && (thrown.status === 403 || thrown.status === 404);
        throw refused ? new Failure('administrator-link-used', '', { cause: thrown }) : thrown;
      });
  }

  /** The server no longer takes the token: kept, and shown as signed out until the person signs in again. */
  async expire(id: AccountId, ended: 'session' | 'device'): Promise<void> {
    await this.#change(id, (known) => ({ ...known, expired: true, deviceStays: ended === 'session' }));
  }

  /** The keys of its device are gone: who signs in again gets another. */
  async loseKeys(id: AccountId): Promise<void> {
    await this.#change(id, (known) => ({ ...known, keysLost: true }));
  }

  #goesOn({ expired, deviceStays, keysLost }: Credentials): boolean {
    return this.#engines.keepsKeys && !keysLost && (!expired || deviceStays === true);
  }

  async #keep(session: Session): Promise<Account> {
    const known = this.#credentials.find((known) => known.id === session.id);
    if (known) {
      await this.#engines.stop(known.id);
      // Another device of the same person: its keys and positions are not this one's. What she wrote is still hers.
      if (known.device !== session.device) await this.#replace(known);
    }
    const credentials: Credentials = { ...session, since: known?.since ?? Date.now(), expired: false };
    await this.#store.put(credentials);
    this.#credentials = [...this.#credentials.filter((other) => other.id !== session.id), credentials];
    this.#engines.start(credentials);
    this.#show();
    return toAccount(credentials);
  }

  /** Nobody shall go on encrypting for a device that is no more. */
  async #replace(known: Credentials): Promise<void> {
    await this.#engines.wipeDevice(known.id);
    if (!known.expired) void this.#tellGone(known);
  }

  /** Signing out does not depend on a server that is away. */
  async #tellGone({ id, token }: Credentials): Promise<void> {
    await this.#server
      .as(token)
      .call('POST', '/_matrix/client/v3/logout', anything, { body: {}, timeout: 5000 })
      .catch((thrown) =>
        console.warn('the server was not told that a device is gone:', id, Failure.from(thrown).message)
      );
  }

  async #change(id: AccountId, change: (known: Credentials) => Credentials): Promise<void> {
    const known = this.#credentials.find((known) => known.id === id);
    if (!known) return;
    const changed = change(known);
    this.#credentials = this.#credentials.map((other) => (other.id === id ? changed : other));
    await this.#store.put(changed);
    this.#show();
  }

  #show(): void {
    this.#list.set(this.#credentials.toSorted((a, b) => a.since - b.since).map(toAccount));
  }
}

const toAccount = ({ id, device, expired }: Credentials): Account => ({
  id,
  device,
  state: expired ? 'signed-out' : 'signed-in'
});

/** What the server's login takes: a whole user id stays, an address or a bare name becomes the local part. */
function localNameOf(name: string): string {
  const written = name.trim();
  const asUserId = written.startsWith('@') ? parseUserId(written) : null;
  if (asUserId) return written;
  const at = written.indexOf('@');
  return at > 0 ? `@${written.slice(0, at)}:${written.slice(at + 1)}` : written.replace(/^@/, '').toLowerCase();
}
