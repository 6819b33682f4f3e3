import type { Pushers } from '../ports.ts';
import type { PushTarget } from '../values.ts';
import type { FakeSession } from './session.ts';

export class FakePushers implements Pushers {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  set(target: PushTarget) {
    const { resident } = this.#session;
    return this.#session.command('pushers.set', () => void resident.pushers.set(target.p256dh, target));
  }

  remove({ p256dh }: PushTarget) {
    const { resident } = this.#session;
    return this.#session.command('pushers.remove', () => void resident.pushers.delete(p256dh));
  }
}
