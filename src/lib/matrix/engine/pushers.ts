import type { Pushers as Port } from '../ports.ts';
import type { PushTarget, UserId } from '../values.ts';
import { anything, type Server } from './server.ts';

/** What the zone's gateway knows this app by (`src/lib/server/push`). */
const app = 'org.tertulia.web';

/** What the zone is to tell a browser that has no page open, through its own gateway (Push Gateway API). */
export class Pushers implements Port {
  readonly #server: Server;
  readonly #me: UserId;

  constructor(server: Server, me: UserId) {
    this.#server = server;
    this.#me = me;
  }

  /** `event_id_only`: the way there tells no more than that something came. */
  async set({ endpoint, p256dh, auth }: PushTarget): Promise<void> {
    const url = new URL('/_matrix/push/v1/notify', this.#server.base).href;
    await this.#post({
      kind: 'http',
      pushkey: p256dh,
      // Other accounts of this browser are told under the same key.
      append: true,
      data: { url, format: 'event_id_only', endpoint, auth, account: this.#me }
    });
  }

  async remove({ p256dh }: PushTarget): Promise<void> {
    await this.#post({ kind: null, pushkey: p256dh });
  }

  async #post(pusher: Record<string, unknown>): Promise<void> {
    const about = { app_id: app, app_display_name: 'Tertulia', device_display_name: 'Tertulia', lang: 'en' };
    await this.#server.call('POST', '/_matrix/client/v3/pushers/set', anything, { body: { ...about, ...pusher } });
  }
}
