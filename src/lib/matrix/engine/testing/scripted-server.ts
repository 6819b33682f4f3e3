import { Server } from '../server.ts';

const deadline = 5_000;
// Taken before a test replaces them: a deadline must pass in real time.
const { setTimeout, clearTimeout, setImmediate } = globalThis;

type Reply = { status?: number; headers?: Record<string, string> };
type Answer = (asked: Asked) => unknown;

/** A request as it reached the server. It hangs until it is answered. */
export class Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  /** What was sent that is no JSON. */
  readonly bytes: Blob | undefined;
  readonly response: Promise<Response>;
  readonly #signal: AbortSignal | undefined;
  readonly #settle: (response: Response) => void;
  readonly #refuse: (thrown: unknown) => void;

  constructor(input: string | URL | Request, init: RequestInit = {}) {
    const url = new URL(input instanceof Request ? input.url : input);
    this.method = init.method ?? 'GET';
    this.path = decodeURIComponent(url.pathname);
    this.query = url.searchParams;
    this.headers = new Headers(init.headers);
    this.body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    this.bytes = init.body instanceof Blob ? init.body : undefined;
    this.#signal = init.signal ?? undefined;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    this.response = promise;
    this.#settle = resolve;
    this.#refuse = reject;
    const abort = () => reject(this.#signal?.reason ?? new DOMException('aborted', 'AbortError'));
    if (this.#signal?.aborted) abort();
    this.#signal?.addEventListener('abort', abort, { once: true });
  }

  get aborted(): boolean {
    return this.#signal?.aborted ?? false;
  }

  reply(body: unknown, { status = 200, headers = {} }: Reply = {}): void {
    const page = typeof body === 'string';
    const type = { 'content-type': page ? 'text/html' : 'application/json' };
    this.#settle(new Response(page ? body : JSON.stringify(body), { status, headers: { ...type, ...headers } }));
  }

  refuse(status: number, errcode: string, more: Record<string, unknown> = {}): void {
    this.reply({ errcode, error: '', ...more }, { status });
  }

  /** The connection is lost: before any answer, or in the middle of one. */
  lose(when: 'before' | 'within' = 'before'): void {
    if (when === 'before') return this.#refuse(new TypeError('fetch failed'));
    const broken = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{"event_'));
        controller.error(new TypeError('terminated'));
      }
    });
    this.#settle(new Response(broken));
  }
}

/** A homeserver that does what a test says. What no rule answers waits for `next`. */
export class ScriptedServer {
  readonly server: Server;
  /** All that was ever asked, in order. */
  readonly log: Asked[] = [];
  readonly #rules: { method: string; path: RegExp; answer: Answer }[] = [];
  readonly #waiting: Asked[] = [];
  readonly #takers = new Set<() => void>();

  constructor(base = 'http://zone.test') {
    this.server = new Server(base, { token: 'a-secret-token', fetch: this.fetch as typeof globalThis.fetch });
  }

  readonly fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const asked = new Asked(input, init);
    this.log.push(asked);
    const rule = this.#rules.findLast(({ method, path }) => method === asked.method && path.test(asked.path));
    if (rule) {
      const body = rule.answer(asked);
      if (body !== undefined) asked.reply(body);
    } else {
      this.#waiting.push(asked);
      for (const take of [...this.#takers]) take();
    }
    return asked.response;
  };

  /** Answers all such requests. A rule that gives undefined has answered, or lets them hang. The latest rule wins. */
  on(method: string, path: RegExp, answer: Answer): void {
    this.#rules.push({ method, path, answer });
  }

  /** The next request that no rule answers, waited for. */
  next(method: string, path: RegExp): Promise<Asked> {
    const called = new Error(`nobody asked ${method} ${path}`);
    const { promise, resolve, reject } = Promise.withResolvers<Asked>();
    const timer = setTimeout(() => reject(called), deadline);
    const take = () => {
      const at = this.#waiting.findIndex((asked) => asked.method === method && path.test(asked.path));
      const [asked] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (!asked) return;
      clearTimeout(timer);
      this.#takers.delete(take);
      resolve(asked);
    };
    this.#takers.add(take);
    take();
    return promise;
  }

  asked(method: string, path: RegExp): Asked[] {
    return this.log.filter((asked) => asked.method === method && path.test(asked.path));
  }
}

/** Lets all that can run without time passing run: promises, and the turns of the store. */
export async function settled(turns = 40): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((next) => setImmediate(next));
}
