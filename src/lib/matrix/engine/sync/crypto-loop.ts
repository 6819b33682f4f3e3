import { Failure } from '../../failure.ts';
import type { Stir } from '../../channel.ts';
import { following } from '../limit.ts';
import type { Listeners } from '../listeners.ts';
import { BackOff, isDead, Pause } from '../pause.ts';
import type { Server } from '../server.ts';
import type { AccountStore, Positions } from '../store/database.ts';
import { isUnknownPosition, slidingSync, type SyncResponse } from './wire.ts';

export interface CryptoFeed {
  /** What undoes the taking in of these, should it be cut in the middle; null where nothing must be. */
  before(extensions: SyncResponse['extensions']): Promise<Positions['taking']>;
  feed(extensions: SyncResponse['extensions']): Promise<void>;
  /** Device lists may have changed unseen: ask for all of them again. */
  forgetDevices(): Promise<void>;
}

/**
 * The connection that carries to-device messages and device lists alone. It starts when the crypto is up, so that
 * nothing is lost while it boots, and room messages do not wake it. What undoes half a feeding is kept first, then crypto
 * is fed, then the position is kept: whatever is given twice is harmless.
 */
export async function cryptoLoop(
  deps: {
    server: Server;
    store: AccountStore;
    crypto: CryptoFeed;
    stirs: Listeners<(why: Stir) => void>;
    onSynced: () => void;
    onSignedOut: () => void;
  },
  life: AbortSignal
): Promise<void> {
  const { server, store, crypto, stirs, onSynced, onSignedOut } = deps;
  const backOff = new BackOff();
  const pause = new Pause(life);
  let request = following(life);
  let asked = 0;
  let wait = 0;
  const leave = stirs.add((why) => {
    if (why !== 'person') backOff.reset();
    pause.wake();
    if (isDead(why, asked, wait)) request.abort('stirred');
  });
  life.addEventListener('abort', leave, { once: true });
  const kept = await store.positions();
  let { crypto: pos, toDevice: since } = kept;
  let forget = !pos;
  while (!life.aborted) {
    try {
      if (forget) await crypto.forgetDevices();
      forget = false;
      const toDevice = { enabled: true as const, limit: 100, ...(since && { since }) };
      const body = { conn_id: 'crypto', extensions: { to_device: toDevice, e2ee: { enabled: true as const } } };
      request = following(life);
      asked = Date.now();
      const answer = await slidingSync(server, body, { pos, wait, signal: request.signal }).finally(request.done);
      const taking = await crypto.before(answer.extensions);
      if (taking) await store.commit({ positions: { taking } });
      await crypto.feed(answer.extensions);
      pos = answer.pos;
      since = answer.extensions.to_device?.next_batch ?? since;
      await store.commit({ positions: { crypto: pos, toDevice: since, taking: null } });
      // A full page of to-device messages has more behind it.
      wait = (answer.extensions.to_device?.events.length ?? 0) >= 100 ? 0 : 30_000;
      backOff.reset();
      onSynced();
    } catch (thrown) {
      if (life.aborted) return;
      if (isUnknownPosition(thrown) && pos !== undefined) {
        pos = undefined;
        wait = 0;
        forget = true;
        continue;
      }
      const failure = Failure.from(thrown);
      if (failure.reason === 'signed-out') return onSignedOut();
      wait = 0;
      if (request.signal.aborted) continue;
      await pause.for(backOff.next(failure.retryAfter));
    }
  }
}
