import type { Attaching } from '$lib/files/attaching.svelte';
import { Failure } from '$lib/matrix/failure';
import type { Timelines } from '$lib/matrix/ports';
import { newTransaction } from '$lib/matrix/transaction';
import type { Attachment, Block, Body, Inline, Person, RoomId } from '$lib/matrix/values';
import type { Beside, Drafts } from './drafts.svelte';
import type { Message } from './entries';
import { WritingNow } from './writing-now';

type Port = Pick<Timelines, 'send' | 'edit' | 'typing'>;

type ToSend = { readonly text: string; readonly file?: Attachment };

/** With one file, what is written is its caption; with several it comes after them. */
function messagesOf(text: string, files: readonly Attachment[]): readonly ToSend[] {
  if (files.length === 0) return text === '' ? [] : [{ text }];
  const [file, second] = files;
  if (file && !second) return [{ text, file }];
  return [...files.map((file) => ({ text: '', file })), ...(text === '' ? [] : [{ text }])];
}

/** What one is about to say: something new, an answer, or one's own message in better words. */
export class Composer {
  readonly attaching: Attaching;
  readonly #port: Port;
  readonly #drafts: Drafts;
  readonly #room: RoomId;
  readonly #writing: WritingNow;
  #failure = $state.raw<Failure>();
  /** What is being sent, until it is kept. */
  #turn: Promise<boolean> | null = null;

  constructor(port: Port, attaching: Attaching, drafts: Drafts, room: RoomId, now: () => number = Date.now) {
    this.attaching = attaching;
    this.#port = port;
    this.#drafts = drafts;
    this.#room = room;
    this.#writing = new WritingNow(port, room, now);
  }

  get text(): string {
    const { beside } = this;
    return beside?.kind === 'edit' ? beside.text : this.#drafts.of(this.#room);
  }

  set text(text: string) {
    this.#keep(text);
    this.#failure = undefined;
    if (text.trim() === '') this.stopTyping();
    else this.#writing.write();
  }

  get empty(): boolean {
    return this.text.trim() === '' && !(this.attaching.some && this.beside?.kind !== 'edit');
  }

  /** What is said stands beside another message. */
  get beside(): Beside | null {
    return this.#drafts.beside(this.#room);
  }

  /** Why it could not even be kept to be sent; its text is back in the field. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** What is written now answers that message. */
  answer({ event, sender, body }: Message): void {
    if (event === null) return;
    this.leave();
    this.#drafts.stand(this.#room, { kind: 'answer', event, quoted: { sender, body } });
  }

  /** One's own message comes into the field; what was begun there waits until that is done. */
  edit({ event, body }: Message): void {
    if (event === null || body.type !== 'text') return;
    this.leave();
    for (const person of peopleIn(body)) this.name(person);
    this.#drafts.stand(this.#room, { kind: 'edit', event, said: body.text, text: body.text });
  }

  /** What is written stands by itself again; an edit is given up. */
  leave(): void {
    this.#drafts.stand(this.#room, null);
    this.#failure = undefined;
  }

  /** `@` and her name address that person. */
  name(person: Person): void {
    this.#drafts.name(this.#room, person);
  }

  /** True when a new message is on its way. */
  async send(): Promise<boolean> {
    if (this.empty) return false;
    const text = this.text.trim();
    const { beside } = this;
    this.leave();
    if (beside?.kind === 'edit') {
      if (text !== beside.said)
        await this.#try(() => this.#port.edit(this.#room, beside.event, this.#written(text), newTransaction()), {
          beside
        });
      return false;
    }
    this.#keep('');
    this.#writing.sent();
    const files = this.attaching.some ? this.attaching.take() : null;
    const run = async () => this.#sendAll(messagesOf(text, files ? await files : []), beside);
    // What is written while a file is made ready comes after it.
    const turn = this.#turn ? this.#turn.then(run) : run();
    this.#turn = turn;
    const done = await turn;
    if (this.#turn === turn) this.#turn = null;
    return done;
  }

  /** Sends a voice message; what is written in the field stays there. True when it is on its way. */
  async speak(file: Attachment): Promise<boolean> {
    const { beside } = this;
    const answered = beside?.kind === 'answer' ? beside : null;
    if (answered) this.leave();
    return this.#sendAll([{ text: '', file }], answered);
  }

  /** One after the other; what could not be kept, and what would come after it, is given back. */
  async #sendAll(messages: readonly ToSend[], beside: Beside | null): Promise<boolean> {
    for (const [index, { text: said, file }] of messages.entries()) {
      const answers = index === 0 ? beside?.event : undefined;
      const writing = { ...this.#written(said), ...(answers && { answers }), ...(file && { file }) };
      const left = messages.slice(index);
      const before = { beside: answers ? beside : null, text: left.map(({ text }) => text).join('') };
      if (await this.#try(() => this.#port.send(this.#room, writing, newTransaction()), before)) continue;
      this.attaching.giveBack(left.flatMap(({ file }) => file ?? []));
      return index > 0;
    }
    return messages.length > 0;
  }

  /** The others are told that one no longer writes. Also to be called when the conversation is left. */
  stopTyping(): void {
    this.#writing.stop();
  }

  #keep(text: string): void {
    const { beside } = this;
    if (beside?.kind === 'edit') this.#drafts.stand(this.#room, { ...beside, text });
    else this.#drafts.keep(this.#room, text);
  }

  #written(text: string) {
    const mentions = this.#drafts.named(this.#room).filter(({ name }) => text.includes(`@${name}`));
    return { text, ...(mentions.length > 0 && { mentions }) };
  }

  /** What could not be kept is as it was, unless something else was begun meanwhile. */
  async #try(command: () => Promise<void>, before: { beside: Beside | null; text?: string }): Promise<boolean> {
    try {
      await command();
      return true;
    } catch (thrown) {
      if (this.empty && this.beside === null) {
        if (before.text !== undefined) this.#keep(before.text);
        this.#drafts.stand(this.#room, before.beside);
      }
      this.#failure = Failure.from(thrown);
      return false;
    }
  }
}

/** Those whom a message addresses by their names. */
function peopleIn({ rich = [] }: Extract<Body, { type: 'text' }>): readonly Person[] {
  const inLine = (of: readonly Inline[]): Person[] =>
    of.flatMap((part) => {
      if (typeof part === 'string' || part.type === 'code') return [];
      return part.type === 'person' ? [part.person] : inLine(part.of);
    });
  const inBlock = (block: Block): Person[] => {
    if (block.type === 'quote') return block.of.flatMap(inBlock);
    if (block.type === 'list') return block.items.flat().flatMap(inBlock);
    if (block.type === 'table') return block.rows.flat().flatMap(({ of }) => inLine(of));
    return block.type === 'paragraph' || block.type === 'heading' ? inLine(block.of) : [];
  };
  return rich.flatMap(inBlock);
}
