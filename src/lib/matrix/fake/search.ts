import type { Search } from '../ports.ts';
import { Sought, wordsIn } from '../sought.ts';
import type { FoundMessages, MessageQuery, RoomId } from '../values.ts';
import { textOf } from '../writing/words.ts';
import { rowOf } from './rows.ts';
import type { FakeSession } from './session.ts';
import { conversationOf } from './summary.ts';

/** Messages that are shown at first, and more with each step. */
const page = 30;
const lineLength = 160;

/** Finds everything at once, and shows it a page at a time. */
export class FakeSearch implements Search {
  readonly #session: FakeSession;
  readonly #steps = new Map<string, number>();

  constructor(session: FakeSession) {
    this.#session = session;
  }

  messages(query: MessageQuery) {
    this.#steps.delete(nameOf(query));
    return this.#session.feed('search.messages', () => this.#find(query));
  }

  further(query: MessageQuery) {
    return this.#session.command('search.further', () => {
      this.#steps.set(nameOf(query), (this.#steps.get(nameOf(query)) ?? 1) + 1);
      this.#session.changed();
    });
  }

  #find(query: MessageQuery): FoundMessages {
    const session = this.#session;
    const words = wordsIn(query.term);
    const sought = new Sought(words);
    const rooms = query.room === undefined ? [...session.zone.rooms.keys()] : [query.room];
    const rows = words.length === 0 ? [] : rooms.flatMap((id) => this.#said(id));
    const found = rows
      .toReversed()
      .flatMap(({ conversation, row }) => {
        if (row.kind !== 'message' || row.event === null) return [];
        const text = textOf(row.body);
        if (!sought.isIn(text)) return [];
        const { event, at, sender, mine } = row;
        return [{ conversation, event, at, sender, mine, text: sought.around(text, lineLength) }];
      })
      .sort((a, b) => b.at - a.at);
    const most = page * (this.#steps.get(nameOf(query)) ?? 1);
    const unreadable = rows.filter(({ row }) => row.kind === 'message' && row.body.type === 'unreadable').length;
    const failure = session.network.online ? null : 'unreachable';
    const state = found.length > most || failure ? 'more' : 'all';
    return { messages: found.slice(0, most), words, state, since: null, unreadable, failure };
  }

  #said(id: RoomId) {
    const session = this.#session;
    const known = session.known(id);
    if (known?.state.standings.get(session.me)?.membership !== 'joined') return [];
    const { room, state } = known;
    const conversation = conversationOf(session, room, state);
    return state.lines.map((event) => ({ conversation, row: rowOf(session, { room: id, state, shown: [] }, event) }));
  }
}

const nameOf = ({ term, room }: MessageQuery): string => JSON.stringify([term, room]);
