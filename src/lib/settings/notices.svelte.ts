import { Failure } from '$lib/matrix/failure';
import type { Pushers } from '$lib/matrix/ports';
import type { PushTarget } from '$lib/matrix/values';
import { noticesKey } from './push-platform';

/** What the browser can do; the page's own by default. */
export type Platform = {
  readonly permission: () => NotificationPermission | null;
  readonly ask: () => Promise<NotificationPermission>;
  /** Where the browser can be reached with no page open; null where it cannot. */
  readonly subscribe: () => Promise<PushTarget | null>;
  readonly unsubscribe: () => Promise<PushTarget | null>;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
};

type State = 'unsupported' | 'off' | 'blocked' | 'on';

/** Whether one hears on this device of what is new: asked for when one says so, and never before. */
export class Notices {
  readonly #pushers: Pushers;
  readonly #platform: Platform;
  #permission = $state<NotificationPermission | null>(null);
  #choice = $state<string | null>(null);
  #reached = $state(false);
  #busy = $state(false);
  #failure = $state.raw<Failure>();

  constructor(pushers: Pushers, platform: Platform) {
    this.#pushers = pushers;
    this.#platform = platform;
    this.#permission = platform.permission();
    this.#choice = platform.storage.getItem(noticesKey);
  }

  readonly state: State = $derived.by(() => {
    if (this.#permission === null) return 'unsupported';
    if (this.#permission === 'denied') return 'blocked';
    return this.#permission === 'granted' && this.#choice === 'on' ? 'on' : 'off';
  });

  /** One has neither said yes nor that one does not want to be asked. */
  readonly undecided: boolean = $derived.by(() => this.state === 'off' && this.#choice === null);

  /** Also with no page open. */
  get reached(): boolean {
    return this.#reached;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  async turnOn(): Promise<void> {
    await this.#run(async () => {
      this.#permission = await this.#platform.ask();
      if (this.#permission !== 'granted') return;
      this.#choose('on');
      await this.#register();
    });
  }

  async turnOff(): Promise<void> {
    await this.#run(async () => {
      this.#choose('off');
      const target = await this.#platform.unsubscribe();
      this.#reached = false;
      if (target) await this.#pushers.remove(target);
    });
  }

  /** With the last account of a browser goes what was chosen, and the way by which it was reached. */
  async forget(): Promise<void> {
    this.#choice = null;
    this.#platform.storage.removeItem(noticesKey);
    await this.#platform.unsubscribe();
  }

  later(): void {
    this.#choose('later');
  }

  /** Once a page is there: addresses for pushing change, and the zone forgets those that do not answer. */
  async renew(): Promise<void> {
    if (this.state === 'on') await this.#run(() => this.#register());
  }

  async #register(): Promise<void> {
    const target = await this.#platform.subscribe();
    if (!target) return;
    await this.#pushers.set(target);
    this.#reached = true;
  }

  #choose(choice: 'on' | 'off' | 'later'): void {
    this.#choice = choice;
    this.#platform.storage.setItem(noticesKey, choice);
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#failure = undefined;
    try {
      await work();
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
    } finally {
      this.#busy = false;
    }
  }
}
