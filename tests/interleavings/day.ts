/** One run: two people, two rooms, steps, and then what the server has against what the first of them sees. */
import { Failure } from '../../src/lib/matrix/failure.ts';
import type { EventId, RoomId, Timeline, TransactionId } from '../../src/lib/matrix/values.ts';
import { Account, type Event } from '../lab/account.ts';
import { until } from '../lab/process.ts';
import { Home } from './home.ts';
import { follow, settled, type Followed } from './follow.ts';
import { unique, type Homeserver } from './place.ts';
import { kinds, type Kind, type Step } from './steps.ts';

export type Seen = {
  readonly timeline: Timeline;
  readonly unread: { readonly count: number; readonly exact: boolean };
  readonly truth: readonly Event[];
  /** What must be there once, by text; of edited messages what they say now. */
  readonly texts: ReadonlySet<string>;
  /** How many messages of others follow one's own last one and all of one's marks. */
  readonly expected: number;
};

/** The other one: always at home, with an engine for encrypted messages and a bare account for the rest. */
export type Other = { readonly home: Home; readonly bare: Account };

export async function other({ place }: Homeserver): Promise<Other> {
  const form = { name: unique('bo'), password: 'sits at a table' };
  const home = await Home.register(place.origin, form);
  return { home, bare: await Account.signIn(place, form.name, form.password) };
}

type Known = { device_keys: Readonly<Record<string, object>> };

const messagesOf = (events: readonly Event[]): readonly Event[] =>
  events.filter(({ type, content }) => {
    const message = type === 'm.room.message' || type === 'm.room.encrypted';
    return message && (content['m.relates_to'] as { rel_type?: string } | undefined)?.rel_type !== 'm.replace';
  });

export class Day {
  readonly #server: Homeserver;
  readonly #other: Other;
  readonly #home: Home;
  /** Another device of the same person, without an app. */
  readonly #elsewhere: Account;
  readonly #rooms: Readonly<Record<Kind, RoomId>>;
  readonly #open = new Map<Kind, Followed<Timeline>>();
  readonly #texts: Readonly<Record<Kind, Set<string>>> = { plain: new Set(), sealed: new Set() };
  readonly #marks: Readonly<Record<Kind, EventId[]>> = { plain: [], sealed: [] };
  readonly #edited = new Map<string, string>();
  #count = 0;
  #away = false;

  private constructor(server: Homeserver, other: Other, home: Home, elsewhere: Account, rooms: Record<Kind, RoomId>) {
    this.#server = server;
    this.#other = other;
    this.#home = home;
    this.#elsewhere = elsewhere;
    this.#rooms = rooms;
  }

