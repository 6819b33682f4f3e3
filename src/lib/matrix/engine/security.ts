import * as v from 'valibot';
import type { Security as Port } from '../ports.ts';
import type * as V from '../values.ts';
import { confirmed } from './accounts/confirmed.ts';
import { lenient, text, tolerant } from './event.ts';
import { anything, path, type Server } from './server.ts';

const devicesAnswer = v.object({
  devices: tolerant(
    v.looseObject({
      device_id: v.string(),
      display_name: lenient(v.nullable(v.string())),
      last_seen_ts: lenient(v.nullable(v.number()))
    })
  )
});

/** What the person alone may see and change of her account (Matrix 1.16 client-server, "Client Device management"). */
export class Security implements Port {
  readonly #server: Server;
  readonly #me: V.UserId;
  readonly #device: string;

  constructor(server: Server, me: V.UserId, device: string) {
    this.#server = server;
    this.#me = me;
    this.#device = device;
  }

  async devices(): Promise<readonly V.Device[]> {
    const { devices } = await this.#server.call('GET', '/_matrix/client/v3/devices', devicesAnswer);
    return devices
      .map(({ device_id: id, display_name: name, last_seen_ts: seen }) => ({
        id,
        name: text(name, 100) ?? '',
        seenAt: seen ?? null,
        current: id === this.#device
      }))
      .sort((a, b) => Number(b.current) - Number(a.current) || (b.seenAt ?? 0) - (a.seenAt ?? 0));
  }

  async renameDevice(device: string, name: string): Promise<void> {
    const at = path`/_matrix/client/v3/devices/${device}`;
    await this.#server.call('PUT', at, anything, { body: { display_name: name.trim() } });
  }

  async endDevices(devices: readonly string[], password: string): Promise<void> {
    await confirmed(this.#me, password, (auth) =>
      this.#server.call('POST', '/_matrix/client/v3/delete_devices', anything, { body: { devices, ...auth } })
    );
  }

  async changePassword({ password, next, endOthers }: V.PasswordChange): Promise<void> {
    const body = { new_password: next, logout_devices: endOthers };
    await confirmed(this.#me, password, (auth) =>
      this.#server.call('POST', '/_matrix/client/v3/account/password', anything, { body: { ...body, ...auth } })
    );
  }
}
