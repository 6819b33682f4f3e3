import { Failure } from '$lib/matrix/failure';
import { mediaUrl, type Size } from '$lib/matrix/media/address';
import { shownAs } from '$lib/matrix/media/shown-as';
import type { AccountPorts } from '$lib/matrix/ports';
import type { AccountId, Source } from '$lib/matrix/values';

/** What a page wants to show. `size`: a thumbnail that the zone makes is enough, where it can read the file. */
export type Wanted = { readonly source: Source; readonly type: string; readonly size?: Size | undefined };

type Ports = Pick<AccountPorts, 'files' | 'link'>;

/** An address at which the page finds a file: by the service worker, where one serves it, else as bytes from the engine. */
export class FileAddress {
  readonly #ports: Ports;
  readonly #account: AccountId;
  #address = $state.raw<string | null>(null);
  #failure = $state.raw<Failure>();
  #tries = $state(0);
  #isDirect = false;

  constructor(ports: Ports, account: AccountId) {
    this.#ports = ports;
    this.#account = account;
  }

  /** null while it is not known. */
  get current(): string | null {
    return this.#address;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Asks anew. */
  retry(): void {
    this.#tries++;
  }

  /** The browser could not show what is there: once more by the engine, which can tell why. */
  failed(): void {
    if (this.#isDirect) this.retry();
    else this.#failure = new Failure('not-understood', 'the browser cannot show it');
  }

  /** Finds the address; to be run in an effect, which ends it. */
  follow({ source, type, size }: Wanted): () => void {
    this.#failure = undefined;
    const { controller } = (this.#tries === 0 && navigator.serviceWorker) || {};
    this.#isDirect = controller !== undefined && controller !== null && source.at === 'zone';
    if (controller && source.at === 'zone') {
      this.#address = addressOf(this.#account, source, type, size);
      return () => undefined;
    }
    this.#address = null;
    let [made, wanted] = [null as string | null, true];
    let stop = () => undefined as void;
    this.#bytes(source).then(
      (bytes) => {
        if (!wanted) return;
        made = URL.createObjectURL(new Blob([bytes], { type: shownAs(type || bytes.type) }));
        this.#address = made;
      },
      (thrown) => {
        if (!wanted) return;
        this.#failure = Failure.from(thrown);
        if (this.#failure.reason === 'unreachable') stop = this.#whenBack();
      }
    );
    return () => {
      wanted = false;
      stop();
      if (made) URL.revokeObjectURL(made);
    };
  }

  /** The service worker judges what it brings (`media/answer.ts`); here nobody has. */
  async #bytes(source: Source): Promise<Blob> {
    const bytes = await this.#ports.files.bytes(source);
    const { judgeStream } = await import('$lib/matrix/media/drawable');
    const verdict = await judgeStream(bytes.stream());
    if (verdict === 'too-many-pixels') throw new Failure(verdict);
    if (verdict === 'broken') throw new Failure('not-understood', 'no browser can show it');
    return bytes;
  }

  /** Asks anew once the zone, which is away, is there again. */
  #whenBack(): () => void {
    const link = this.#ports.link.state();
    let away = link.current?.state !== 'online';
    return link.subscribe(({ state }) => {
      if (state === 'online' && away) this.retry();
      away = state !== 'online';
    });
  }
}

function addressOf(
  account: AccountId,
  source: Extract<Source, { at: 'zone' }>,
  type: string,
  size?: Size
): string | null {
  const { content, seal } = source;
  return seal ? mediaUrl(account, content, { sealed: { seal, type } }) : mediaUrl(account, content, { size });
}
