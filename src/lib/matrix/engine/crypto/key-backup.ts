import type { CryptoBackend } from 'matrix-js-sdk/lib/common-crypto/CryptoBackend.js';
import { Pause } from '../pause.ts';

/** ms between two looks at what is left. */
const glance = 250;
/** ms that a key waits at most before it goes to the backup. The SDK waits ten seconds, to spare servers of millions. */
const mostDelay = 1000;

/** The parts of the SDK's crypto that put keys away. It has no way for others to ask; one exact version is pinned. */
type Inside = {
  readonly olmMachine: { roomKeyCounts(): Promise<{ readonly total: number; readonly backedUp: number }> };
  readonly backupManager: {
    maybeUploadKey(): Promise<void>;
    readonly constructor: { maxBackupLoopStartDelayMillis: number };
  };
};

/** The keys of messages on their way into the backup on the server. */
export class KeyBackup {
  readonly #backend: CryptoBackend;
  readonly #inside: Inside;
  readonly #life: AbortSignal;

  constructor(backend: CryptoBackend, life: AbortSignal) {
    this.#backend = backend;
    this.#inside = backend as unknown as Inside;
    this.#life = life;
    // Ended while it booted, there is no backend any more.
    if (!life.aborted) this.#inside.backupManager.constructor.maxBackupLoopStartDelayMillis = mostDelay;
  }

  /** Waits until every key is in the backup, or `ms` have passed. Says how many are left; none where there is no backup. */
  async putAway(ms: number, onLeft: (left: number) => void): Promise<number> {
    if ((await this.#backend.getActiveSessionBackupVersion()) === null) return 0;
    const pause = new Pause(this.#life);
    for (let waited = 0; ; waited += glance) {
      const { total, backedUp } = await this.#inside.olmMachine.roomKeyCounts();
      const left = total - backedUp;
      onLeft(left);
      if (left === 0 || waited >= ms || this.#life.aborted) return left;
      await this.#inside.backupManager.maybeUploadKey();
      await pause.for(glance);
    }
  }
}
