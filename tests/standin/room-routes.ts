import { historyOf, tokenAt } from './history.ts';
import { isWith, Refusal, type Asked, type Routes } from './routes.ts';
import { shown, type Content, type Event, type Room } from './room.ts';
import type { World } from './world.ts';

/** The largest event, bytes (Matrix 1.16 client-server, "Size limits"). */
const largest = 65_536;

export function roomRoutes(world: World): Routes<Asked> {
  const roomOf = ({ session, params }: Asked, membership: readonly string[] = ['join']): Room => {
    const room = world.rooms.get(params[0] ?? '');
    if (!room || !membership.includes(room.membership(session.person.id) ?? '')) throw new Refusal(403, 'M_FORBIDDEN');
    return room;
  };
  const eventOf = (room: Room, id: string | undefined): Event => {
    const event = room.event(id ?? '');
    if (!event) throw new Refusal(404, 'M_NOT_FOUND');
    return event;
  };
  const done = (_: unknown): Content => ({});
  /** The events that a device sent under a name of its own: sent again, they are the same. */
  const sent = new Map<string, string>();
  const once = ({ session, params }: Asked, transaction: string, send: () => Event): Content => {
    const name = [session.device, params[0], transaction].join(' ');
    const event = sent.get(name) ?? send().event_id;
    sent.set(name, event);
    return { event_id: event };
  };
  const join = (asked: Asked): Content => {
    const { session, params } = asked;
    const room = world.rooms.get(params[0] ?? '');
    const open = room?.text('m.room.join_rules', 'join_rule') === 'public';
    const may = open || ['invite', 'join'].includes(room?.membership(session.person.id) ?? '');
    if (!room || !may) throw new Refusal(403, 'M_FORBIDDEN');
    if (!isWith(room, session.person.id)) world.setMembership(room, session.person.id, session.person.id, 'join');
    return { room_id: room.id };
  };

  return [
    ['POST v3/createRoom', ({ session, body }) => ({ room_id: createRoom(world, session.person.id, body).id })],
    [
      'GET v3/joined_rooms',
      ({ session: { person } }) => ({
        joined_rooms: [...person.rooms].filter((room) => isWith(room, person.id)).map(({ id }) => id)
      })
    ],
    ['POST v3/join/:', join],
    ['POST v3/rooms/:/join', join],
    [
      'POST v3/rooms/:/invite',
      (asked) => done(world.setMembership(roomOf(asked), asked.session.person.id, String(asked.body.user_id), 'invite'))
    ],
    [
      'POST v3/rooms/:/leave',
      (asked) => {
        const { id } = asked.session.person;
        return done(world.setMembership(roomOf(asked, ['join', 'invite']), id, id, 'leave'));
      }
    ],
    [
      'PUT v3/rooms/:/send/:/:',
      (asked) => {
        const { session, params, body } = asked;
        const [, type = '', id = ''] = params;
        if (JSON.stringify(body).length > largest) throw new Refusal(413, 'M_TOO_LARGE');
        const transaction = { device: session.device, id };
        const room = roomOf(asked);
        return once(asked, id, () => world.add(room, { type, sender: session.person.id, content: body, transaction }));
      }
    ],
    [
      'PUT v3/rooms/:/state/:/:',
      (asked) => {
        const [, type = '', stateKey = ''] = asked.params;
        const { id: sender } = asked.session.person;
        return { event_id: world.add(roomOf(asked), { type, sender, stateKey, content: asked.body }).event_id };
      }
    ],
    [
      'PUT v3/rooms/:/redact/:/:',
      (asked) => {
        const room = roomOf(asked);
        const { session, params } = asked;
        const transaction = { device: session.device, id: params[2] ?? '' };
        return once(asked, transaction.id, () =>
          world.redact(room, eventOf(room, params[1]), session.person.id, transaction)
        );
      }
    ],
    ['GET v3/rooms/:/messages', (asked) => historyOf(roomOf(asked), asked)],
    [
      'GET v1/rooms/:/timestamp_to_event',
      (asked) => {
        const ts = Number(asked.query.get('ts'));
        const { events } = roomOf(asked);
        const found =
          asked.query.get('dir') === 'b'
            ? events.findLast((event) => event.origin_server_ts <= ts)
            : events.find((event) => event.origin_server_ts >= ts);
        if (!found) throw new Refusal(404, 'M_NOT_FOUND');
        return { event_id: found.event_id, origin_server_ts: found.origin_server_ts };
      }
    ],
    [
      'GET v3/rooms/:/context/:',
      (asked) => {
        const room = roomOf(asked);
        const event = eventOf(room, asked.params[1]);
        const half = Math.floor(Number(asked.query.get('limit') ?? 10) / 2);
        const at = room.events.indexOf(event);
        const before = room.events.slice(Math.max(0, at - half), at).reverse();
        const after = room.events.slice(at + 1, at + 1 + half);
        const show = (one: Event) => shown(one, asked.session.device, room.id);
        return {
          event: show(event),
          events_before: before.map(show),
          events_after: after.map(show),
          state: room.allState.map(show),
          start: tokenAt((before.at(-1) ?? event).order - 1),
          end: tokenAt((after.at(-1) ?? event).order)
        };
      }
    ],
    [
      'GET v3/rooms/:/event/:',
      (asked) => shown(eventOf(roomOf(asked), asked.params[1]), asked.session.device, asked.params[0])
    ],
    [
      'GET v3/rooms/:/state',
      (asked) => roomOf(asked).allState.map((event) => shown(event, asked.session.device, asked.params[0]))
    ],
    [
      'GET v3/rooms/:/state/:/:',
      (asked) => {
        const [, type = '', stateKey] = asked.params;
        const event = roomOf(asked).state(type, stateKey);
        if (!event) throw new Refusal(404, 'M_NOT_FOUND');
        return event.content;
      }
    ],
    [
      'GET v3/rooms/:/members',
      (asked) => {
        const room = roomOf(asked);
        const without = asked.query.get('not_membership');
        const members = room.allState.filter(
          ({ type, content }) => type === 'm.room.member' && content.membership !== without
        );
        return { chunk: members.map((event) => shown(event, asked.session.device, room.id)) };
      }
    ],
    [
      'POST v3/rooms/:/receipt/:/:',
      (asked) => {
        const [, type, event = ''] = asked.params;
        return done(world.read(roomOf(asked), asked.session.person.id, event, type));
      }
    ],
    [
      'POST v3/rooms/:/read_markers',
      (asked) => {
        const { 'm.read': event } = asked.body;
        if (typeof event === 'string') world.read(roomOf(asked), asked.session.person.id, event);
        return {};
      }
    ],
    [
      'PUT v3/rooms/:/typing/:',
      (asked) => done(world.setTyping(roomOf(asked), asked.session.person.id, asked.body.typing === true))
    ]
  ];
}

type Form = {
  name?: string;
  topic?: string;
  preset?: string;
  invite?: readonly string[];
  is_direct?: boolean;
  initial_state?: readonly { type: string; state_key?: string; content: Content }[];
};

/** In the order of the specification (Matrix 1.16 client-server, `POST /createRoom`). */
function createRoom(world: World, creator: string, body: Content): Room {
  const { name, topic, preset, invite = [], initial_state: state = [] } = body as Form;
  const room = world.addRoom();
  const set = (type: string, content: Content, stateKey = '') =>
    world.add(room, { type, sender: creator, stateKey, content });
  set('m.room.create', { room_version: '12' });
  world.setMembership(room, creator, creator, 'join');
  set('m.room.power_levels', { users: {}, users_default: 0 });
  set('m.room.join_rules', { join_rule: preset === 'public_chat' ? 'public' : 'invite' });
  set('m.room.history_visibility', { history_visibility: 'shared' });
  for (const { type, state_key: key = '', content } of state) set(type, content, key);
  if (name) set('m.room.name', { name });
  if (topic) set('m.room.topic', { topic });
  for (const person of invite) world.setMembership(room, creator, person, 'invite');
  return room;
}
