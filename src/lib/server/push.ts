import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import webPush from 'web-push';
import { Pace } from './pace.ts';

/** How a zone pushes: its own key pair (RFC 8292), whom a push service may ask about it, and which services it uses. */
export type PushConfig = v.InferOutput<typeof config>;

const key = v.pipe(v.string(), v.regex(/^[\w-]+$/, 'is no key'));
const config = v.strictObject({
  publicKey: key,
  privateKey: key,
  /** `mailto:` or `https:`. */
  subject: v.pipe(v.string(), v.regex(/^(?:mailto|https):./, 'is neither mailto: nor https:')),
  /** Names of hosts, `.` before it for all below one; with a port where it is another than 443. */
  services: v.array(v.pipe(v.string(), v.regex(/^\.?[a-z0-9.-]+(?::\d+)?$/, 'is no name of a host')))
});

/** A configuration that cannot be used. */
export class PushError extends Error {}

export function readPush(text: string, where: string): PushConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What stands there may be a key: it is not repeated.
    throw new PushError(`${where} is not JSON`);
  }
  const parsed = v.safeParse(config, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new PushError(`${where}: ${v.getDotPath(issue) ?? 'it'} ${issue.message}`);
}

/** Where pages learn the key, and where the homeserver tells of news (Push Gateway API 1.16, `POST /notify`). */
export const [keyPath, notifyPath] = ['/push/key', '/_matrix/push/v1/notify'];

const short = (most: number) => v.pipe(v.string(), v.maxLength(most));
const device = v.looseObject({
  app_id: short(64),
  pushkey: short(512),
  data: v.optional(v.looseObject({ endpoint: short(1000), auth: short(100), account: short(255) }))
});
const body = v.looseObject({
  notification: v.looseObject({
    event_id: v.fallback(v.optional(short(255)), undefined),
    room_id: v.fallback(v.optional(short(255)), undefined),
    prio: v.fallback(v.optional(v.picklist(['high', 'low'])), undefined),
    counts: v.fallback(v.optional(v.looseObject({ unread: v.optional(v.pipe(v.number(), v.integer())) })), undefined),
    devices: v.pipe(v.array(device), v.minLength(1), v.maxLength(20))
  })
});
type Device = v.InferOutput<typeof device>;
type News = v.InferOutput<typeof body>['notification'];

const app = 'org.tertulia.web';
/** Bytes of a request; s for which a push service keeps what it cannot deliver; ms that it may take. */
const [largest, kept, patience] = [64 * 1024, 86_400, 10_000];
/** Pushes to one browser at once, and ms until there is another. */
const pace = { burst: 60, every: 1000 };

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * The zone's push gateway. It reaches the services that the zone names and nothing else, so that nobody makes it call into
 * the zone's network or relay for others; what it sends tells which event came, and nothing of what it says.
 */
export class PushGateway {
  readonly #config: PushConfig;
  readonly #pace = new Pace(pace);

  constructor(config: PushConfig) {
    this.#config = config;
  }

  /** Answers what is its own; false where the request is another's. */
  handles(request: IncomingMessage, response: ServerResponse): boolean {
    const [path] = (request.url ?? '').split('?');
    if (path === keyPath && request.method === 'GET') say(response, 200, { key: this.#config.publicKey });
    else if (path === notifyPath) void this.#notify(request, response);
    else return false;
    return true;
  }

  async #notify(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (request.method !== 'POST') throw new Refusal(405, 'M_UNRECOGNIZED', 'only POST');
      const { notification } = read(await textOf(request));
      const fates = await Promise.all(notification.devices.map((one) => this.#push(one, notification)));
      const rejected = notification.devices.filter((_, at) => fates[at] === 'gone').map(({ pushkey }) => pushkey);
      // The homeserver tries again later, of its own accord.
      if (fates.includes('failed')) throw new Refusal(502, 'M_UNKNOWN', 'the push service did not take it');
      say(response, 200, { rejected });
    } catch (thrown) {
      const refusal = thrown instanceof Refusal ? thrown : new Refusal(500, 'M_UNKNOWN', 'unexpected');
      if (!(thrown instanceof Refusal)) console.error('push:', thrown instanceof Error ? thrown.message : thrown);
      say(response, refusal.status, { errcode: refusal.code, error: refusal.message });
    }
  }

  /** `gone`: nobody is there any more, or never could be; the homeserver is to forget it. */
  async #push({ app_id, pushkey, data }: Device, news: News): Promise<'sent' | 'gone' | 'failed'> {
    if (app_id !== app || !data || !this.#isService(data.endpoint)) return 'gone';
    // It never was a browser (RFC 8291, 2 and 3.2).
    if (!isLong(pushkey, 65) || !isLong(data.auth, 16)) return 'gone';
    if (!this.#pace.allows(pushkey)) throw new Refusal(429, 'M_LIMIT_EXCEEDED', 'too many pushes to one browser');
    const { publicKey, privateKey, subject } = this.#config;
    const { room_id: room, event_id: event, counts, prio } = news;
    const payload = JSON.stringify({
      account: data.account,
      ...(room && { room }),
      ...(event && { event }),
      unread: counts?.unread ?? 0
    });
    try {
      await webPush.sendNotification({ endpoint: data.endpoint, keys: { p256dh: pushkey, auth: data.auth } }, payload, {
        vapidDetails: { subject, publicKey, privateKey },
        TTL: kept,
        urgency: prio === 'low' ? 'low' : 'high',
        timeout: patience
      });
      return 'sent';
    } catch (thrown) {
      const { statusCode } = thrown as { statusCode?: number };
      if (statusCode === 404 || statusCode === 410) return 'gone';
      const host = new URL(data.endpoint).host;
      console.warn('push: not taken by', host, statusCode ?? (thrown as Error).message);
      return 'failed';
    }
  }

  #isService(endpoint: string): boolean {
    const url = URL.parse(endpoint);
    if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
    return this.#config.services.some((service) =>
      service.startsWith('.') ? url.port === '' && url.hostname.endsWith(service) : url.host === service
    );
  }
}

const isLong = (key: string, bytes: number): boolean => Buffer.from(key, 'base64url').length === bytes;

function read(text: string): v.InferOutput<typeof body> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'M_NOT_JSON', 'not JSON');
  }
  const parsed = v.safeParse(body, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Refusal(400, 'M_BAD_JSON', `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > largest) throw new Refusal(413, 'M_TOO_LARGE', 'too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function say(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
