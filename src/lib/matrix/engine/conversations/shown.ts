import type * as V from '../../values.ts';
import type { RoomRecord } from '../sync/record.ts';
import { toConversation, type BodyOf } from './conversation.ts';

type Context = { me: V.UserId; direct: ReadonlyMap<V.RoomId, V.UserId>; bodyOf: BodyOf };
type Shown = {
  readonly body: ReturnType<BodyOf>;
  readonly person: V.UserId | undefined;
  readonly value: V.Conversation;
};

/** Conversations as they were last shown: one that is as it was is the same object again, and need not be told. */
export class ShownConversations {
  readonly #shown = new WeakMap<RoomRecord, Shown>();

  of(record: RoomRecord, context: Context): V.Conversation {
    const body = context.bodyOf(record);
    const person = context.direct.get(record.id);
    const known = this.#shown.get(record);
    if (known && known.body === body && known.person === person) return known.value;
    const value = toConversation(record, { ...context, bodyOf: () => body });
    this.#shown.set(record, { body, person, value });
    return value;
  }
}

export const sameRows = <T>(a: readonly T[] | undefined, b: readonly T[]): boolean =>
  a !== undefined && a.length === b.length && a.every((row, at) => row === b[at]);

/** Whether two parts of a list are alike, row by row the same. */
export const sameSlice = <T>(a: V.Slice<T> | undefined, b: V.Slice<T>): boolean =>
  a !== undefined && a.total === b.total && a.start === b.start && sameRows(a.rows, b.rows);
