import { Failure } from '../failure.ts';
import type { Stir } from '../channel.ts';
import { Cell, type Live } from '../live.ts';
import type { AccountPorts, Link } from '../ports.ts';
import type { Connection, Keeping } from '../values.ts';
import { Export } from '../export/export.ts';
import { Conversations } from './conversations/conversations.ts';
import type { Crypto } from './crypto/crypto.ts';
import { Recovery } from './crypto/recovery.ts';
import { CryptoSlot } from './crypto/slot.ts';
import { Verification } from './crypto/verification.ts';
import { Drafts } from './drafts.ts';
import { Hearing } from './hearing.ts';
import { Files } from './files/files.ts';
import { Uploads } from './files/uploads.ts';
import { Links } from './links/links.ts';
import { Listeners } from './listeners.ts';
import { Outbox } from './outbox.ts';
import { OwnPast } from './own-past.ts';
import { Pause } from './pause.ts';
import { People } from './people/people.ts';
import { Sealer } from './sealer.ts';
import { Search } from './search/search.ts';
import { Pins } from './pins.ts';
import { Pushers } from './pushers.ts';
import { Security } from './security.ts';
import { Rooms } from './rooms.ts';
import type { Server } from './server.ts';
import { AccountStore, type Credentials, type Names } from './store/database.ts';
import { AccountData } from './sync/account-data.ts';
import { ListLoop, lookingTime } from './sync/list-loop.ts';
import type { RoomRecord } from './sync/record.ts';
import { Records } from './sync/records.ts';
import { Tails } from './timeline/tails.ts';
import { Timelines } from './timeline/timelines.ts';
import { CatchUp } from './unread/catch-up.ts';

export type EngineOptions = {
  readonly names: Names;
  /** false keeps the keys in memory: for tests outside a browser. */
  readonly persistKeys: boolean;
  /** The server no longer takes the token; whether it keeps the device. */
  readonly onExpired: (ended: 'session' | 'device') => void;
  /** The keys of this device are gone: who signs in again gets another device. */
  readonly onKeysLost: () => void;
};

type Parts = AccountPorts & {
  list: ListLoop;
  slot: CryptoSlot;
  /** Somebody waits for what is encrypted. */
  sealedOpened: Promise<void>;
  outbox: Outbox;
  stir: (why: Stir) => void;
  putAway: (ms: number) => Promise<number>;
};

/** ms in which the list has the machine to itself at the start. */
const alone = 2000;

/**
 * The list has had its answer and been looked at, or will not have one soon: encrypted conversations are read without the
 * zone, too.
 */
async function afterList(link: Live<Connection>, life: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = link.subscribe(({ state }) => {
    if (state !== 'connecting') resolve();
  });
  const late = new Pause(life).for(alone);
  void late.then(resolve);
  await promise.finally(stop);
  await Promise.race([late, new Pause(life).for(lookingTime)]);
}

