import { createHmac } from 'node:crypto';
import { ask } from './probe.ts';
import { plazaAlias, zoneUser, type Zone } from './zone.ts';

const plaza = {
  en: { name: 'Plaza', topic: 'Where everybody of the zone meets' },
  ca: { name: 'Plaça', topic: 'On es troba tothom de la zona' },
  es: { name: 'Plaza', topic: 'Donde se encuentra toda la zona' }
} as const;

/** Makes the zone's own user and the room that everybody joins, where they are missing. */
export async function furnish(zone: Zone): Promise<void> {
  const alias = `/_matrix/client/v3/directory/room/${encodeURIComponent(plazaAlias(zone))}`;
  if ((await matrix(zone, 'GET', alias)).status === 200) return;
  const token = await signIn(zone);
  await expect(
    matrix(zone, 'POST', '/_matrix/client/v3/createRoom', {
      token,
      body: {
        room_version: '12',
        room_alias_name: 'plaza',
        preset: 'public_chat',
        visibility: 'public',
        ...plaza[zone.settings.language],
        initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'shared' } }]
      }
    })
  );
  await expect(matrix(zone, 'POST', '/_matrix/client/v3/logout', { token, body: {} }));
}

/** A session of the zone's own user, which is registered where it does not exist. */
async function signIn(zone: Zone): Promise<string> {
  const path = '/_synapse/admin/v1/register';
  const { nonce } = await expect(matrix(zone, 'GET', path));
  const password = zone.secrets['zone-password'];
  // Synapse's shared-secret registration: the fields joined by NUL, signed.
  const mac = createHmac('sha1', zone.secrets.registration)
    .update([nonce, zoneUser, password, 'notadmin'].join('\0'))
    .digest('hex');
  const body = { nonce, username: zoneUser, password, admin: false, mac, displayname: zone.settings.name };
  const registered = await matrix(zone, 'POST', path, { body });
  if (registered.status === 200) return String(registered.body.access_token);
  if (registered.body.errcode !== 'M_USER_IN_USE') await expect(Promise.resolve(registered));
  const identifier = { type: 'm.id.user', user: zoneUser };
  const session = { type: 'm.login.password', identifier, password, device_id: 'ZONE' };
  return String((await expect(matrix(zone, 'POST', '/_matrix/client/v3/login', { body: session }))).access_token);
}

type Result = { readonly status: number; readonly body: Record<string, unknown>; readonly path: string };

/** A request to the homeserver itself, on loopback. */
async function matrix(
  zone: Zone,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: object } = {}
): Promise<Result> {
  const answer = await ask({
    host: '127.0.0.1',
    port: zone.ports.synapse,
    path,
    method,
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    timeout: 30_000,
    ...(body ? { body: JSON.stringify(body) } : {})
  });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown>, path };
}

async function expect(asked: Promise<Result>): Promise<Record<string, unknown>> {
  const { status, body, path } = await asked;
  if (status !== 200)
    throw new Error(`the homeserver answers ${status} ${String(body.errcode)} ${String(body.error)} to ${path}`);
  return body;
}
