/** The client-server API as far as the app and the tests ask for it (Matrix 1.16), over a world in memory. */
import type { Content } from './room.ts';
import { roomRoutes } from './room-routes.ts';
import type { SlidingSync, SyncRequest } from './sliding-sync.ts';
import { isWith, Refusal, type Asked, type Routes } from './routes.ts';
import type { Person, World } from './world.ts';

const letters = /^[a-z0-9._=/+-]+$/;

function enter(world: World, person: Person): Content {
  const { token, device } = world.enter(person);
  return { user_id: person.id, access_token: token, device_id: device, home_server: world.name };
}

function personOf(world: World, id: string): Person {
  const person = world.people.get(id);
  if (!person) throw new Refusal(404, 'M_NOT_FOUND');
  return person;
}

const ownDocument = ({ session, params }: Asked): Person => {
  if (params[0] !== session.person.id) throw new Refusal(403, 'M_FORBIDDEN');
  return session.person;
};

/** What needs no token. */
export const openRoutes = (world: World): Routes<Omit<Asked, 'session'>> => [
  ['GET versions', () => ({ versions: ['v1.11'], unstable_features: { 'org.matrix.simplified_msc3575': true } })],
  ['GET v3/login', () => ({ flows: [{ type: 'm.login.password' }] })],
  [
    'POST v3/login',
    ({ body }) => {
      const { identifier, password } = body as { identifier?: { user?: string }; password?: string };
      const user = identifier?.user ?? '';
      const person = world.people.get(user.startsWith('@') ? user : `@${user}:${world.name}`);
      if (!person || person.password !== password) throw new Refusal(403, 'M_FORBIDDEN');
      return enter(world, person);
    }
  ],
  [
    'POST v3/register',
    ({ body }) => {
      const { username = '', password = '', auth } = body as { username?: string; password?: string; auth?: Content };
      if (world.people.has(`@${username}:${world.name}`)) throw new Refusal(400, 'M_USER_IN_USE');
      if (username && !letters.test(username)) throw new Refusal(400, 'M_INVALID_USERNAME');
      if (!auth) throw new Refusal(401, null, { session: 'one', flows: [{ stages: ['m.login.dummy'] }], params: {} });
      return enter(world, world.addPerson(username, password));
    }
  ],
  ['GET v3/profile/:', ({ params }) => ({ displayname: personOf(world, params[0] ?? '').name })]
];

export const personRoutes = (world: World, sync: SlidingSync): Routes<Asked> => [
  [
    'POST unstable/org.matrix.simplified_msc3575/sync',
    async ({ session, body, query, signal }) => {
      const pos = query.get('pos') ?? undefined;
      const wait = Number(query.get('timeout') ?? 0);
      const answer = await sync.answer(session, body as SyncRequest, { pos, wait, signal });
      if (!answer) throw new Refusal(400, 'M_UNKNOWN_POS');
      return answer;
    }
  ],
  ['GET v3/account/whoami', ({ session }) => ({ user_id: session.person.id, device_id: session.device })],
  // Nobody of its world addresses anybody by name.
  ['GET v3/notifications', () => ({ notifications: [] })],
  ['GET v3/capabilities', () => ({ capabilities: {} })],
  [
    'GET v3/room_keys/version',
    () => {
      throw new Refusal(404, 'M_NOT_FOUND');
    }
  ],
  ['GET v3/pushrules/', () => ({ global: {} })],
  [
    'POST v3/logout',
    ({ token }) => {
      world.leave(token);
      return {};
    }
  ],
  [
    'POST v3/logout/all',
    ({ session }) => {
      for (const [token, { person }] of world.sessions) if (person === session.person) world.leave(token);
      return {};
    }
  ],
  [
    'GET v3/user/:/account_data/:',
    (asked) => {
      const document = ownDocument(asked).documents.get(asked.params[1] ?? '');
      if (!document) throw new Refusal(404, 'M_NOT_FOUND');
      return document.content;
    }
  ],
  [
    'PUT v3/user/:/account_data/:',
    (asked) => {
      world.setDocument(ownDocument(asked), asked.params[1] ?? '', asked.body);
      return {};
    }
  ],
  [
    'PUT v3/profile/:/displayname',
    (asked) => {
      const person = ownDocument(asked);
      person.name = String(asked.body.displayname);
      for (const room of person.rooms)
        if (isWith(room, person.id)) world.setMembership(room, person.id, person.id, 'join');
      return {};
    }
  ],
  [
    'POST v3/user_directory/search',
    ({ session, body }) => {
      const term = String(body.search_term).toLowerCase();
      const found = [...world.people.values()].filter(
        ({ id, name }) => id !== session.person.id && `${id} ${name}`.toLowerCase().includes(term)
      );
      return { limited: false, results: found.map(({ id, name }) => ({ user_id: id, display_name: name })) };
    }
  ],
  [
    'POST v3/keys/upload',
    ({ session: { person, device }, body }) => ({ one_time_key_counts: world.devices.upload(person.id, device, body) })
  ],
  ['POST v3/keys/query', ({ body }) => world.devices.query(Object.keys((body.device_keys ?? {}) as Content))],
  [
    'POST v3/keys/claim',
    ({ body }) => world.devices.claim((body.one_time_keys ?? {}) as Parameters<World['devices']['claim']>[0])
  ],
  [
    'PUT v3/sendToDevice/:/:',
    ({ session, params, body }) => {
      world.devices.send(session.person.id, params[0] ?? '', body.messages as Parameters<World['devices']['send']>[2]);
      return {};
    }
  ],
  ...roomRoutes(world)
];
