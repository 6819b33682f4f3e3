import { Export } from '../export/export.ts';
import type { About, Line, Source } from '../export/source.ts';
import type { Export as Port } from '../ports.ts';
import type { ExportForm, Member, RoomId, Source as FileSource } from '../values.ts';
import { FakeConversations } from './conversations.ts';
import { FakeFiles } from './files.ts';
import { rowOf } from './rows.ts';
import type { FakeSession } from './session.ts';

/** Lines of a part of a conversation. */
const page = 20;

/** The zone's part is asked for under `export.about`, `export.history` and so on. */
export class FakeExport implements Port {
  readonly #session: FakeSession;
  readonly #export: Export;

  constructor(session: FakeSession) {
    this.#session = session;
    const life = new AbortController();
    session.watch(() => session.ended && life.abort());
    this.#export = new Export(async () => new FakeData(session), life.signal);
  }

  state() {
    return this.#export.state();
  }

  async begin(form: ExportForm) {
    this.#session.require();
    await this.#export.begin(form);
  }

  cancel() {
    return this.#export.cancel();
  }

  archive() {
    return this.#export.archive();
  }
}

class FakeData implements Source {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  about() {
    const { me, resident } = this.#session;
    return this.#session.command('export.about', (): About => {
      const { name, about, photo, devices, words, quiet } = resident;
      const profile = { user_id: me, displayname: name, ...(about && { about }) };
      const documents = { profile, devices: [...devices], 'account-data': { words: [...words], quiet: [...quiet] } };
      return { documents, photo: photo ?? null };
    });
  }

  conversations() {
    const all = new FakeConversations(this.#session).list({ start: 0, end: Infinity });
    return this.#session.command('export.conversations', () => all.current?.rows ?? []);
  }

  members(id: RoomId) {
    const { zone } = this.#session;
    return this.#session.command('export.members', () => {
      const room = this.#session.room(id);
      return [...room.state().standings].map(([person, { membership }]): Member => ({
        ...zone.person(person),
        membership,
        role: room.role(person),
        may: []
      }));
    });
  }

  history(id: RoomId) {
    let read = 0;
    return () =>
      this.#session.command('export.history', (): readonly Line[] | null => {
        const state = this.#session.room(id).state();
        const lines = state.lines.toReversed().slice(read, read + page);
        read += lines.length;
        if (lines.length === 0) return null;
        return lines.map((event) => {
          const row = rowOf(this.#session, { room: id, state, shown: [] }, event);
          const content = row.kind === 'message' ? row.body : row.notice;
          const original = { event_id: event.id, sender: event.sender, origin_server_ts: event.at, content };
          const { at, sender } = row;
          return { original, at, sender, mine: sender.id === this.#session.me, body: 'body' in row ? row.body : null };
        });
      });
  }

  bytes(source: FileSource): Promise<Blob> {
    return new FakeFiles(this.#session).bytes(source);
  }
}
