/** One run: two people, two rooms, steps, and then what the server has against what the first of them sees. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../src/lib/matrix/failure.ts';
import type { EventId, RoomId, Timeline, TransactionId } from '../../src/lib/matrix/values.ts';
import { Account } from '../lab/account.ts';
import { until } from '../lab/process.ts';
import { Home } from './home.ts';
import { follow, settled, type Followed } from './follow.ts';
import type { Other } from './other.ts';
import { anotherWay, unique, type Homeserver } from './place.ts';
import { kinds, type Kind, type Step } from './steps.ts';
import { messagesOf, textOf, unreadOf, type Seen } from './truth.ts';

type Known = { device_keys: Readonly<Record<string, object>> };

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
    const elsewhere = await Account.signIn(
      { origin: server.place.origin, host: anotherWay() },
      form.name,
      form.password
    );
    // Before that, nobody can write to her encrypted.
    await until('her device to have keys', async () => {
      const asked = { device_keys: { [home.id]: [] } };
      const { device_keys: known } = await elsewhere.call<Known>('POST', '/v3/keys/query', asked);
      return Object.keys(known[home.id] ?? {}).length > 0;
    });
    const make = async (kind: Kind): Promise<RoomId> => {
      const { conversations } = other.home.ports;
      const room = await conversations.create({ name: unique(kind), door: 'invitation', sealed: kind === 'sealed' });
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
        const lost = this.#home.ports.timelines
          .send(this.#rooms[step.in], { text }, transaction)
          .catch(() => undefined);
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
        await sleep(step.after);
        return this.#end(() => this.#home.reload());
      case 'kill':
        await sleep(step.after);
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
      await this.#home.ports.timelines.send(this.#rooms[kind], { text }, transaction);
    } catch (thrown) {
      if (!this.#away || !(thrown instanceof Failure) || thrown.reason !== 'not-found') throw thrown;
      this.#texts[kind].delete(text);
    }
  }

  async #receive(kind: Kind, count: number): Promise<void> {
    const texts = Array.from({ length: count }, () => `theirs ${++this.#count}`);
    for (const text of texts) this.#texts[kind].add(text);
    await this.#other.say(kind, this.#rooms[kind], texts);
  }

  async #edit(kind: Kind): Promise<void> {
    const text = `theirs ${++this.#count}`;
    const before = await this.#other.edit(kind, this.#rooms[kind], text);
    if (before === undefined) return;
    this.#texts[kind].delete(before);
    this.#texts[kind].add(text);
  }

  async #redact(kind: Kind): Promise<void> {
    const before = await this.#other.redact(kind, this.#rooms[kind]);
    if (before !== undefined) this.#texts[kind].delete(before);
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
    const rested = ({ older }: Timeline) => older !== 'loading';
    while ((await settled('older ones', rows, rested)).older !== 'beginning') await timelines.older(room);
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
