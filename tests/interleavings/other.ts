import type { RoomId, Timeline, TransactionId } from '../../src/lib/matrix/values.ts';
import { Account, patiently, type Event } from '../lab/account.ts';
import { settled } from './follow.ts';
import { Home } from './home.ts';
import { anotherWay, unique } from './place.ts';
import type { Kind } from './steps.ts';
import { messagesOf, textOf } from './truth.ts';

/** The other one: always at home, with an engine for encrypted messages and a bare account for the rest. */
export class Other {
  readonly home: Home;
  readonly #bare: Account;
  /** What edited messages say. */
  readonly #edited = new Map<string, string>();

  private constructor(home: Home, bare: Account) {
    this.home = home;
    this.#bare = bare;
  }

  static async arrive(origin: string): Promise<Other> {
    const form = { name: unique('bo'), password: 'sits at a table' };
    const home = await Home.register(origin, form);
    return new Other(home, await Account.signIn({ origin, host: anotherWay() }, form.name, form.password));
  }

  /** Resolves when all have been sent. */
  async say(kind: Kind, room: RoomId, texts: readonly string[]): Promise<void> {
    if (kind === 'plain') {
      for (const text of texts) await this.#bare.send(room, text);
      return;
    }
    const { timelines } = this.home.ports;
    for (const text of texts) await timelines.send(room, { text }, crypto.randomUUID() as TransactionId);
    const sent = (timeline: Timeline) =>
      texts.every((text) => timeline.rows.some((row) => row.kind === 'message' && row.event && textOf(row) === text));
    await settled('the other’s messages to be sent', timelines.rows(room), sent);
  }

  /** Changes the last message; what it said before. One has no keys to change an encrypted one from outside. */
  async edit(kind: Kind, room: RoomId, text: string): Promise<string | undefined> {
    const target = kind === 'plain' ? await this.#last(room) : undefined;
    if (!target) return undefined;
    const before = await this.#saidIn(kind, room, target);
    const content = { msgtype: 'm.text', body: text };
    const relation = { rel_type: 'm.replace', event_id: target.event_id };
    const path = `/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${crypto.randomUUID()}`;
    const edit = { ...content, body: `* ${text}`, 'm.new_content': content, 'm.relates_to': relation };
    await patiently(() => this.#bare.call('PUT', path, edit));
    this.#edited.set(target.event_id, text);
    return before;
  }

  /** Deletes the last message; what it said. */
  async redact(kind: Kind, room: RoomId): Promise<string | undefined> {
    const target = await this.#last(room);
    if (!target) return undefined;
    const before = await this.#saidIn(kind, room, target);
    const path = `/v3/rooms/${encodeURIComponent(room)}/redact/${encodeURIComponent(target.event_id)}`;
    const transaction = crypto.randomUUID();
    await patiently(() => this.#bare.call('PUT', `${path}/${transaction}`, {}));
    return before;
  }

  async #saidIn(kind: Kind, room: RoomId, { event_id, content }: Event): Promise<string> {
    if (kind === 'plain') return this.#edited.get(event_id) ?? String(content.body);
    const said = (timeline: Timeline) => timeline.rows.find((row) => row.kind === 'message' && row.event === event_id);
    const rows = this.home.ports.timelines.rows(room);
    const row = said(await settled('the other’s own message', rows, (timeline) => Boolean(said(timeline))));
    return row ? textOf(row) : '';
  }

  async #last(room: RoomId): Promise<Event | undefined> {
    const events = messagesOf(await this.#bare.events(room, 100));
    return events.findLast(({ sender, content }) => sender === this.#bare.id && Object.keys(content).length > 0);
  }
}