  static async begin(server: Homeserver, other: Other): Promise<Day> {
    const form = { name: unique('alba'), password: 'sits at a table' };
    const home = await Home.register(server.place.origin, form);
    const elsewhere = await Account.signIn(server.place, form.name, form.password);
    // Before that, nobody can write to her encrypted.
    await until('her device to have keys', async () => {
      const asked = { device_keys: { [home.id]: [] } };
      const { device_keys: known } = await elsewhere.call<Known>('POST', '/v3/keys/query', asked);
      return Object.keys(known[home.id] ?? {}).length > 0;
    });
    const make = async (kind: Kind): Promise<RoomId> => {
      const { conversations } = other.home.ports;
      const room = await conversations.create({ name: unique(kind), open: false, sealed: kind === 'sealed' });
      await conversations.invite(room, home.id);
      await elsewhere.join(room);
      await settled('the room to be there', home.ports.conversations.one(room), (one) => one?.membership === 'joined');
      return room;
    };
    const rooms = { plain: await make('plain'), sealed: await make('sealed') };
    // Kept, not only heard of: what comes after may be a kill.
    await home.reload();
    return new Day(server, other, home, elsewhere, rooms);
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const [index, step] of steps.entries())
      await this.#step(step).catch((cause: unknown) => {
        throw new Error(`step ${index}, ${JSON.stringify(step)}, failed`, { cause });
      });
  }

  async #step(step: Step): Promise<void> {
    switch (step.do) {
      case 'send':
        return this.#send(step.in);
      case 'sendLate': {
        const [text, transaction] = this.#message(step.in);
        const lost = this.#home.ports.timelines.send(this.#rooms[step.in], text, transaction).catch(() => undefined);
        await this.#end(() => this.#home.kill());
        await lost;
        // What the page was never told of it asks the next engine for, under the same name.
        return this.#try(step.in, text, transaction);
      }
      case 'receive':
        return this.#receive(step.in, step.count);
      case 'edit':
        return this.#edit(step.in);
      case 'redact':
        return this.#redact(step.in);
      case 'readHere': {
        const rows = this.#open.get(step.in)?.current?.rows ?? [];
        const row = rows.findLast((row) => row.kind === 'message' && row.event !== null);
        if (row?.kind !== 'message' || !row.event || this.#away) return;
        this.#marks[step.in].push(row.event);
        return this.#home.ports.timelines.markRead(this.#rooms[step.in], row.event);
      }
      case 'readElsewhere': {
        const last = (await this.#elsewhere.events(this.#rooms[step.in], 10)).at(-1);
        if (!last) return;
        this.#marks[step.in].push(last.event_id as EventId);
        const path = `/v3/rooms/${encodeURIComponent(this.#rooms[step.in])}/receipt/m.read/${encodeURIComponent(last.event_id)}`;
        await this.#elsewhere.call('POST', path, {});
        return;
      }
      case 'open':
        if (!this.#open.has(step.in)) this.#follow(step.in);
        return;
      case 'shut':
        this.#open.get(step.in)?.stop();
        this.#open.delete(step.in);
        return;
      case 'cut':
        this.#away = true;
        return this.#home.cut();
      case 'restore':
        return this.#back();
      case 'reload':
        return this.#end(() => this.#home.reload());
      case 'kill':
        return this.#end(() => this.#home.kill());
      case 'turnPage':
        return this.#end(async () => this.#home.turnPage());
      case 'restart':
        return this.#server.restart(() => this.#send('plain'));
    }
  }

  #message(kind: Kind): [string, TransactionId] {
    const text = `mine ${++this.#count}`;
    this.#texts[kind].add(text);
    return [text, crypto.randomUUID() as TransactionId];
  }

  async #send(kind: Kind): Promise<void> {
    const [text, transaction] = this.#message(kind);
    await this.#try(kind, text, transaction);
  }

  /** Who was killed before anything was kept, and is offline now, knows of no room yet: the page keeps the text. */
  async #try(kind: Kind, text: string, transaction: TransactionId): Promise<void> {
    try {
      await this.#home.ports.timelines.send(this.#rooms[kind], text, transaction);
    } catch (thrown) {
      if (!this.#away || !(thrown instanceof Failure) || thrown.reason !== 'not-found') throw thrown;
      this.#texts[kind].delete(text);
    }
  }

  async #receive(kind: Kind, count: number): Promise<void> {
    const room = this.#rooms[kind];
    const texts = Array.from({ length: count }, () => `theirs ${++this.#count}`);
    for (const text of texts) this.#texts[kind].add(text);
    if (kind === 'plain') {
      for (const text of texts) await this.#other.bare.send(room, text);
      return;
    }
    const { timelines } = this.#other.home.ports;
    for (const text of texts) await timelines.send(room, text, crypto.randomUUID() as TransactionId);
    const sent = (timeline: Timeline) =>
      texts.every((text) => timeline.rows.some((row) => row.kind === 'message' && row.event && textOf(row) === text));
    await settled('the other’s messages to be sent', timelines.rows(room), sent);
  }

  async #edit(kind: Kind): Promise<void> {
    // One has no keys to change an encrypted message with from outside.
    if (kind === 'sealed') return;
    const target = await this.#theirs(kind);
    if (!target) return;
    const text = `theirs ${++this.#count}`;
    this.#texts[kind].delete(await this.#saidIn(kind, target));
    this.#texts[kind].add(text);
    const content = { msgtype: 'm.text', body: text };
    const relation = { rel_type: 'm.replace', event_id: target.event_id };
    await this.#other.bare.call(
      'PUT',
      `/v3/rooms/${encodeURIComponent(this.#rooms[kind])}/send/m.room.message/${crypto.randomUUID()}`,
      { ...content, body: `* ${text}`, 'm.new_content': content, 'm.relates_to': relation }
    );
    this.#edited.set(target.event_id, text);
  }

  /** What a message of the other says now. */
  async #saidIn(kind: Kind, { event_id, content }: Event): Promise<string> {
    if (kind === 'plain') return this.#edited.get(event_id) ?? String(content.body);
    const rows = this.#other.home.ports.timelines.rows(this.#rooms[kind]);
    const said = (timeline: Timeline) => timeline.rows.find((row) => row.kind === 'message' && row.event === event_id);
    const row = said(await settled('the other’s own message', rows, (timeline) => Boolean(said(timeline))));
    return row ? textOf(row) : '';
  }

  async #theirs(kind: Kind): Promise<Event | undefined> {
    const events = messagesOf(await this.#other.bare.events(this.#rooms[kind], 100));
    return events.findLast(({ sender, content }) => sender === this.#other.bare.id && Object.keys(content).length > 0);
  }

  async #redact(kind: Kind): Promise<void> {
    const target = await this.#theirs(kind);
    if (!target) return;
    this.#texts[kind].delete(await this.#saidIn(kind, target));
    const path = `/v3/rooms/${encodeURIComponent(this.#rooms[kind])}/redact/${encodeURIComponent(target.event_id)}`;
    await this.#other.bare.call('PUT', `${path}/${crypto.randomUUID()}`, {});
  }

  #follow(kind: Kind): void {
    this.#open.set(kind, follow(this.#home.ports.timelines.rows(this.#rooms[kind])));
  }

  /** What the page watched, the next one watches. */
  async #end(change: () => Promise<void>): Promise<void> {
    const open = [...this.#open.keys()];
    for (const followed of this.#open.values()) followed.stop();
    await change();
    if (this.#away) this.#home.cut();
    for (const kind of open) this.#follow(kind);
  }

  async #back(): Promise<void> {
    this.#away = false;
    this.#home.restore();
    await this.#home.ports.link.retryNow();
  }

  /** When all has been heard: what there is of each room. */
  async look(): Promise<Readonly<Record<Kind, Seen>>> {
    await this.#back();
    const seen: Partial<Record<Kind, Seen>> = {};
    for (const kind of kinds) seen[kind] = await this.#look(kind);
    return seen as Record<Kind, Seen>;
  }

  async #look(kind: Kind): Promise<Seen> {
    const room = this.#rooms[kind];
    await this.#receive(kind, 1);
    const last = `theirs ${this.#count}`;
    const { timelines, conversations } = this.#home.ports;
    const rows = timelines.rows(room);
    const stop = rows.subscribe(() => undefined);
    const all = (timeline: Timeline) =>
      timeline.rows.some((row) => textOf(row) === last) &&
      timeline.rows.every((row) => row.kind !== 'message' || row.event !== null);
    await settled('all to be sent and the last to come', rows, all);
    for (let pages = 0; rows.current?.older === 'more' && pages < 20; pages++) await timelines.older(room);
    const readable = (timeline: Timeline) =>
      timeline.rows.every((row) => row.kind !== 'message' || row.body.type !== 'unreadable');
    const timeline = await settled('all to be readable', rows, readable).catch(() => rows.current as Timeline);
    const events = await this.#elsewhere.events(room, 1000);
    const truth = messagesOf(events);
    const expected = unreadOf(events, this.#marks[kind], this.#home.id);
    const one = conversations.one(room);
    const right = await settled('the unread mark', one, (one) => one?.unread.count === expected).catch(
      () => one.current
    );
    stop();
    return {
      timeline,
      truth,
      texts: this.#texts[kind],
      expected,
      unread: right?.unread ?? { count: -1, exact: false }
    };
  }

  async end(): Promise<void> {
    await this.#home.stop();
  }
}

export const textOf = (row: Timeline['rows'][number]): string =>
  row.kind === 'message' && row.body.type === 'text' ? row.body.text : '';

/** How many messages of others came after one's own last message and all of one's marks. */
function unreadOf(events: readonly Event[], marks: readonly string[], me: string): number {
  const mine = new Set(messagesOf(events).filter(({ sender }) => sender === me));
  const last = events.findLastIndex((event) => mine.has(event) || marks.includes(event.event_id));
  return messagesOf(events.slice(last + 1)).filter(({ sender }) => sender !== me).length;
}
