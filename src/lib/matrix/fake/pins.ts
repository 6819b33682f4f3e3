import { Failure } from '../failure.ts';
import type { Pins } from '../ports.ts';
import type { EventId, RoomId } from '../values.ts';
import { rightsIn } from './rooms.ts';
import type { FakeSession } from './session.ts';

export class FakePins implements Pins {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  of(room: RoomId) {
    const session = this.#session;
    return session.feed('pins.of', () => {
      const known = session.known(room);
      if (!known) return undefined;
      return { events: known.state.pinned, mayPin: rightsIn(known.room, session.me).includes('pin') };
    });
  }

  set(room: RoomId, event: EventId, pinned: boolean) {
    const session = this.#session;
    return session.command('pins.set', () => {
      const target = session.room(room);
      const there = target.state().pinned;
      if (there.includes(event) === pinned) return;
      if (!rightsIn(target, session.me).includes('pin'))
        throw new Failure('forbidden', 'only who looks after the room');
      const events = pinned ? [...there, event] : there.filter((one) => one !== event);
      session.zone.change(target, session.me, { type: 'pinned', events });
    });
  }
}
