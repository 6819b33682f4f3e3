import { Attempt } from '$lib/matrix/attempt.svelte';
import type { Failure } from '$lib/matrix/failure';
import type { People } from '$lib/matrix/ports';
import type { UserId } from '$lib/matrix/values';

/** What somebody tells of herself, and may say otherwise where it is oneself. */
export class About {
  readonly #people: Pick<People, 'about' | 'setAbout'>;
  readonly #person: UserId;
  /** As the zone has it; undefined while that is not known. */
  #kept = $state<string>();
  #draft = $state<string | null>(null);
  #saved = $state(false);
  readonly #attempt = new Attempt();

  constructor(people: Pick<People, 'about' | 'setAbout'>, person: UserId) {
    this.#people = people;
    this.#person = person;
  }

  get known(): boolean {
    return this.#kept !== undefined;
  }

  get text(): string {
    return this.#draft ?? this.#kept ?? '';
  }

  set text(text: string) {
    this.#draft = text;
    this.#saved = false;
  }

  get changed(): boolean {
    return this.#draft !== null && this.#draft.trim() !== this.#kept;
  }

  get busy(): boolean {
    return this.#attempt.busy;
  }

  get saved(): boolean {
    return this.#saved;
  }

  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  async load(): Promise<void> {
    const told = await this.#attempt.run(() => this.#people.about(this.#person));
    if (told) this.#kept = told.done;
  }

  async save(): Promise<void> {
    if (!this.changed) return;
    const text = this.text.trim();
    if (!(await this.#attempt.run(() => this.#people.setAbout(text)))) return;
    this.#kept = text;
    this.#draft = null;
    this.#saved = true;
  }
}
