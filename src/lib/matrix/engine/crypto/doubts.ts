import { CryptoEvent } from 'matrix-js-sdk/lib/crypto-api/CryptoEvent.js';
import { EventShieldReason } from 'matrix-js-sdk/lib/crypto-api/index.js';
import type { CryptoBackend } from 'matrix-js-sdk/lib/common-crypto/CryptoBackend.js';
import type { MatrixClient } from 'matrix-js-sdk/lib/matrix.js';
import type { MatrixEvent } from 'matrix-js-sdk/lib/models/event.js';
import type { Doubt } from '../../values.ts';

/** Sessions whose senders have been looked at. */
const most = 1_000;

/**
 * Whether what was opened is surely from whom it claims: by one's own device, or by one that its owner has signed. Of an
 * owner who has nothing to sign by nothing is said, and of what came from the backup neither: that would be a warning
 * beside everything. One look a session, for the SDK looks it up in its database.
 */
export class Doubts {
  readonly #backend: CryptoBackend;
  readonly #known = new Map<string, Promise<Doubt | null>>();

  constructor(client: MatrixClient, backend: CryptoBackend, life: AbortSignal) {
    this.#backend = backend;
    const forget = () => this.#known.clear();
    for (const news of [CryptoEvent.DevicesUpdated, CryptoEvent.UserTrustStatusChanged] as const) {
      client.on(news, forget);
      life.addEventListener('abort', () => client.off(news, forget), { once: true });
    }
  }

  of(event: MatrixEvent): Promise<Doubt | null> {
    const key = `${String(event.getWireContent().session_id)} ${event.getSender()}`;
    const known = this.#known.get(key);
    if (known) return known;
    const asked = this.#ask(event).catch(() => null);
    this.#known.set(key, asked);
    const [oldest] = this.#known.keys();
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest);
    return asked;
  }

  async #ask(event: MatrixEvent): Promise<Doubt | null> {
    const reason = (await this.#backend.getEncryptionInfoForEvent(event))?.shieldReason;
    const { MISMATCHED_SENDER, MISMATCHED_SENDER_KEY, UNSIGNED_DEVICE, VERIFICATION_VIOLATION } = EventShieldReason;
    if (reason === MISMATCHED_SENDER || reason === MISMATCHED_SENDER_KEY) return 'sender';
    if (reason === VERIFICATION_VIOLATION) return 'identity';
    if (reason !== UNSIGNED_DEVICE) return null;
    // By what is known here: nothing that is to be read waits for the network.
    return (await this.#backend.getUserVerificationStatus(event.getSender() ?? '')).known ? 'device' : null;
  }
}
