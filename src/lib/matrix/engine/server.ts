import * as v from 'valibot';
import { Failure } from '../failure.ts';
import type { FailureReason } from '../values.ts';
import { lenient } from './event.ts';
import { transfer, type Answer, type Sending } from './files/transfer.ts';
import { limit } from './limit.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Request = {
  query?: Record<string, string | readonly string[] | undefined>;
  body?: unknown;
  signal?: AbortSignal;
  /** ms; without it a request that gets no answer fails after half a minute. */
  timeout?: number;
};

const errorShape = v.object({
  errcode: lenient(v.string()),
  error: lenient(v.string()),
  retry_after_ms: lenient(v.number()),
  soft_logout: lenient(v.boolean())
});

/** A refusal in the protocol's terms (Matrix 1.16 client-server, "Standard error response"). */
export class ServerError extends Failure {
  readonly status: number;
  readonly code: string;
  readonly body: unknown;
  /** The session has ended, its device stays (Matrix 1.16 client-server, "Soft logout"). */
  readonly soft: boolean;

  /** `retryAfter` in ms: what the answer's head asks for. */
  constructor(status: number, body: unknown, retryAfter?: number) {
    const parsed = v.safeParse(errorShape, body);
    const error: v.InferOutput<typeof errorShape> = parsed.success ? parsed.output : {};
    const code = error.errcode ?? 'M_UNKNOWN';
    super(reasonOf(status, code), `${status} ${code} ${error.error ?? ''}`.trim(), {
      retryAfter: error.retry_after_ms ?? retryAfter
    });
    this.status = status;
    this.code = code;
    this.body = body;
    this.soft = error.soft_logout === true;
  }
}

const reasons: Record<string, FailureReason> = {
  M_UNKNOWN_TOKEN: 'signed-out',
  M_MISSING_TOKEN: 'signed-out',
  M_FORBIDDEN: 'forbidden',
  M_NOT_FOUND: 'not-found',
  M_LIMIT_EXCEEDED: 'too-many-attempts',
  M_USER_IN_USE: 'name-taken',
  M_EXCLUSIVE: 'name-taken',
  M_INVALID_USERNAME: 'name-invalid',
  M_USER_DEACTIVATED: 'deactivated',
  M_TOO_LARGE: 'too-large',
  M_WEAK_PASSWORD: 'password-weak',
  M_PASSWORD_TOO_SHORT: 'password-weak',
  TERTULIA_LINK_USED: 'administrator-link-used'
};

function reasonOf(status: number, code: string): FailureReason {
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (known) return known;
  // Synapse says M_BAD_STATE to whoever was sent out for good.
  if (status === 403) return 'forbidden';
  if (status === 413) return 'too-large';
  if (status === 429) return 'too-many-attempts';
  // Synapse says M_UNKNOWN of a profile that is not there. An endpoint that is not there is another thing.
  if (status === 404 && code !== 'M_UNRECOGNIZED') return 'not-found';
  return status >= 500 ? 'unreachable' : 'unexpected';
}

/** `Retry-After` in ms: seconds or a date (RFC 9110, 10.2.3). */
function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** undefined where it is no JSON: a proxy's page, say. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The zone's homeserver as one account (or nobody yet) speaks to it. */
export class Server {
  readonly base: string;
  readonly fetch: typeof globalThis.fetch;
  readonly #token: string | undefined;
  #ended: 'session' | 'device' | null = null;

  /** `base`: the page's own origin, or where the zone is. `fetch`: another way to the network, for tests. */
  constructor(base: string, options: { token?: string; fetch?: typeof globalThis.fetch } = {}) {
    this.base = base;
    this.#token = options.token;
    this.fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
  }

  /** The same server with another token. */
  as(token: string): Server {
    return new Server(this.base, { token, fetch: this.fetch });
  }

  /** What ended when the server refused the token: the session alone, or its device too. */
  get ended(): 'session' | 'device' | null {
    return this.#ended;
  }

