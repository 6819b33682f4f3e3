import { addressOf, parseUserId } from '$protocol/address';
import { handOver } from '$lib/files/saving.svelte';
import { Attempt } from '$lib/matrix/attempt.svelte';
import type { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Export as Port } from '$lib/matrix/ports';
import type { AccountId, Export, ExportWords, FailureReason } from '$lib/matrix/values';
import { m } from '$lib/paraglide/messages';
import { getLocale } from '$lib/paraglide/runtime';

/** One's own data is put together by the engine, over pages that come and go, and saved where the browser puts downloads. */
export class Exporting {
  readonly #port: Port;
  readonly #account: AccountId;
  readonly #state: Following<Export>;
  readonly #attempt = new Attempt();
  files = $state(true);

  constructor(port: Port, account: AccountId) {
    this.#port = port;
    this.#account = account;
    this.#state = new Following(port.state());
  }

  get state(): Export {
    return this.#state.current ?? { state: 'idle' };
  }

  get busy(): boolean {
    return this.#attempt.busy;
  }

  get failure(): Failure | FailureReason | undefined {
    return this.#attempt.failure ?? (this.state.state === 'failed' ? this.state.reason : undefined);
  }

  async begin(): Promise<void> {
    await this.#attempt.run(() => this.#port.begin({ files: this.files, words: wordsFor(this.#account) }));
  }

  /** Ends it, or forgets what is ready. */
  async leave(): Promise<void> {
    await this.#attempt.run(() => this.#port.cancel());
  }

  async save(): Promise<void> {
    await this.#attempt.run(async () => handOver(await this.#port.archive(), nameFor(this.#account, Date.now())));
  }
}

const wordsFor = (account: AccountId): ExportWords => ({
  language: getLocale(),
  title: m.export_title({ address: addressOf(account) }),
  deleted: m.message_deleted(),
  unreadable: m.message_unreadable(),
  unsupported: m.message_unsupported()
});

/** `tertulia-alice-2026-11-27.zip`; the day is that of the person. */
function nameFor(account: AccountId, now: number): string {
  const name = (parseUserId(account)?.localpart ?? '').replace(/[^a-z0-9_.-]/gi, '_');
  // Swedish writes dates as ISO 8601 does.
  return `tertulia-${name}-${new Intl.DateTimeFormat('sv-SE').format(now)}.zip`;
}
