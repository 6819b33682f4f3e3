import type { CryptoBackend } from 'matrix-js-sdk/lib/common-crypto/CryptoBackend.js';
import { ClientEvent, createClient, type MatrixClient } from 'matrix-js-sdk/lib/matrix.js';
import { MatrixEvent } from 'matrix-js-sdk/lib/models/event.js';
import { processToDeviceMessages } from 'matrix-js-sdk/lib/sync.js';
import { VerificationMethod } from 'matrix-js-sdk/lib/types.js';
import { decodeRecoveryKey, DecryptionFailureCode } from 'matrix-js-sdk/lib/crypto-api/index.js';
import { Failure } from '../../failure.ts';
import type { Body, Doubt, RoomId, UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import type { Server } from '../server.ts';
import type { Credentials } from '../store/database.ts';
import type { AccountData } from '../sync/account-data.ts';
import type { CryptoFeed } from '../sync/crypto-loop.ts';
import type { AccountDatum, SyncResponse } from '../sync/wire.ts';
import { quiet } from './quiet.ts';
import { Doubts } from './doubts.ts';
import { failureOf } from './failure-of.ts';
import { InRoom } from './in-room.ts';
import { KeyBackup } from './key-backup.ts';
import { Lately } from './lately.ts';
import { Members } from './members.ts';
import { Undecrypted } from './undecrypted.ts';
import { UndoJournal, type Before } from './undo-journal.ts';
import { whole } from './whole.ts';

/** What an encrypted event says, or why it cannot be read. */
export type Opened =
  | { readonly type: string; readonly content: Record<string, unknown>; readonly doubt?: Doubt }
  | { readonly cause: Extract<Body, { type: 'unreadable' }>['cause'] };

type Attempt = { readonly opened: Opened } | { readonly failed: DecryptionFailureCode | null };

/** Of the WASM, which has them made by its own hand alone. */
type Id = { readonly constructor: unknown };
type OfSession = { readonly sessionId: string };
/** What the SDK keeps to itself and this class needs (rust-crypto.js). */
type Inside = {
  onRoomKeysUpdated(keys: readonly OfSession[]): Promise<void>;
  onRoomKeysWithheld(keys: readonly OfSession[]): Promise<void>;
  readonly olmMachine: { trackedUsers(): Promise<Iterable<Id>>; queryKeysForUsers(users: readonly Id[]): object };
  readonly outgoingRequestsManager: { doProcessOutgoingRequests(): Promise<void> };
  readonly outgoingRequestProcessor: { makeOutgoingRequest(request: object): Promise<void> };
  onLiveEventFromSync(event: MatrixEvent): Promise<void>;
  readonly eventDecryptor: { removeEventFromPendingList(event: MatrixEvent): void };
};

/** Messages of one's own whose return is awaited. */
const returning = 50;

export type Sealed = { readonly type: 'm.room.encrypted'; readonly content: Record<string, unknown> };

/** Secret storage asks for its key through this; it is held while a step needs it, never kept. */
export type KeyBox = { key: Uint8Array<ArrayBuffer> | null };

const neverComes = new Set<DecryptionFailureCode | null>([
  DecryptionFailureCode.MEGOLM_KEY_WITHHELD,
  DecryptionFailureCode.MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE,
  DecryptionFailureCode.HISTORICAL_MESSAGE_NO_KEY_BACKUP,
  DecryptionFailureCode.HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED
]);

/**
 * The SDK's crypto without the SDK's sync: it is fed by our own loop and asked to open and to seal single events. The
 * entry points used (`processSyncChanges`, `onSyncCompleted`, `encryptEvent`) are marked internal there, which is
 * why the SDK is pinned to one exact version.
 */
export class Crypto implements CryptoFeed {
  readonly client: MatrixClient;
  readonly backend: CryptoBackend;
  readonly keyBox: KeyBox;
  readonly keyBackup: KeyBackup;
  /** Verifications that go by messages. */
  readonly inRoom: InRoom;
  readonly #doubts: Doubts;
  readonly #members: Members;
  readonly #undecrypted: Undecrypted;
  /** None where it ended while it booted. */
  readonly #inside: Inside | undefined;
  /** What this device has sealed a moment ago, by room and ciphertext: when it comes back, nobody needs to open it. */
  readonly #said = new Map<string, Opened>();
  readonly #lately = new Lately<Attempt>((attempt) => 'opened' in attempt);
  readonly #journal: UndoJournal | null;

  private constructor(
    client: MatrixClient,
    backend: CryptoBackend,
    keyBox: KeyBox,
    { keys, life }: { keys: string | null; life: AbortSignal }
  ) {
    this.client = client;
    this.backend = backend;
    this.keyBox = keyBox;
    this.keyBackup = new KeyBackup(backend, life);
    this.#doubts = new Doubts(client, backend, life);
    this.inRoom = new InRoom(async (event) => this.#inside?.onLiveEventFromSync(event));
    this.#members = new Members(client, backend);
    this.#undecrypted = new Undecrypted((room, raw) => this.#attempt(room, raw), life);
    this.#inside = backend as unknown as Inside | undefined;
    if (this.#inside) this.#listenForKeys(this.#inside);
    this.#journal = keys === null ? null : new UndoJournal(keys);
  }

  /**
   * `keys`: the prefix of the database of keys; null keeps them in memory, for tests outside a browser. `taking`: what an
   * earlier engine was taking in when it ended.
   */
  static async boot(
    server: Server,
    credentials: Credentials,
    accountData: AccountData,
    options: { keys: string | null; taking?: readonly Before[] | null; life: AbortSignal }
  ): Promise<Crypto> {
    if (options.keys !== null && options.taking) await new UndoJournal(options.keys).undo(options.taking);
    const keyBox: KeyBox = { key: null };
    const client = createClient({
      baseUrl: server.base,
      fetchFn: whole(server.fetch),
      accessToken: credentials.token,
      userId: credentials.id,
      deviceId: credentials.device,
      logger: quiet(options.life),
      // Others would offer something to scan otherwise.
      verificationMethods: [VerificationMethod.Sas],
      cryptoCallbacks: {
        getSecretStorageKey: async ({ keys }) => {
          const id = Object.keys(keys)[0];
          return id && keyBox.key ? [id, keyBox.key] : null;
        },
        cacheSecretStorageKey: (_id, _info, key) => {
          keyBox.key = key;
        }
      }
    });
    await client.initRustCrypto({
      useIndexedDB: options.keys !== null,
      cryptoDatabasePrefix: options.keys ?? undefined
    });
    const give = ({ type, content }: AccountDatum) => {
      const event = new MatrixEvent({ type, content });
      const before = client.store.getAccountData(type);
      client.store.storeAccountDataEvents([event]);
      client.emit(ClientEvent.AccountData, event, before);
    };
    for (const datum of accountData.all()) give(datum);
    const stop = accountData.onChange(give);
    const end = () => {
      stop();
      // The SDK asks for the backup as soon as it starts; the answer must not find the crypto gone.
      client.http.abort();
      client.stopClient();
    };
    options.life.addEventListener('abort', end, { once: true });
    // Ended while it booted: nobody else would close its database, and signing out waits for that.
    if (options.life.aborted) end();
    return new Crypto(client, client.getCrypto() as CryptoBackend, keyBox, options);
  }

  async before(extensions: SyncResponse['extensions']): Promise<readonly Before[] | null> {
    return (await this.#journal?.note(extensions)) ?? null;
  }

  /** Rejects where the crypto could not keep what it was told: the position must not be kept either. */
  async feed(extensions: SyncResponse['extensions']): Promise<void> {
    const { to_device: toDevice, e2ee } = extensions;
    // `processSyncCryptoChanges` of the SDK does the same, but swallows a failure: the keys in it would be lost.
    const received = await this.backend.processSyncChanges({
      toDeviceEvents: toDevice?.events ?? [],
      deviceLists: e2ee?.device_lists,
      oneTimeKeysCounts: e2ee?.device_one_time_keys_count,
      unusedFallbackKeys: e2ee?.device_unused_fallback_key_types,
      useMsc4186: true
    });
    processToDeviceMessages(received, this.client);
    this.backend.onSyncCompleted({});
  }

  /** Offers what this device has to tell the zone, its keys first of all; resolves too where the zone did not take it. */
  async introduce(): Promise<void> {
    await this.#inside?.outgoingRequestsManager.doProcessOutgoingRequests();
  }

  forgetDevices(): Promise<void> {
    return this.backend.markAllTrackedUsersAsDirty();
  }

  /** Opens an encrypted event. Where the key may still come, `later` runs once it has. */
  async open(room: RoomId, raw: RawEvent, later: () => void): Promise<Opened> {
    const attempt = await this.#lately.of(room, raw, () => this.#attempt(room, raw));
    if ('opened' in attempt) return attempt.opened;
    this.#undecrypted.wait(room, raw, later);
    const code = attempt.failed;
    if (code === DecryptionFailureCode.HISTORICAL_MESSAGE_USER_NOT_JOINED) return { cause: 'before-joining' };
    return { cause: neverComes.has(code) ? 'no-key' : 'waiting' };
  }

  /** Opens an event that will be asked for in a moment. */
  async prepare(room: RoomId, raw: RawEvent): Promise<void> {
    await this.#lately.of(room, raw, () => this.#attempt(room, raw));
  }

  async #attempt(room: RoomId, raw: RawEvent): Promise<Attempt> {
    const key = `${room} ${String(raw.content.ciphertext)}`;
    const said = raw.sender === this.client.getUserId() && this.#said.get(key);
    if (said) {
      // Once: what claims to be the same again is for the crypto to judge.
      this.#said.delete(key);
      return { opened: said };
    }
    for (;;) {
      this.#undecrypted.hold(raw);
      const event = new MatrixEvent({ ...raw, room_id: room });
      await event.attemptDecryption(this.backend);
      if (!event.isDecryptionFailure()) {
        this.#undecrypted.release(raw);
        const said = { type: event.getType(), content: event.getClearContent() ?? {} };
        this.inRoom.meet(room, raw, said);
        const doubt = await this.#doubts.of(event);
        return { opened: doubt ? { ...said, doubt } : said };
      }
      // It would be held there, with all that the SDK makes of an event, until its key comes.
      this.#inside?.eventDecryptor.removeEventFromPendingList(event);
      if (this.#undecrypted.holds(raw)) return { failed: event.decryptionFailureReason };
    }
  }

  /** A key that is here, and one that somebody refuses us, change what becomes of an event. */
  #listenForKeys(inside: Inside): void {
    for (const heard of ['onRoomKeysUpdated', 'onRoomKeysWithheld'] as const) {
      const take = inside[heard].bind(inside);
      inside[heard] = async (keys) => {
        const sessions = new Set(keys.map(({ sessionId }) => sessionId));
        await take(keys);
        this.#undecrypted.come(sessions);
      };
    }
  }

  /**
   * Seals an event for everybody who is in the room now. `fresh`: the members known are surely today's, else they are
   * read again. Fails rather than give back anything that is not encrypted.
   */
  async seal(
    room: RoomId,
    type: string,
    content: Record<string, unknown>,
    options: { encryption: Record<string, unknown>; fresh: boolean }
  ): Promise<Sealed> {
    const event = new MatrixEvent({ type, content, room_id: room, sender: this.client.getUserId() ?? '' });
    try {
      await this.backend.encryptEvent(event, await this.#members.roomFor(room, options));
    } catch (thrown) {
      throw failureOf(thrown);
    }
    if (event.getWireType() !== 'm.room.encrypted' || 'body' in event.getWireContent())
      throw new Failure('encryption-not-ready', `${room}: the crypto gave back a plain event`);
    const sealed = event.getWireContent();
    this.#said.set(`${room} ${String(sealed.ciphertext)}`, { type, content });
    const [oldest] = this.#said.keys();
    if (this.#said.size > returning && oldest !== undefined) this.#said.delete(oldest);
    return { type: 'm.room.encrypted', content: sealed };
  }

  /** Has the keys of somebody brought here as they are now, whether or not one has ever written to her. */
  async know(person: UserId): Promise<void> {
    const inside = this.#inside;
    const [own] = inside ? await inside.olmMachine.trackedUsers() : [];
    if (!inside || !own) return;
    // What one has just signed of her goes first.
    await this.introduce();
    const request = inside.olmMachine.queryKeysForUsers([new (own.constructor as new (id: string) => Id)(person)]);
    await inside.outgoingRequestProcessor.makeOutgoingRequest(request);
  }

  /** The bytes of a recovery key as people write it, checked against the account's secret storage. */
  async checkRecoveryKey(text: string): Promise<Uint8Array<ArrayBuffer>> {
    const known = await this.client.secretStorage.getKey();
    if (!known) throw new Failure('not-found', 'no secret storage on this account');
    try {
      const key = decodeRecoveryKey(text.replace(/\s/g, ''));
      if (await this.client.secretStorage.checkKey(key, known[1])) return key;
    } catch (cause) {
      throw new Failure('wrong-recovery-key', '', { cause });
    }
    throw new Failure('wrong-recovery-key');
  }

  /** Members and settings that came live, for a room that has been sealed for. */
  takeState(room: RoomId, events: readonly RawEvent[]): void {
    this.#members.takeState(room, events);
  }
}
