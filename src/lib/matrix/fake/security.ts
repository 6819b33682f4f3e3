import { Failure } from '../failure.ts';
import type { Security } from '../ports.ts';
import type { PasswordChange } from '../values.ts';
import type { FakeSession } from './session.ts';

export class FakeSecurity implements Security {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  devices() {
    const { resident, zone } = this.#session;
    return this.#session.command('security.devices', () =>
      [...resident.devices]
        .map((id) => ({
          id,
          name: resident.deviceNames.get(id) ?? 'fake',
          seenAt: zone.now(),
          current: id === this.#session.device,
          verified: resident.recovery && resident.recovery.devices.has(id)
        }))
        .sort((a, b) => Number(b.current) - Number(a.current))
    );
  }

  renameDevice(device: string, name: string) {
    return this.#session.command('security.renameDevice', () => {
      const { resident } = this.#session;
      if (!resident.devices.has(device)) throw new Failure('not-found', device);
      resident.deviceNames.set(device, name.trim());
    });
  }

  endDevices(devices: readonly string[], password: string) {
    return this.#session.command('security.endDevices', () => {
      const { resident, zone } = this.#session;
      if (password !== resident.password) throw new Failure('wrong-password');
      for (const device of devices) resident.devices.delete(device);
      zone.changed();
    });
  }

  changePassword({ password, next, endOthers }: PasswordChange) {
    return this.#session.command('security.changePassword', () => {
      const { resident, zone, device } = this.#session;
      if (password !== resident.password) throw new Failure('wrong-password');
      if (next.length < 8) throw new Failure('password-weak');
      resident.password = next;
      if (endOthers) for (const other of resident.devices) if (other !== device) resident.devices.delete(other);
      zone.changed();
    });
  }
}
