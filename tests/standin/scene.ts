/** One conversation with a homeserver, written down so that two servers can be compared: no ids, no times. */
import { randomUUID } from 'node:crypto';
import { Account, Refused, type Event, type Place } from '../lab/account.ts';

type RoomAnswer = Readonly<Record<string, unknown>> & {
  readonly timeline?: readonly Event[];
  readonly required_state?: readonly (Event & { state_key: string })[];
  readonly invite_state?: readonly { type: string }[];
  readonly heroes?: readonly { user_id: string }[];
  readonly prev_batch?: string;
};
type Answer = {
  readonly pos: string;
  readonly lists: Readonly<
    Record<string, { count: number; ops: readonly { op: string; range: unknown; room_ids: string[] }[] }>
  >;
  readonly rooms: Readonly<Record<string, RoomAnswer>>;
  readonly extensions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

const state = [
  ['m.room.member', '$ME'],
  ['m.room.member', '$LAZY'],
  ['m.room.encryption', ''],
  ['m.room.create', ''],
  ['m.room.topic', '']
];
const extensions = Object.fromEntries(['account_data', 'receipts', 'typing'].map((name) => [name, { enabled: true }]));
const at = '/unstable/org.matrix.simplified_msc3575/sync';

class Scene {
  readonly #names = new Map<string, string>();
  readonly #anna: Account;
  readonly said: [what: string, answer: unknown][] = [];

  constructor(anna: Account) {
    this.#anna = anna;
  }

  name(id: string, name: string): void {
    this.#names.set(id, name);
  }

  async ask(pos: string | undefined, body: object): Promise<Answer> {
    const query = `?timeout=0${pos ? `&pos=${encodeURIComponent(pos)}` : ''}`;
    return this.#anna.call<Answer>('POST', at + query, { extensions, ...body });
  }

  note(what: string, answer: unknown): void {
    this.said.push([what, answer]);
  }

  /** What a list answers, without what differs between any two servers. */
  noteSync(what: string, { lists, rooms, extensions }: Answer): void {
    const named = (id: string) => this.#names.get(id) ?? id;
    const plain = Object.entries(rooms).map(([id, room]) => [named(id), this.#room(room)] as const);
    const ephemeral = ['receipts', 'typing'].map((name) =>
      Object.keys((extensions[name]?.rooms ?? {}) as object).map(named)
    );
    this.note(what, {
      lists: Object.entries(lists ?? {}).map(([name, { count, ops }]) => {
        return [name, count, ops.map(({ op, range, room_ids }) => [op, range, room_ids.map(named)])];
      }),
      rooms: Object.fromEntries(plain),
      ephemeral
    });
  }

  #room({ timeline, required_state, invite_state, heroes, prev_batch, bump_stamp, ...rest }: RoomAnswer): unknown {
    const named = (id: string) => this.#names.get(id) ?? id;
    return {
      ...rest,
      bumped: bump_stamp !== undefined,
      back: prev_batch !== undefined,
      timeline: timeline?.map(({ type, sender, content }) => [type, named(sender), content.body ?? content.membership]),
      state: required_state?.map(({ type, state_key }) => `${type} ${named(state_key)}`).sort(),
      invitation: invite_state?.map(({ type }) => type).sort(),
      heroes: heroes?.map(({ user_id }) => named(user_id)).sort()
    };
  }
}

/** Anna and Bo at a server: first sights, news, gaps, more history, changes, and positions that are not known. */
export async function scene(place: Place): Promise<Scene['said']> {
  const [anna, bo] = await Promise.all(
    ['anna', 'bo'].map((name) => Account.register(place, `${name}${randomUUID().slice(0, 6)}`))
  );
  if (!anna || !bo) throw new Error('nobody came');
  const { joined_rooms: rooms } = await anna.call<{ joined_rooms: string[] }>('GET', '/v3/joined_rooms');
  for (const room of rooms) await anna.call('POST', `/v3/rooms/${encodeURIComponent(room)}/leave`, {});
  const scene = new Scene(anna);
  scene.name(anna.id, 'anna');
  scene.name(bo.id, 'bo');

  const encryption = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };
  const make = async (name: string, form: object, joins = true) => {
    const room = await bo.createRoom({ preset: 'private_chat', invite: [anna.id], ...form });
    scene.name(room, name);
    if (joins) await anna.join(room);
    return room;
  };
  const path = (room: string, rest: string) => `/v3/rooms/${encodeURIComponent(room)}/${rest}`;
  const one = await make('one', { name: 'One', topic: 'Seeds' });
  const two = await make('two', { initial_state: [encryption], is_direct: true });
  const three = await make('three', { name: 'Three' });
  await make('four', { name: 'Four' }, false);
  await anna.call('PUT', `/v3/user/${encodeURIComponent(anna.id)}/account_data/m.direct`, { [bo.id]: [two] });
  for (const text of ['first', 'second']) await bo.send(one, text);

  const range = (...ranges: [number, number][]) => ({ ranges, required_state: state, timeline_limit: 1 });
  const list = (end: number) => ({ all: range([0, end]) });
  const begin = { conn_id: 'list', lists: list(1) };
  let answer = await scene.ask(undefined, begin);
  const first = answer.pos;
  scene.noteSync('the first two', answer);
  answer = await scene.ask(answer.pos, { ...begin, lists: list(19) });
  scene.noteSync('all', answer);
  answer = await scene.ask(answer.pos, { ...begin, lists: list(19) });
  scene.noteSync('nothing new', answer);

  for (const text of ['third', 'fourth', 'fifth']) await bo.send(one, text);
  answer = await scene.ask(answer.pos, { ...begin, lists: list(19) });
  scene.noteSync('more than the limit', answer);
  const from = encodeURIComponent(answer.rooms[one]?.prev_batch ?? '');
  type Page = { chunk: Event[]; end?: string };
  const page = await anna.call<Page>('GET', path(one, `messages?dir=b&limit=3&from=${from}`));
  scene.note(
    'back from the gap',
    page.chunk.map(({ content }) => content.body ?? null)
  );
  const rest = await anna.call<Page>(
    'GET',
    path(one, `messages?dir=b&limit=100&from=${encodeURIComponent(page.end ?? '')}`)
  );
  scene.note('the beginning', [rest.chunk.at(-1)?.type, rest.end === undefined]);

  const open = {
    ...begin,
    lists: list(19),
    room_subscriptions: { [one]: { required_state: state, timeline_limit: 4 } }
  };
  answer = await scene.ask(answer.pos, open);
  scene.noteSync('opened', answer);
  await bo.call('PUT', path(one, 'state/m.room.topic/'), { topic: 'Water' });
  await bo.call('PUT', path(one, `typing/${encodeURIComponent(bo.id)}`), { typing: true, timeout: 20_000 });
  answer = await scene.ask(answer.pos, open);
  scene.noteSync('a topic, and typing', answer);
  const last = (await anna.events(one, 1)).at(-1)?.event_id ?? '';
  await anna.call('POST', path(one, `receipt/m.read/${encodeURIComponent(last)}`), {});
  answer = await scene.ask(answer.pos, open);
  scene.noteSync('read', answer);
  await anna.call('POST', path(three, 'leave'), {});
  answer = await scene.ask(answer.pos, open);
  scene.noteSync('left', answer);
  answer = await scene.ask(undefined, { ...begin, lists: list(19) });
  scene.noteSync('anew', answer);

  answer = await scene.ask(answer.pos, { ...begin, lists: { all: range([0, 1]), beside: range([2, 5]) } });
  scene.noteSync('two lists', answer);
  const refusal = async (pos: string, body: object = begin) => {
    const thrown: unknown = await scene.ask(pos, body).catch((error: unknown) => error);
    return thrown instanceof Refused ? [thrown.status, thrown.code] : 'answered';
  };
  scene.note('two ranges', await refusal(answer.pos, { ...begin, lists: { all: range([0, 1], [2, 5]) } }));
  scene.note('an old position', await refusal(first));
  const put = () =>
    anna.call<{ event_id: string }>('PUT', path(one, 'send/m.room.message/once'), { msgtype: 'm.text', body: 'once' });
  scene.note('sent twice', (await put()).event_id === (await put()).event_id);
  scene.note('too large', await anna.send(one, 'x'.repeat(70_000)).catch((error: unknown) => (error as Refused).code));
  return scene.said;
}