/** Puts together what serves one account, from what its store knows. Of its loops the outbox alone runs yet. */
async function assemble(
  server: Server,
  store: AccountStore,
  credentials: Credentials,
  options: EngineOptions,
  life: AbortSignal
): Promise<Parts> {
  const me = credentials.id;
  const { rooms, summary, accountData: known } = store.start;
  const records = new Records(rooms, { summary, read: (rooms) => store.records(rooms) });
  const accountData = new AccountData(server, me, known);
  const stirs = new Listeners<(why: Stir) => void>();
  const connection = new Cell<Connection>({ state: 'connecting' });
  const open: Crypto['prepare'] = async (...event) => slot.current?.prepare(...event);
  const list = new ListLoop({ server, store, records, accountData, connection, open, me }, life);
  const keeping = new Cell<Keeping>();
  let keysLost = false;
  const showKeeping = () => keeping.set(keysLost ? 'keys-lost' : (store.keeping.current ?? 'kept'));
  const stopKeeping = store.keeping.subscribe(showKeeping);
  showKeeping();
  const slot: CryptoSlot = new CryptoSlot({
    server,
    store,
    accountData,
    credentials,
    keys: options.persistKeys ? options.names.cryptoPrefix(me) : null,
    stirs,
    onReady: () => {
      catchUp.wake();
      timelines.reopen();
      conversations.refresh();
    },
    onSynced: () => void recovery.look(),
    onSignedOut: () => connection.set({ state: 'signed-out' }),
    onKeysLost: () => {
      keysLost = true;
      showKeeping();
      options.onKeysLost();
    }
  });
  const crypto = () => slot.current;
  const sealer = new Sealer({ server, records, slot, list, connection }, life);
  const past = new OwnPast({ server, crypto: () => slot.ready, me }, life);
  const uploads = new Uploads({ server, encrypts: sealer.encrypts }, life);
  const { device } = credentials;
  const outbox = new Outbox({ server, store, seal: sealer.seal, find: past.find, uploads, device }, life);
  const conversations = new Conversations({ server, records, accountData, crypto, me }, life);
  const tails = new Tails({ server, store, records }, life);
  const { promise: sealedOpened, resolve: onSealed } = Promise.withResolvers<void>();
  const timelines = new Timelines({ server, records, outbox, list, crypto, tails, onSealed, me }, life);
  const catchUp = new CatchUp({ server, store, records, accountData, list, connection, crypto, me }, life);
  const recovery = new Recovery(slot, accountData, credentials, life);
  const stop = connection.subscribe(({ state }) => {
    if (state === 'online') {
      outbox.wake();
      timelines.heal();
      // The keys of what came meanwhile are waited for.
      stirs.tell((run) => run('person'));
    }
    if (state === 'signed-out') options.onExpired(server.ended ?? 'device');
  });
  const stir = (why: Stir) => {
    list.stir(why);
    outbox.wake();
    stirs.tell((run) => run(why));
  };
  const stopOutbox = outbox.listen({
    changed: () => undefined,
    // A message got through: the zone is there again.
    sent: () => connection.current?.state === 'waiting' && stir('person')
  });
  const stops = () => [stop, stopKeeping, stopOutbox].forEach((stop) => stop());
  life.addEventListener('abort', stops, { once: true });
  const link: Link = {
    state: () => connection,
    keeping: () => keeping,
    retryNow: async () => stir('person')
  };
  const files = new Files({ server, outbox, uploads, records, crypto: () => slot.ready }, life);
  const show = (record: RoomRecord) => conversations.show(record);
  const openZone = async (signal: AbortSignal) => {
    const { ZoneData } = await import('./export.ts');
    return new ZoneData({ server, records, accountData, files, crypto: () => slot.ready, show, me }, signal);
  };
  await outbox.load().catch((thrown) => console.error('the outbox cannot be read:', Failure.from(thrown).message));
  void list.first.then(() => tails.fill());
  return {
    list,
    slot,
    sealedOpened,
    stir,
    putAway: (ms) => recovery.putAway(ms),
    outbox,
    conversations,
    timelines,
    pins: new Pins({ server, records }),
    search: new Search(
      {
        server,
        records,
        index: store.index,
        list,
        crypto: () => slot.ready,
        show,
        me
      },
      life
    ),
    rooms: new Rooms({ server, records, uploads, me }),
    files,
    links: new Links({ server, accountData, store }, life),
    recovery,
    verification: new Verification({ server, slot, list, me, onDone: () => void recovery.look() }, life),
    drafts: new Drafts(store),
    hearing: new Hearing({ server, accountData }),
    pushers: new Pushers(server, me),
    export: new Export(openZone, life),
    security: new Security({ server, crypto: () => slot.ready, me, device }),
    people: new People({ server, list, uploads, me }),
    link
  };
}

/** The ports of one account, and the end of them. */
export type RunningAccount = AccountPorts & {
  /** Sends events of every kind, sealed where the room is. */
  readonly outbox: Outbox;
  /** Something happened for which its loops look at the server now. */
  readonly stir: (why: Stir) => void;
  /** Waits until its keys are in the backup, or `ms` have passed. Says how many are left. */
  readonly putAway: (ms: number) => Promise<number>;
  /** Resolves when nothing of it runs or holds a database any more. */
  stop(): Promise<void>;
};

/** Starts an account: the list first, then the outbox, then the crypto. Call it under the account's lock. */
export async function startAccount(
  server: Server,
  credentials: Credentials,
  options: EngineOptions
): Promise<RunningAccount> {
  const life = new AbortController();
  const store = await AccountStore.open(options.names, credentials.id);
  const { list, slot, sealedOpened, ...ports } = await assemble(server, store, credentials, options, life.signal).catch(
    async (thrown) => {
      life.abort();
      await store.close();
      throw thrown;
    }
  );
  const loops = {
    sync: list.run(),
    crypto: Promise.race([sealedOpened, afterList(ports.link.state(), life.signal)]).then(() => slot.run(life.signal))
  };
  const running = Promise.all(
    Object.entries(loops).map(([name, loop]) =>
      loop.catch((thrown) => console.error(name, 'has ended:', Failure.from(thrown).message))
    )
  );
  return {
    ...ports,
    stop: async () => {
      life.abort();
      await running;
      await store.close();
    }
  };
}
