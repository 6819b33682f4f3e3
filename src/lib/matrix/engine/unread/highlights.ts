import * as v from 'valibot';
import type { RoomId, UserId } from '../../values.ts';
import { rawEvent, relation, tolerant } from '../event.ts';
import type { Server } from '../server.ts';
import type { RoomRecord } from '../sync/record.ts';
import { insert } from './join.ts';

const page = v.object({
  notifications: tolerant(v.looseObject({ room_id: v.string(), read: v.boolean(), ts: v.number(), event: rawEvent })),
  next_token: v.optional(v.nullable(v.string()))
});
type Notification = v.InferOutput<typeof page>['notifications'][number];

const pageSize = 50;
const mostPages = 20;

/**
 * Mentions in what was not read back of plain conversations: the server has noted them (Matrix 1.16 client-server,
 * `GET /notifications`, `only=highlight`).
 */
export class Highlights {
  readonly #deps: { server: Server; me: UserId };
  readonly #keep: (room: RoomId, change: (record: RoomRecord) => RoomRecord) => Promise<void>;
  readonly #life: AbortSignal;
  /** Back to which time each conversation is asked for, ms. */
  readonly #wanted = new Map<RoomId, number>();
  #running = false;

  constructor(
    deps: { server: Server; me: UserId },
    keep: (room: RoomId, change: (record: RoomRecord) => RoomRecord) => Promise<void>,
    life: AbortSignal
  ) {
    this.#deps = deps;
    this.#keep = keep;
    this.#life = life;
  }

  want(room: RoomId, after: number): void {
    this.#wanted.set(room, Math.min(after, this.#wanted.get(room) ?? Infinity));
  }

  /** Asks for all rooms in one go. Rejects where the server cannot be asked; they are wanted still. */
  async run(): Promise<void> {
    if (this.#running || this.#wanted.size === 0) return;
    this.#running = true;
    const wanted = new Map(this.#wanted);
    try {
      const found = await this.#read(Math.min(...wanted.values()));
      for (const [room, after] of wanted) {
        const here = found.filter((one) => one.room_id === room && one.ts > after && !one.read);
        if (here.length > 0)
          await this.#keep(room, (record) => ({ ...record, unread: here.reduce(addressed, record.unread) }));
        if (this.#wanted.get(room) === after) this.#wanted.delete(room);
      }
    } finally {
      this.#running = false;
    }
  }

  async #read(after: number): Promise<Notification[]> {
    const found: Notification[] = [];
    let from: string | undefined;
    for (let pages = 0; pages < mostPages; pages++) {
      const answer = await this.#deps.server.call('GET', '/_matrix/client/v3/notifications', page, {
        query: { only: 'highlight', limit: String(pageSize), from },
        signal: this.#life
      });
      found.push(...answer.notifications);
      const last = answer.notifications.at(-1);
      if (!answer.next_token || !last || last.ts <= after) break;
      from = answer.next_token;
    }
    return found;
  }
}

function addressed(unread: RoomRecord['unread'], { event }: Notification): RoomRecord['unread'] {
  const related = relation(event.content);
  if (related && related.type !== 'm.thread') return unread;
  const thread = related?.event ?? null;
  return insert(unread, { id: event.event_id, at: event.origin_server_ts, thread, kind: 'mention' });
}
