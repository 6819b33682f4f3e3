import type { IDBPDatabase } from 'idb';
import { Failure } from '../../failure.ts';
import type { SyncResponse } from '../sync/wire.ts';
import { withKeyDatabase } from './key-database.ts';

/** What the database of keys held of one sender before a batch of messages to this device was taken in. */
export type Before = { readonly sender: string; readonly sessions: readonly string[]; readonly hashes: number };

/** An Olm message that begins a session (Matrix 1.16 client-server, `m.olm.v1.curve25519-aes-sha2`). */
const beginning = 0;

/** Whose new sessions may be in a batch: their Curve25519 keys. */
function beginners({ to_device: toDevice }: SyncResponse['extensions']): Set<string> {
  const senders = new Set<string>();
  for (const { type, content } of toDevice?.events ?? []) {
    if (type !== 'm.room.encrypted' || typeof content.sender_key !== 'string') continue;
    const sealed = Object.values((content.ciphertext ?? {}) as Record<string, { type?: unknown } | null>);
    if (sealed.some((one) => one?.type === beginning)) senders.add(content.sender_key);
  }
  return senders;
}

/**
 * Makes the taking in of a batch one step. The SDK keeps a new Olm session first, and in a later step the room keys that
 * came with it (matrix-sdk-crypto 0.19, `Account::decrypt_olm_message` and `OlmMachine::receive_sync_changes`). After a
 * kill between them the batch comes again, but the session has moved past its messages: their keys would be lost for
 * good. So what was there is noted before, and a half is undone: the account still has the one-time key, and the same
 * messages begin the session anew.
 */
export class UndoJournal {
  readonly #prefix: string;

  /** `prefix`: of the SDK's databases. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** null: nothing in this batch begins a session, or what is there cannot be read. */
  async note(extensions: SyncResponse['extensions']): Promise<readonly Before[] | null> {
    const senders = beginners(extensions);
    if (senders.size === 0) return null;
    return this.#use((database) => Promise.all([...senders].map((sender) => before(database, sender))));
  }

  /** Before the SDK opens its database. What has been taken in as a whole stays: its hashes came with the keys. */
  async undo(noted: readonly Before[]): Promise<void> {
    await this.#use(async (database) => {
      const now = await Promise.all(noted.map(({ sender }) => before(database, sender)));
      if (now.some(({ hashes }, index) => hashes !== noted[index]?.hashes)) return;
      const known = new Set(noted.flatMap(({ sessions }) => sessions));
      const half = now.flatMap(({ sessions }) => sessions).filter((session) => !known.has(session));
      if (half.length > 0) console.warn('Olm sessions that were half taken in are taken in anew:', half.length);
      await Promise.all(half.map((session) => database.delete('session', session)));
    });
  }

  async #use<T>(use: (database: IDBPDatabase) => Promise<T>): Promise<T | null> {
    try {
      return await withKeyDatabase(this.#prefix, use);
    } catch (thrown) {
      console.warn('what is taken in now could not be undone:', Failure.from(thrown).message);
      return null;
    }
  }
}

/** Both stores have keys that begin with the sender's (matrix-sdk-indexeddb, `encode_key`). */
async function before(database: IDBPDatabase, sender: string): Promise<Before> {
  const its = IDBKeyRange.bound(sender, `${sender}\uffff`);
  const [sessions, hashes] = await Promise.all([
    database.getAllKeys('session', its),
    database.count('olm_hashes', its)
  ]);
  return { sender, sessions: sessions as string[], hashes };
}
