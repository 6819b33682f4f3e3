import type { UserId } from '../../values.ts';
import { ScriptedServer } from './scripted-server.ts';

type Keys = Record<string, unknown>;
type ByDevice<T> = Record<string, Record<string, T>>;

/** What a homeserver does for end-to-end encryption, one device a person (Matrix 1.16 client-server, 11.12). */
export class KeyServer {
  /** The state of the one room there is, as `GET /state` tells it. */
  state: unknown[] = [];
  /** Who was sent a message to a device, in order. */
  readonly told: string[] = [];
  readonly #devices = new Map<string, { device: string; keys: Keys }>();
  readonly #oneTime = new Map<string, [string, unknown][]>();
  readonly #inbox = new Map<string, unknown[]>();

  /** The server as one person's device reaches it. */
  as(user: UserId, device: string): ScriptedServer {
    const zone = new ScriptedServer();
    zone.on('GET', /./, (asked) => asked.refuse(404, 'M_NOT_FOUND'));
    zone.on('GET', /\/state$/, () => this.state);
    zone.on('POST', /\/keys\/upload$/, ({ body }) => {
      if (body.device_keys) this.#devices.set(user, { device, keys: body.device_keys as Keys });
      const left = [...(this.#oneTime.get(user) ?? []), ...Object.entries((body.one_time_keys ?? {}) as Keys)];
      this.#oneTime.set(user, left);
      return { one_time_key_counts: { signed_curve25519: left.length } };
    });
    zone.on('POST', /\/keys\/query$/, ({ body }) => {
      // Each is answered for, also without devices: who is left out is asked for again at once.
      const known = Object.keys(body.device_keys as object).map((one) => {
        const { device, keys } = this.#devices.get(one) ?? {};
        return [one, device ? { [device]: keys } : {}];
      });
      return { device_keys: Object.fromEntries(known) };
    });
    zone.on('POST', /\/keys\/claim$/, ({ body }) => {
      const claimed = Object.entries(body.one_time_keys as ByDevice<string>).map(([one, devices]) => {
        const key = this.#oneTime.get(one)?.shift();
        return [one, key ? { [Object.keys(devices)[0] ?? '']: Object.fromEntries([key]) } : {}];
      });
      return { one_time_keys: Object.fromEntries(claimed) };
    });
    zone.on('PUT', /\/sendToDevice\//, ({ path, body }) => {
      const type = path.split('/').at(-2);
      for (const [to, devices] of Object.entries(body.messages as ByDevice<Keys>)) {
        this.told.push(to);
        const events = Object.values(devices).map((content) => ({ type, sender: user, content }));
        this.#inbox.set(to, [...(this.#inbox.get(to) ?? []), ...events]);
      }
      return {};
    });
    return zone;
  }

  /** What came to a person's device since it was asked last. */
  inbox(user: UserId): unknown[] {
    const events = this.#inbox.get(user) ?? [];
    this.#inbox.delete(user);
    return events;
  }
}
