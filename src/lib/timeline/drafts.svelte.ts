import type { Attached } from '$lib/files/attaching.svelte';
import { Failure } from '$lib/matrix/failure';
import type { Drafts as Port, Timelines } from '$lib/matrix/ports';
import type { Draft, EventId, Person, Quoted, RoomId } from '$lib/matrix/values';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

/**
 * A message beside which one writes: the one that is answered (`quoted` null while it is not known), or one's own that
 * said `said` and shall say `text`.
 */
export type Beside =
  | { readonly kind: 'answer'; readonly event: EventId; readonly quoted: Quoted | null }
  | { readonly kind: 'edit'; readonly event: EventId; readonly said: string; readonly text: string };

/** ms within which what is written is kept, however fast one writes on. */
const within = 250;
/** ms before what could not be kept is tried again. */
const again = 2000;

/** What one has begun to write in each conversation: kept over reloads and closed tabs, and while walking about. */
export class Drafts {
  readonly #port: Port;
  readonly #timelines: Pick<Timelines, 'look'>;
  readonly #texts = new SvelteMap<RoomId, string>();
  readonly #beside = new SvelteMap<RoomId, Beside>();
  readonly #named = new SvelteMap<RoomId, readonly Person[]>();
  /** These are kept while the page is there. */
  readonly #files = new SvelteMap<RoomId, readonly Attached[]>();
  /** Changed since they were last kept. */
  readonly #unkept = new SvelteSet<RoomId>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(port: Port, timelines: Pick<Timelines, 'look'>) {
    this.#port = port;
    this.#timelines = timelines;
  }

  of(room: RoomId): string {
    return this.#texts.get(room) ?? '';
  }

  beside(room: RoomId): Beside | null {
    return this.#beside.get(room) ?? null;
  }

  stand(room: RoomId, beside: Beside | null): void {
    if (beside) this.#beside.set(room, beside);
    else this.#beside.delete(room);
    this.#changed(room);
  }

  /** Files that go with what is written. */
  files(room: RoomId): readonly Attached[] {
    return this.#files.get(room) ?? [];
  }

  attach(room: RoomId, files: readonly Attached[]): void {
    if (files.length > 0) this.#files.set(room, files);
    else this.#files.delete(room);
  }

  /** Those whose names stand for them in what is written. */
  named(room: RoomId): readonly Person[] {
    return this.#named.get(room) ?? [];
  }

  name(room: RoomId, person: Person): void {
    this.#named.set(room, [...this.named(room).filter(({ name }) => name !== person.name), person]);
    this.#changed(room);
  }

  /** Brings back what was begun in an earlier session or another tab. What is written meanwhile holds. */
  async open(room: RoomId): Promise<void> {
    const [text, before] = [this.of(room), this.#beside.get(room)];
    const draft = await this.#port.of(room).catch(() => undefined);
    const isTouched = this.#unkept.has(room) || this.of(room) !== text || this.#beside.get(room) !== before;
    if (draft === undefined || isTouched) return;
    this.#set(room, draft?.text ?? '');
    if (draft?.mentions) this.#named.set(room, draft.mentions);
    const { beside } = draft ?? {};
    if (!beside) this.#beside.delete(room);
    else if (beside.kind === 'edit') {
      const { better: text, ...edit } = beside;
      this.#beside.set(room, { ...edit, text });
    } else if (before?.event !== beside.event) await this.#answer(room, beside.event);
  }

  /** What is answered is asked for: it may have been changed or deleted since. */
  async #answer(room: RoomId, event: EventId): Promise<void> {
    this.#beside.set(room, { kind: 'answer', event, quoted: null });
    const quoted = await this.#timelines.look(room, event).catch(() => null);
    if (quoted && this.#beside.get(room)?.event === event) this.#beside.set(room, { kind: 'answer', event, quoted });
  }

  keep(room: RoomId, text: string): void {
    this.#set(room, text);
    this.#changed(room);
  }

  #changed(room: RoomId): void {
    this.#unkept.add(room);
    this.#keepIn(within);
  }

  /** Keeps at once what is not kept yet: before the page goes, or a conversation is left. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rooms = [...this.#unkept];
    this.#unkept.clear();
    for (const room of rooms)
      this.#port.keep(room, this.#draft(room)).catch((thrown) => {
        // That nothing can be kept is said by the strip above the page.
        this.#unkept.add(room);
        if (Failure.from(thrown).reason !== 'signed-out') this.#keepIn(again);
      });
  }

  #keepIn(ms: number): void {
    this.#timer ??= setTimeout(() => this.flush(), ms);
  }

  #set(room: RoomId, text: string): void {
    if (text === '') this.#texts.delete(room);
    else this.#texts.set(room, text);
  }

  /** What is kept of it. */
  #draft(room: RoomId): Draft | null {
    const [text, beside] = [this.of(room), this.beside(room)];
    if (text === '' && !beside) return null;
    const said = text + (beside?.kind === 'edit' ? beside.text : '');
    const mentions = this.named(room).filter(({ name }) => said.includes(`@${name}`));
    return {
      text,
      ...(mentions.length > 0 && { mentions }),
      ...(beside && { beside: kept(beside) })
    };
  }
}

const kept = (beside: Beside): Draft['beside'] =>
  beside.kind === 'answer'
    ? { kind: 'answer', event: beside.event }
    : { kind: 'edit', event: beside.event, said: beside.said, better: beside.text };
