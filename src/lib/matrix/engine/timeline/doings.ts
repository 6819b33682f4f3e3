import { Failure } from '../../failure.ts';
import { newTransaction } from '../../transaction.ts';
import type { Attachment, EventId, RoomId, TransactionId, UserId, Writing } from '../../values.ts';
import { editOf, forwarded, messageOf, reactionOf, type AnsweredEvent } from '../../writing/content.ts';
import { contentOfFile } from '../../writing/file-content.ts';
import { sameSign } from '../../sign.ts';
import { readForms } from '../../writing/formatted.ts';
import { relation } from '../event.ts';
import { type Outbox } from '../outbox.ts';
import { deletion } from '../request.ts';
import type { OutboxFile } from '../store/database.ts';
import { pendingOf } from './acts.ts';
import { contentsIn, isDeleted, isOpen, type Entry } from './entry.ts';
import type { OpenTimeline } from './open-timeline.ts';
import { beside, type Told } from './told.ts';

type Deps = {
  readonly outbox: Outbox;
  readonly told: Told;
  readonly open: (room: RoomId) => OpenTimeline | undefined;
  readonly me: UserId;
};

const longestReason = 500;

/** What one says in a conversation and does to what was said there. All of it goes through the outbox. */
export class Doings {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async send(
    room: RoomId,
    { file, ...writing }: Writing & { answers?: EventId | undefined; file?: Attachment | undefined },
    transaction: TransactionId
  ): Promise<void> {
    const answers = writing.answers === undefined ? null : answeredEvent(await this.#entry(room, writing.answers));
    const said = await messageOf(writing, answers, this.#deps.me);
    if (!file) return this.#add(room, 'm.room.message', said, transaction);
    const thumbnail = file.thumbnail?.bytes;
    await this.#add(room, 'm.room.message', contentOfFile(file, said), transaction, {
      bytes: file.bytes,
      ...(thumbnail && { thumbnail })
    });
  }

  async edit(room: RoomId, event: EventId, writing: Writing, transaction: TransactionId): Promise<void> {
    const { raw, opened } = await this.#entry(room, event);
    if (raw.sender !== this.#deps.me) throw new Failure('forbidden', `${event}: somebody else's`);
    const before = isOpen(opened) ? addressed(opened.content) : [];
    await this.#add(room, 'm.room.message', await editOf(event, writing, before, this.#deps.me), transaction);
  }

  async react(room: RoomId, event: EventId, key: string, given: boolean, transaction: TransactionId): Promise<void> {
    const { outbox, open, me } = this.#deps;
    const waiting = outbox.of(room).find((item) => {
      const act = pendingOf({ ...item, event: null });
      return act?.does === 'reaction' && act.target === event && sameSign(act.key, key);
    });
    const there = open(room)?.run.relations.reactionsBy(me, event, key) ?? [];
    if (given && !waiting && there.length === 0) {
      return this.#add(room, 'm.reaction', reactionOf(event, key), transaction);
    }
    if (given) return;
    const sent = waiting && (await outbox.takeBack(waiting.transaction));
    const [first, ...others] = sent ? [...there, sent] : there;
    if (first !== undefined) await outbox.add(room, deletion, { redacts: first }, transaction);
    // Each device of a person may have given it.
    for (const one of others) await outbox.add(room, deletion, { redacts: one }, newTransaction());
  }

  async forward(room: RoomId, event: EventId, to: RoomId, transaction: TransactionId): Promise<void> {
    const entry = await this.#entry(room, event);
    const { opened } = entry;
    if (!isOpen(opened)) throw new Failure('not-found', `${event} cannot be read`);
    if (opened.type !== 'm.room.message' || isDeleted(entry.raw))
      throw new Failure('not-found', `${event} says nothing`);
    const edit = this.#deps.open(room)?.run.relations.editOf(entry)?.content ?? beside(entry)?.content;
    await this.#add(to, 'm.room.message', forwarded(edit ?? opened.content), transaction);
  }

  async delete(room: RoomId, event: EventId, reason: string, transaction: TransactionId): Promise<void> {
    const why = reason.trim().slice(0, longestReason);
    await this.#deps.outbox.add(room, deletion, { redacts: event, ...(why && { reason: why }) }, transaction);
  }

  async #add(
    room: RoomId,
    type: string,
    content: Record<string, unknown>,
    transaction: TransactionId,
    file?: OutboxFile
  ): Promise<void> {
    await readForms(contentsIn(content));
    await this.#deps.outbox.add(room, type, content, transaction, file);
  }

  /** Mostly it is there: one has it before one's eyes. */
  async #entry(room: RoomId, event: EventId): Promise<Entry> {
    return this.#deps.open(room)?.find(event) ?? (await this.#deps.told.entry(room, event));
  }
}

function answeredEvent({ raw, opened }: Entry): AnsweredEvent {
  const related = relation(raw.content) ?? (isOpen(opened) ? relation(opened.content) : null);
  return { event: raw.event_id, sender: raw.sender, thread: related?.type === 'm.thread' ? related.event : null };
}

/** Whom a message addresses by `m.mentions`. */
function addressed({ 'm.mentions': mentions }: Record<string, unknown>): readonly UserId[] {
  const people = (mentions as { user_ids?: unknown } | null | undefined)?.user_ids;
  return Array.isArray(people) ? people.filter((id): id is UserId => typeof id === 'string') : [];
}
