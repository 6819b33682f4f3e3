import * as v from 'valibot';
import type { Server } from '../server.ts';
import type { Credentials } from '../store/database.ts';
import { withKeyDatabase } from './key-database.ts';

const known = v.object({ device_keys: v.record(v.string(), v.record(v.string(), v.unknown())) });

/**
 * Whether this device had keys that are gone, as where a browser has thrown one database away and kept the other. The
 * server has those keys: it refuses one-time keys of another account, and others go on encrypting for what nobody can
 * open any more. Such a device is worth nothing; it takes a new one. Rejects where the server cannot be asked.
 */
export async function hasLostKeys(
  server: Server,
  { id, device }: Pick<Credentials, 'id' | 'device'>,
  prefix: string
): Promise<boolean> {
  const accounts = await withKeyDatabase(prefix, async (database) =>
    // A first start that was cut short leaves a database without it; the SDK goes on with that.
    database.objectStoreNames.contains('core') ? database.count('core', 'account') : 0
  );
  if (accounts) return false;
  const answer = await server.call('POST', '/_matrix/client/v3/keys/query', known, {
    body: { device_keys: { [id]: [device] } }
  });
  return answer.device_keys[id]?.[device] !== undefined;
}
