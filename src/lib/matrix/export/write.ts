import { Failure } from '../failure.ts';
import type {
  Conversation,
  Export,
  ExportForm,
  ExportSummary,
  FailureReason,
  Source as FileSource
} from '../values.ts';
import { Archive } from './archive.ts';
import { clockOf, head, link, rowOf, tail } from './page.ts';
import { pathPart } from './paths.ts';
import type { Line, Source } from './source.ts';

/** Of one's own files: bytes and number of all together. The format without its extensions holds no more than 4 GB. */
const [mostBytes, mostFiles] = [1_000_000_000, 30_000];
/** What cannot be had keeps nobody from the rest. */
const passedOver: readonly FailureReason[] = ['forbidden', 'not-found', 'too-large', 'damaged', 'not-understood'];

export type Options = ExportForm & {
  /** ms since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** Asks the source, again where it makes sense to. */
  readonly patiently: <T>(ask: () => Promise<T>) => Promise<T>;
  readonly told: (progress: Omit<Extract<Export, { state: 'reading' }>, 'state'>) => unknown;
};

/** A part of a conversation, the oldest first, held by the browser. */
type Part = { readonly events: Blob; readonly rows: Blob };
/** A conversation as the list of all tells of it. */
type Listed = {
  readonly conversation: Conversation;
  readonly path: string | null;
  readonly failed: FailureReason | null;
};

/** Writes all that is one's own into an archive. Fails as the source does, and when `signal` ends. */
export async function write(
  source: Source,
  options: Options
): Promise<{ readonly archive: Blob } & Omit<ExportSummary, 'bytes'>> {
  return new Writer(source, options).all();
}

class Writer {
  readonly #source: Source;
  readonly #options: Options;
  readonly #archive: Archive;
  readonly #clock: Intl.DateTimeFormat;
  #events = 0;
  #files = { count: 0, bytes: 0 };
  #left = { unreadable: 0, filesLeftOut: 0, roomsLeftOut: 0 };

  constructor(source: Source, options: Options) {
    this.#source = source;
    this.#options = options;
    this.#archive = new Archive(options.now);
    this.#clock = clockOf(options.words);
  }

  async all() {
    const about = await this.#ask(() => this.#source.about());
    for (const [name, document] of Object.entries(about.documents)) await this.#document(name, document);
    if (this.#options.files && about.photo) await this.#file(about.photo, 'photo', 'files');
    const conversations = await this.#ask(() => this.#source.conversations());
    const listed: Listed[] = [];
    for (const [done, conversation] of conversations.entries()) {
      const progress = () => this.#options.told({ done, of: conversations.length, events: this.#events });
      progress();
      listed.push(await this.#conversation(conversation, pathPart(done + 1, conversation.name), progress));
    }
    await this.#document('conversations', listed.map(described));
    await this.#archive.add('index.html', new Blob([this.#index(listed)]));
    return { archive: this.#archive.end(), ...this.#left };
  }

  async #conversation(conversation: Conversation, name: string, progress: () => void): Promise<Listed> {
    if (conversation.membership !== 'joined') return { conversation, path: null, failed: null };
    const { id } = conversation;
    try {
      const members = await this.#ask(() => this.#source.members(id));
      const parts = await this.#parts(conversation, name, progress);
      const people = members.map(({ id, name, membership, role }) => ({ id, name, membership, role }));
      const top = JSON.stringify({ ...described({ conversation }), members: people }).slice(0, -1);
      const events = parts.flatMap(({ events }, at) => (at === 0 ? [events] : [',\n', events]));
      const path = `conversations/${name}`;
      await this.#archive.add(`${path}.json`, new Blob([top, ',"events":[\n', ...events, '\n]}\n']));
      const rows = parts.map((part) => part.rows);
      const title = conversation.name || id;
      await this.#archive.add(`${path}.html`, new Blob([head(title, this.#options.words), ...rows, tail]));
      return { conversation, path, failed: null };
    } catch (thrown) {
      const { reason } = this.#passOver(thrown);
      this.#left.roomsLeftOut++;
      return { conversation, path: null, failed: reason };
    }
  }

  async #parts({ id }: Conversation, name: string, progress: () => void): Promise<readonly Part[]> {
    const before = this.#source.history(id);
    const parts: Part[] = [];
    for (;;) {
      const lines = await this.#ask(before);
      if (!lines) return parts.reverse();
      if (lines.length === 0) continue;
      this.#events += lines.length;
      progress();
      const rows: string[] = [];
      for (const line of lines) rows.unshift(await this.#row(line, name));
      const events = lines.toReversed().map(({ original }) => JSON.stringify(original));
      parts.push({ events: new Blob([events.join(',\n')]), rows: new Blob(rows) });
    }
  }

  async #row(line: Line, name: string): Promise<string> {
    const { body, mine } = line;
    if (body?.type === 'unreadable') this.#left.unreadable++;
    const isWanted = this.#options.files && mine && body?.type === 'file';
    const file = isWanted ? await this.#file(body.source, body.name, `files/${name}`, body.size) : null;
    return rowOf(line, this.#options.words, this.#clock, file);
  }

  /** Puts a file into the archive. Returns its path there; null where it is left out. */
  async #file(source: FileSource | undefined, name: string, folder: string, size = 0): Promise<string | null> {
    const hasRoom = (more: number) => this.#files.count < mostFiles && this.#files.bytes + more <= mostBytes;
    try {
      if (!source || !hasRoom(size)) throw new Failure('too-large', name);
      const bytes = await this.#ask(() => this.#source.bytes(source));
      if (!hasRoom(bytes.size)) throw new Failure('too-large', name);
      const path = `${folder}/${pathPart(++this.#files.count, name)}`;
      this.#files.bytes += bytes.size;
      await this.#archive.add(path, bytes, false);
      return path;
    } catch (thrown) {
      this.#passOver(thrown);
      this.#left.filesLeftOut++;
      return null;
    }
  }

  #passOver(thrown: unknown): Failure {
    this.#options.signal.throwIfAborted();
    const failure = Failure.from(thrown);
    if (!passedOver.includes(failure.reason)) throw failure;
    return failure;
  }

  #index(listed: readonly Listed[]): string {
    const { words, now } = this.#options;
    const items = listed.map(({ conversation: { name, id }, path }) =>
      path ? `<li>${link(name || id, `${path}.html`)}</li>\n` : ''
    );
    const when = `<p>${this.#clock.format(now)}</p>`;
    return [head(words.title, words), when, '<ul>\n', ...items, '</ul>\n', tail].join('');
  }

  #document(name: string, document: unknown): Promise<void> {
    return this.#archive.add(`${name}.json`, new Blob([JSON.stringify(document, null, 2), '\n']));
  }

  async #ask<T>(ask: () => Promise<T>): Promise<T> {
    const answer = await this.#options.patiently(ask);
    this.#options.signal.throwIfAborted();
    return answer;
  }
}

/** What one knows of a conversation beside what is said in it. */
function described({ conversation, path, failed }: Pick<Listed, 'conversation'> & Partial<Listed>) {
  const { id, kind, membership, name, topic, sealed, person, memberCount, door, history, keeps, notify, shelf } =
    conversation;
  const known = { id, kind, membership, name, topic, sealed, person, memberCount, door, history, keeps, notify, shelf };
  return { ...known, ...(path && { file: `${path}.json` }), ...(failed && { failed }) };
}
