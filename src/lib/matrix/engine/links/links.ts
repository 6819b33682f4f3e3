import * as v from 'valibot';
import { Failure } from '../../failure.ts';
import { Cell, type Live } from '../../live.ts';
import type { Links as Port } from '../../ports.ts';
import { settle } from '../../settle.ts';
import type { EventId, LinkPreview, LinksWanted, RoomId } from '../../values.ts';
import { ServerError, type Server } from '../server.ts';
import type { AccountStore, LinkChoice } from '../store/database.ts';
import type { AccountData } from '../sync/account-data.ts';
import { previewOf, told } from './preview.ts';

/** Where Element keeps it, so that it holds there, too. */
const type = 'org.matrix.preview_urls';

/** ms for which an answer is remembered: what a page says, and that there is nothing to show. */
const [kept, missed] = [60 * 60_000, 10 * 60_000];
/** Answers that are remembered. */
const most = 300;
/** ms: the zone waits for the page as long. */
const timeout = 60_000;

type Asked = { readonly answer: Promise<LinkPreview | null>; until: number };
type Deps = {
  readonly server: Server;
  readonly accountData: AccountData;
  readonly store: Pick<AccountStore, 'links'>;
};

/** What links lead to (Matrix 1.16 client-server, `GET /_matrix/client/v1/media/preview_url`). */
export class Links implements Port {
  readonly #deps: Deps;
  readonly #life: AbortSignal;
  /** By address. */
  readonly #asked = new Map<string, Asked>();
  readonly #choices = new Map<LinkChoice['id'], boolean>();
  readonly #wanted: Cell<LinksWanted>;
  #read: Promise<void> | undefined;
  #offered = true;

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
    this.#wanted = new Cell<LinksWanted>(undefined, () => {
      void this.#choose().then(() => this.#show());
      return deps.accountData.onChange((datum) => {
        if (datum.type === type && this.#wanted.current) this.#show();
      });
    });
  }

  async preview(url: string): Promise<LinkPreview | null> {
    const address = addressOf(url);
    if (address === null || !this.#offered) return null;
    const known = this.#asked.get(address);
    if (known && known.until > Date.now()) return known.answer;
    const asked: Asked = { answer: this.#ask(address), until: Infinity };
    this.#asked.delete(address);
    this.#asked.set(address, asked);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > most && oldest !== undefined) this.#asked.delete(oldest);
    try {
      const found = await asked.answer;
      asked.until = Date.now() + (found ? kept : missed);
      return found;
    } catch (thrown) {
      asked.until = 0;
      throw thrown;
    }
  }

  wanted(): Live<LinksWanted> {
    return this.#wanted;
  }

  async setEverywhere(shown: boolean): Promise<void> {
    await this.#deps.accountData.update(type, (old) => ({ ...old, disable: !shown }));
  }

  setIn(room: RoomId, shown: boolean | null): Promise<void> {
    return this.#put({ id: room, shown });
  }

  hide(event: EventId): Promise<void> {
    return this.#put({ id: event, shown: false });
  }

  async #ask(url: string): Promise<LinkPreview | null> {
    try {
      const at = '/_matrix/client/v1/media/preview_url';
      return previewOf(await this.#deps.server.call('GET', at, told, { query: { url }, timeout, signal: this.#life }));
    } catch (thrown) {
      if (!(thrown instanceof Failure) || !isAnswer(thrown)) throw thrown;
      if (thrown instanceof ServerError && thrown.code === 'M_UNRECOGNIZED') {
        this.#offered = false;
        if (this.#wanted.current) this.#show();
      }
      return null;
    }
  }

  async #put(choice: LinkChoice): Promise<void> {
    await this.#choose();
    await this.#deps.store.links.putLink(choice).catch((cause) => {
      throw new Failure('storage', 'links', { cause });
    });
    if (choice.shown === null) this.#choices.delete(choice.id);
    else this.#choices.set(choice.id, choice.shown);
    this.#show();
  }

  /** What cannot be read was not chosen: encrypted conversations stay as they are. */
  #choose(): Promise<void> {
    this.#read ??= this.#deps.store.links.links().then(
      (all) => all.forEach(({ id, shown }) => shown !== null && this.#choices.set(id, shown)),
      (thrown) => console.warn('not known where links are shown:', Failure.from(thrown).message)
    );
    return this.#read;
  }

  #show(): void {
    const all = [...this.#choices];
    const isRoom = (id: string) => id.startsWith('!');
    this.#wanted.set(
      settle(this.#wanted.current, {
        everywhere: this.#deps.accountData.get(type)?.disable !== true,
        offered: this.#offered,
        rooms: Object.fromEntries(all.filter(([id]) => isRoom(id))),
        hidden: all.flatMap(([id]) => (isRoom(id) ? [] : [id as EventId]))
      })
    );
  }
}

/** What the zone is told: an address of the web, without what only the page's own script would read. */
function addressOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const address = new URL(url);
  const isWeb = /^https?:$/.test(address.protocol) && address.username === '' && address.password === '';
  address.hash = '';
  return isWeb ? address.href : null;
}

/** The homeserver itself has said that it has nothing; a proxy's page, or nothing at all, is no answer. */
function isAnswer(failure: Failure): boolean {
  if (!(failure instanceof ServerError)) return failure.reason === 'not-understood';
  if (failure.reason === 'signed-out' || failure.reason === 'too-many-attempts') return false;
  return failure.status < 500 || v.is(v.object({ errcode: v.string() }), failure.body);
}