  /** Calls `path` (its variable parts encoded by `path` below). Rejects with `ServerError`, or `Failure('unreachable')`. */
  async call<Schema extends v.GenericSchema>(
    method: Method,
    path: string,
    schema: Schema,
    request: Request = {}
  ): Promise<v.InferOutput<Schema>> {
    const url = new URL(path, this.base);
    for (const [key, value] of Object.entries(request.query ?? {})) {
      for (const one of [value ?? []].flat()) url.searchParams.append(key, one);
    }
    return this.#read(`${method} ${path}`, schema, await this.#fetch(method, url, request));
  }

  /** Puts bytes there (Matrix 1.16 client-server, "Content repository"); fails as `call` does. */
  async send<Schema extends v.GenericSchema>(
    path: string,
    schema: Schema,
    bytes: Blob,
    { headers, signal, onProgress }: Pick<Sending, 'headers' | 'signal' | 'onProgress'>
  ): Promise<v.InferOutput<Schema>> {
    const all = { ...headers, ...this.#authorization };
    const answer = await transfer(new URL(path, this.base), bytes, {
      headers: all,
      signal,
      onProgress,
      fetch: this.fetch
    }).catch((cause) => {
      if (signal.aborted) throw signal.reason;
      throw new Failure('unreachable', `POST ${path}`, { cause });
    });
    return this.#read(`POST ${path}`, schema, answer);
  }

  /** Bytes from there, `most` at most. Fails as `call` does, and with too-large. */
  async bytes(path: string, most: number, signal: AbortSignal): Promise<Blob> {
    try {
      const answer = await this.fetch(new URL(path, this.base), { headers: this.#authorization, signal });
      if (!answer.ok) this.#read(`GET ${path}`, v.never(), { ...statusOf(answer), written: await answer.text() });
      if (Number(answer.headers.get('content-length') ?? 0) > most) {
        await answer.body?.cancel();
        throw new Failure('too-large', path);
      }
      return await answer.blob();
    } catch (thrown) {
      if (thrown instanceof Failure) throw thrown;
      if (signal.aborted) throw signal.reason;
      throw new Failure('unreachable', `GET ${path}`, { cause: thrown });
    }
  }

  get #authorization(): Record<string, string> {
    return this.#token ? { authorization: `Bearer ${this.#token}` } : {};
  }

  #read<Schema extends v.GenericSchema>(
    what: string,
    schema: Schema,
    { status, headers, written }: Answer
  ): v.InferOutput<Schema> {
    const body = fromJson(written);
    if (status < 200 || status > 299) throw this.#refused(new ServerError(status, body, retryAfterOf(headers)));
    const parsed = v.safeParse(schema, body);
    if (!parsed.success) throw new Failure('not-understood', `${what}: ${v.summarize(parsed.issues)}`);
    return parsed.output;
  }

  #refused(error: ServerError): ServerError {
    if (error.reason === 'signed-out') this.#ended = error.soft ? 'session' : 'device';
    return error;
  }

  /** The whole answer: a connection lost in the middle of one is no answer. */
  async #fetch(method: Method, url: URL, { body, signal, timeout = 30_000 }: Request): Promise<Answer> {
    const headers = this.#authorization;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const within = limit(timeout, signal);
    try {
      const answer = await this.fetch(url, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: within.signal
      });
      return { ...statusOf(answer), written: await answer.text() };
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw new Failure('unreachable', `${method} ${url.pathname}`, { cause });
    } finally {
      within.done();
    }
  }
}

const statusOf = ({ status, headers }: Response) => ({ status, headers });

/** Builds a path whose inserted parts are encoded: path`/_matrix/client/v3/rooms/${room}/leave`. */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  // A URL takes a part of dots for a way upwards, encoded or not.
  if (values.some((value) => /^\.\.?$/.test(value))) throw new Failure('not-found', 'a part of a path is dots');
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}

/** For answers whose body says nothing that we need. */
export const anything = v.unknown();
