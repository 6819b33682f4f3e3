import * as v from 'valibot';
import type { Security as Port } from '../ports.ts';
import type * as V from '../values.ts';
import { confirmed } from './accounts/confirmed.ts';
import { lenient, text, tolerant } from './event.ts';
import type { Crypto } from './crypto/crypto.ts';
import { anything, path, type Server } from './server.ts';
import { Failure } from '../failure.ts';

const devicesAnswer = v.object({
  devices: tolerant(
    v.looseObject({
      device_id: v.string(),
      display_name: lenient(v.nullable(v.string())),
      last_seen_ts: lenient(v.nullable(v.number()))
    })
  )
});

type Deps = {
  readonly server: Server;
  /** Resolves when there is one. */
  readonly crypto: () => Promise<Crypto>;
  readonly me: V.UserId;
  readonly device: string;
};

/** What the person alone may see and change of her account (Matrix 1.16 client-server, "Client Device management"). */
export class Security implements Port {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async devices(): Promise<readonly V.Device[]> {
    const { server, device } = this.#deps;
    const [{ devices }, verified] = await Promise.all([
      server.call('GET', '/_matrix/client/v3/devices', devicesAnswer),
      this.#verified()
    ]);
    return devices
      .map(({ device_id: id, display_name: name, last_seen_ts: seen }) => ({
        id,
        name: text(name, 100) ?? '',
        seenAt: seen ?? null,
        current: id === device,
        verified: verified.get(id) ?? null
      }))
      .sort((a, b) => Number(b.current) - Number(a.current) || (b.seenAt ?? 0) - (a.seenAt ?? 0));
  }

  async renameDevice(device: string, name: string): Promise<void> {
    const at = path`/_matrix/client/v3/devices/${device}`;
    await this.#deps.server.call('PUT', at, anything, { body: { display_name: name.trim() } });
  }

  async endDevices(devices: readonly string[], password: string): Promise<void> {
    await confirmed(this.#deps.me, password, (auth) =>
      this.#deps.server.call('POST', '/_matrix/client/v3/delete_devices', anything, { body: { devices, ...auth } })
    );
  }

  async changePassword({ password, next, endOthers }: V.PasswordChange): Promise<void> {
    const body = { new_password: next, logout_devices: endOthers };
    await confirmed(this.#deps.me, password, (auth) =>
      this.#deps.server.call('POST', '/_matrix/client/v3/account/password', anything, { body: { ...body, ...auth } })
    );
  }

  /** Of those that have keys, whether the account has signed them; empty where there is nothing to sign by. */
  async #verified(): Promise<ReadonlyMap<string, boolean>> {
    const { crypto, me } = this.#deps;
    try {
      const { backend } = await crypto();
      if (!(await backend.userHasCrossSigningKeys(me, true))) return new Map();
      const known = (await backend.getUserDeviceInfo([me], true)).get(me) ?? new Map<string, unknown>();
      const states = [...known.keys()].map(async (id) => {
        const status = await backend.getDeviceVerificationStatus(me, id);
        return [id, status?.signedByOwner ?? false] as const;
      });
      return new Map(await Promise.all(states));
    } catch (thrown) {
      console.warn('not known which devices are verified:', Failure.from(thrown).message);
      return new Map();
    }
  }
}
