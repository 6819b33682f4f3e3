import { Failure } from '../failure.ts';
import { Cell } from '../live.ts';
import { feeds } from '../methods.ts';
import type { AccountPorts, Link, Matrix } from '../ports.ts';
import type { AccountId, Keeping } from '../values.ts';
import { FakeAccounts } from './accounts.ts';
import { FakeConversations } from './conversations.ts';
import { FakeDrafts } from './drafts.ts';
import { FakeHearing } from './hearing.ts';
import { FakeExport } from './export.ts';
import { FakeFiles } from './files.ts';
import { FakeLinks } from './links.ts';
import { FakeNetwork } from './network.ts';
import { FakePeople } from './people.ts';
import { FakePins } from './pins.ts';
import { FakePushers } from './pushers.ts';
import { FakeSecurity } from './security.ts';
import { FakeRooms } from './rooms.ts';
import { FakeRecovery } from './recovery.ts';
import { FakeSearch } from './search.ts';
import type { FakeSession } from './session.ts';
import { FakeTimelines } from './timelines.ts';
import { FakeVerification } from './verification.ts';
import type { FakeZone } from './zone.ts';

/** What a test can do to a fake besides using it. */
interface FakeControls {
  readonly zone: FakeZone;
  readonly network: FakeNetwork;
  /** As when the server no longer takes this browser's token. */
  revoke(account: AccountId): void;
  /** As when this browser has room for what is new, or has none. */
  keep(account: AccountId, keeping: Keeping): void;
  /** As while so many keys are on their way into the backup. */
  keysLeft(account: AccountId, count: number): void;
  /** As when a newer build takes the engine over. */
  supersede(): void;
}

/** One browser at a fake zone. */
export class FakeBrowser implements Matrix, FakeControls {
  readonly zone: FakeZone;
  readonly network: FakeNetwork;
  readonly accounts: FakeAccounts;
  readonly version = new Cell<'current' | 'superseded'>('current');
  readonly #ports = new WeakMap<FakeSession, AccountPorts>();

  constructor(zone: FakeZone, latency: number) {
    this.zone = zone;
    this.network = new FakeNetwork(latency);
    this.accounts = new FakeAccounts(zone, this.network);
  }

  account(id: AccountId): AccountPorts {
    const session = this.accounts.session(id);
    if (!session) return nobody;
    const ports = this.#ports.get(session) ?? portsOf(session);
    this.#ports.set(session, ports);
    return ports;
  }

  revoke(account: AccountId): void {
    this.accounts.revoke(account);
  }

  keep(account: AccountId, keeping: Keeping): void {
    this.accounts.session(account)?.keep(keeping);
  }

  supersede(): void {
    this.version.set('superseded');
  }

  keysLeft(account: AccountId, count: number): void {
    const session = this.accounts.session(account);
    if (!session) return;
    session.keysLeft = count;
    session.changed();
  }
}

function portsOf(session: FakeSession): AccountPorts {
  return {
    conversations: new FakeConversations(session),
    timelines: new FakeTimelines(session),
    pins: new FakePins(session),
    search: new FakeSearch(session),
    pushers: new FakePushers(session),
    security: new FakeSecurity(session),
    export: new FakeExport(session),
    rooms: new FakeRooms(session),
    files: new FakeFiles(session),
    links: new FakeLinks(session),
    people: new FakePeople(session),
    recovery: new FakeRecovery(session),
    verification: new FakeVerification(session),
    drafts: new FakeDrafts(session),
    hearing: new FakeHearing(session),
    link: linkOf(session)
  };
}

function linkOf(session: FakeSession): Link {
  return {
    state: () => session.feed('link.state', () => session.connection),
    keeping: () => session.feed('link.keeping', () => session.keeping),
    async retryNow() {
      session.require();
      if (!session.network.online) session.wait();
    }
  };
}

/** The ports of an account that is not here: its feeds stay unknown, its commands fail with signed-out. */
const nobody = Object.fromEntries(
  (['conversations', 'timelines', 'files', 'people', 'recovery', 'drafts', 'link'] as const).map((name) => {
    const names: readonly (string | symbol)[] = feeds[name];
    const port = new Proxy(
      {},
      {
        get: (_port, method) =>
          names.includes(method) ? () => new Cell() : () => Promise.reject(new Failure('signed-out'))
      }
    );
    return [name, port];
  })
) as unknown as AccountPorts;
