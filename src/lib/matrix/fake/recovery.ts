import { Failure } from '../failure.ts';
import type { RecoveryPort } from '../ports.ts';
import type { Recovery } from '../values.ts';
import type { FakeSession } from './session.ts';
import type { FakeZone, Resident } from './zone.ts';

export class FakeRecovery implements RecoveryPort {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  state() {
    return this.#session.feed('recovery.state', (): Recovery => {
      const { recovery } = this.#session.resident;
      if (!recovery) return { state: 'missing' };
      if (!recovery.devices.has(this.#session.device)) return { state: 'locked' };
      return { state: 'ready', left: this.#session.keysLeft };
    });
  }

  setUp(password: string) {
    return this.#session.command('recovery.setUp', () => {
      const { resident, device, zone } = this.#session;
      if (password !== resident.password) throw new Failure('wrong-password');
      const key = `EsTx ${zone.coin('key')} Fake`;
      resident.recovery = { key, devices: new Set([device]) };
      zone.changed();
      return { key };
    });
  }

  restore(key: string) {
    return this.#session.command('recovery.restore', () => {
      const { resident, device, zone } = this.#session;
      const { recovery } = resident;
      if (!recovery || compact(key) !== compact(recovery.key)) throw new Failure('wrong-recovery-key');
      const restored = shareKeys(zone, recovery, device);
      zone.changed();
      return { restored };
    });
  }
}

/** Gives a device all that the backup has, and says how many keys those were. */
export function shareKeys(zone: FakeZone, recovery: NonNullable<Resident['recovery']>, device: string): number {
  const keys = [...zone.rooms.values()]
    .flatMap((room) => room.state().events)
    .flatMap(({ content }) => (content.type === 'message' && content.keyFor ? [content.keyFor] : []));
  const missing = keys.filter((keyFor) => !keyFor.has(device) && [...recovery.devices].some((one) => keyFor.has(one)));
  for (const keyFor of missing) keyFor.add(device);
  recovery.devices.add(device);
  return missing.length;
}

const compact = (key: string): string => key.replace(/\s/g, '').toLowerCase();
