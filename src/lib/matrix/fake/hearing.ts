import type { Hearing } from '../ports.ts';
import type { UserId } from '../values.ts';
import type { FakeSession } from './session.ts';

export class FakeHearing implements Hearing {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  state() {
    return this.#session.feed('hearing.state', () => {
      const { words, quiet } = this.#session.resident;
      return { words: [...words], quiet: [...quiet] };
    });
  }

  setWord(word: string, wanted: boolean) {
    return this.#set('hearing.setWord', this.#session.resident.words, word, wanted);
  }

  setQuiet(person: UserId, quiet: boolean) {
    return this.#set('hearing.setQuiet', this.#session.resident.quiet, person, quiet);
  }

  #set<T>(name: string, all: Set<T>, one: T, stands: boolean) {
    return this.#session.command(name, () => {
      if (stands) all.add(one);
      else all.delete(one);
      this.#session.zone.changed();
    });
  }
}
