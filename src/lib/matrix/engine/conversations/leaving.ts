import { Failure } from '../../failure.ts';
import type { RoomId } from '../../values.ts';
import { anything, path, type Server } from '../server.ts';
import type { Records } from '../sync/records.ts';

/** ms for which the sync may take to tell that one has left. */
const patience = 10_000;

type Deps = { readonly server: Server; readonly records: Records };

/**
 * Leaves, and has the zone forget that one was there, so that what nobody is in any more can go from it (Matrix 1.16
 * client-server, "Leaving rooms"). Of a room that is forgotten the sync tells nothing: that comes after it has told.
 */
export async function leave(room: RoomId, deps: Deps): Promise<void> {
  await deps.server.call('POST', path`/_matrix/client/v3/rooms/${room}/leave`, anything, { body: {} });
  void forget(room, deps);
}

async function forget(room: RoomId, { server, records }: Deps): Promise<void> {
  await gone(room, records);
  try {
    await server.call('POST', path`/_matrix/client/v3/rooms/${room}/forget`, anything, { body: {} });
  } catch (thrown) {
    // It takes nothing from whoever left: the zone keeps a little more than it needs.
    console.warn('not forgotten', room, Failure.from(thrown).message);
  }
}

function gone(room: RoomId, records: Records): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if ((records.brief(room)?.membership ?? 'left') !== 'left') return;
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(() => {
      stop();
      resolve();
    }, patience);
    const stop = records.onChange(look);
    look();
  });
}
