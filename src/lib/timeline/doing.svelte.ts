import { m } from '$lib/paraglide/messages';
import type { Saving } from '$lib/files/saving.svelte';
import { copyText } from '$lib/ui/copy';
import type { RoomId } from '$lib/matrix/values';
import type { Acting } from './acting.svelte';
import type { Message } from './entries';
import { actionsFor, linkTo, type MessageAction, type Rights } from './message-actions';
import type { Pins } from './pins.svelte';
import type { Selecting } from './selecting.svelte';
import { bodyWords } from './words';

type Parts = {
  readonly room: RoomId;
  readonly acting: Acting;
  readonly pins: Pins;
  readonly selecting: Selecting;
  readonly saving: Saving;
  /** One may delete what others say. */
  readonly mayDelete: () => boolean;
  readonly answer: (message: Message) => void;
  readonly edit: (message: Message) => void;
};

/** What one has chosen to do to messages, done: the one place that knows how each is begun. */
export class Doing {
  readonly #parts: Parts;
  #told = $state('');

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly rights: Rights = $derived.by(() => {
    const { pins, mayDelete } = this.#parts;
    return { mayDelete: mayDelete(), mayPin: pins.mayPin, pinned: pins.events };
  });

  /** What was done and is seen nowhere, for those who hear the page. */
  get told(): string {
    return this.#told;
  }

  /** Whether all of them allow it; false for none. */
  can(action: MessageAction, messages: readonly Message[]): boolean {
    return messages.length > 0 && messages.every((one) => actionsFor(one, this.rights).includes(action));
  }

  run(action: MessageAction, message: Message): void {
    const { room, acting, pins, selecting, saving, answer, edit } = this.#parts;
    const { event, body } = message;
    if (event === null) return;
    if (action === 'answer') answer(message);
    else if (action === 'edit') edit(message);
    else if (action === 'select') selecting.begin(message);
    else if (action === 'pin' || action === 'unpin') void pins.set(event, action === 'pin');
    else if (action === 'save') void (body.type === 'file' && saving.save(body));
    else if (action === 'link') void this.#copy(linkTo(location.origin, room, event), m.link_copied());
    else if (action === 'versions' || action === 'details') acting.choose({ what: action, message });
    else this.runAll(action, [message]);
  }

  /** To several at once; `then` runs when it was done. */
  runAll(action: 'forward' | 'copy' | 'delete', messages: readonly Message[], then?: () => void): void {
    const { acting } = this.#parts;
    if (action === 'copy') void this.#copy(wordsOf(messages), m.message_copied()).then(() => then?.());
    else acting.choose({ what: action === 'forward' ? 'forwarding' : 'deletion', messages, then });
  }

  async #copy(text: string, done: string): Promise<void> {
    this.#told = '';
    this.#told = (await copyText(text)) ? done : m.copy_failed();
  }
}

/** What one message says; of several, who said each. */
function wordsOf(messages: readonly Message[]): string {
  const [first] = messages;
  if (first && messages.length === 1) return bodyWords(first.body);
  return messages.map(({ sender, body }) => `${sender.name}: ${bodyWords(body)}`).join('\n');
}
