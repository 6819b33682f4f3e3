import { userIdFrom } from '../../../../protocol/address.ts';
import { Failure } from '../failure.ts';
import { Cell } from '../live.ts';
import type { Accounts } from '../ports.ts';
import type { Account, AccountId } from '../values.ts';
import type { FakeNetwork } from './network.ts';
import { FakeSession } from './session.ts';
import type { FakeZone, Resident } from './zone.ts';

const lockedFor = 60_000;

export class FakeAccounts implements Accounts {
  readonly #zone: FakeZone;
  readonly #network: FakeNetwork;
  readonly #sessions = new Map<AccountId, FakeSession>();
  readonly #list = new Cell<readonly Account[]>([]);
  #wrongPasswords = 0;

  constructor(zone: FakeZone, network: FakeNetwork) {
    this.#zone = zone;
    this.#network = network;
  }

  session(account: AccountId): FakeSession | undefined {
    return this.#sessions.get(account);
  }

  list() {
    return this.#list;
  }

  async registration() {
    await this.#network.trip('accounts.registration');
    return this.#zone.registration;
  }

  async register(form: { name: string; password: string; invitation?: string }) {
    await this.#network.trip('accounts.register');
    return this.#enter(this.#zone.enrol(form));
  }

  async signIn({ name, password }: { name: string; password: string }) {
    await this.#network.trip('accounts.signIn');
    if (this.#wrongPasswords >= this.#zone.attempts) {
      throw new Failure('too-many-attempts', '', { retryAfter: lockedFor });
    }
    const id = userIdFrom(name, this.#zone.name);
    const resident = id && this.#zone.people.get(id);
    if (resident?.deactivated) throw new Failure('deactivated');
    if (!resident?.password || resident.password !== password) {
      this.#wrongPasswords++;
      throw new Failure('wrong-password');
    }
    this.#wrongPasswords = 0;
    return this.#enter(resident);
  }

  async signOut(account: AccountId, { anyway } = { anyway: false }) {
    const session = this.#sessions.get(account);
    if (!session) throw new Failure('signed-out');
    if (session.keysLeft > 0 && !anyway) throw new Failure('keys-unsaved');
    session.end();
    this.#sessions.delete(account);
    this.#publish();
  }

  async erase(account: AccountId, password: string) {
    const session = this.#sessions.get(account);
    if (!session) throw new Failure('signed-out');
    await session.command('accounts.erase', () => {
      const { resident } = session;
      if (resident.password !== password) throw new Failure('wrong-password');
      for (const room of this.#zone.rooms.values())
        if (['joined', 'invited'].includes(room.membership(account) ?? ''))
          this.#zone.member(room, account, account, 'left');
      Object.assign(resident, { deactivated: true, password: null });
    });
    session.end();
    this.#sessions.delete(account);
    this.#publish();
  }

  async becomeAdministrator(account: AccountId, token: string) {
    const session = this.#sessions.get(account);
    if (!session) throw new Failure('signed-out');
    await session.command('accounts.becomeAdministrator', () => {
      if (!this.#zone.administratorToken || token !== this.#zone.administratorToken) {
        throw new Failure('administrator-link-used');
      }
      this.#zone.administratorToken = null;
      this.#zone.plaza.moderators.set(account, 'administrator');
      this.#zone.changed();
    });
  }

  /** As when the server no longer takes this browser's token. */
  revoke(account: AccountId): void {
    this.#sessions.get(account)?.revoke();
    this.#publish();
  }

  #enter(resident: Resident): Account {
    const known = this.#sessions.get(resident.id);
    if (known) {
      known.revoke();
      known.signIn();
    }
    const session = known ?? new FakeSession(this.#zone, this.#network, resident);
    this.#sessions.set(resident.id, session);
    if (!known) session.watch(() => this.#publish());
    this.#publish();
    return session.account;
  }

  #publish(): void {
    const next = [...this.#sessions.values()].map(({ account }) => account);
    if (JSON.stringify(next) !== JSON.stringify(this.#list.current)) this.#list.set(next);
  }
}
