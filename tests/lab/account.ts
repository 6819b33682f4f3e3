/** A person of a zone, spoken for over HTTP: for set-up and checks where the interface is not what is tested. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Host } from './host.ts';

/** What the tests read of an event (Matrix 1.16, client-server API, 9.2). */
export type Event = {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly content: Readonly<Record<string, unknown>>;
};
type Body = Readonly<Record<string, unknown>>;
/** Where requests go, and the host that they come from. */
export type Place = { readonly origin: string; readonly host: Pick<Host, 'fetch'> };

/** An answer that is not 2xx. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  /** ms until it may be asked again, where the zone says so. */
  readonly retryAfter: number | null;

  constructor(what: string, status: number, code: string, retryAfter: number | null = null) {
    super(`${what}: ${status} ${code}`);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

async function ask<T>(place: Place, token: string | null, method: string, path: string, body?: Body): Promise<T> {
  const response = await place.host.fetch(`${place.origin}/_matrix/client${path}`, {
    method,
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {})
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  const code = /"errcode":"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 200);
  const wait = /"retry_after_ms":(\d+)/.exec(text)?.[1];
  throw new Refused(`${method} ${path}`, response.status, code, wait === undefined ? null : Number(wait));
}

/** As any client does: the zone's limits hold for tests too, and who meets one waits as long as it is told. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (thrown) {
      const { retryAfter } = thrown as { readonly retryAfter?: number | null };
      if (typeof retryAfter !== 'number') throw thrown;
      await setTimeout(retryAfter);
    }
  }
}

type Session = { readonly user_id: string; readonly access_token: string };

export class Account {
  readonly id: string;
  readonly password: string;
  readonly #place: Place;
  readonly #token: string;

  private constructor(place: Place, session: Session, password: string) {
    this.#place = place;
    this.id = session.user_id;
    this.#token = session.access_token;
    this.password = password;
  }

  /** @param name the local part; where a zone is shared by tests, one that no other test uses */
  static async register(place: Place, name: string, password = `${name} sits at a table`): Promise<Account> {
    const form = { username: name, password, auth: { type: 'm.login.dummy' }, initial_device_display_name: 'test' };
    return new Account(place, await ask<Session>(place, null, 'POST', '/v3/register', form), password);
  }

  /** From anywhere. @throws Refused */
  static async signIn(place: Place, name: string, password: string): Promise<Account> {
    const form = { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password };
    return new Account(place, await ask<Session>(place, null, 'POST', '/v3/login', form), password);
  }

  /** The part of the id that a person types. */
  get name(): string {
    return this.id.slice(1).split(':')[0] ?? '';
  }

  /** What a request of hers bears, for what is no JSON. */
  get authorization(): { readonly authorization: string } {
    return { authorization: `Bearer ${this.#token}` };
  }

  call<T = Body>(method: string, path: string, body?: Body): Promise<T> {
    return ask<T>(this.#place, this.#token, method, path, body);
  }

  async createRoom(options: Body): Promise<string> {
    return (await this.call<{ room_id: string }>('POST', '/v3/createRoom', options)).room_id;
  }

  invite(room: string, person: string): Promise<unknown> {
    return this.call('POST', `/v3/rooms/${encodeURIComponent(room)}/invite`, { user_id: person });
  }

  /** `via`: a server that knows the room (ids of rooms of version 12 name none). */
  join(room: string, via?: string): Promise<unknown> {
    const query = via ? `?via=${encodeURIComponent(via)}` : '';
    return this.call('POST', `/v3/join/${encodeURIComponent(room)}${query}`, {});
  }

  send(room: string, text: string): Promise<string> {
    return this.sendEvent(room, 'm.room.message', { msgtype: 'm.text', body: text });
  }

  /** @returns the event's id */
  async sendEvent(room: string, type: string, content: Body): Promise<string> {
    const path = `/v3/rooms/${encodeURIComponent(room)}/send/${type}/${randomUUID()}`;
    return (await patiently(() => this.call<{ event_id: string }>('PUT', path, content))).event_id;
  }

  /** The newest events of a room, oldest first. */
  async events(room: string, limit = 50): Promise<readonly Event[]> {
    const path = `/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=${limit}`;
    return (await this.call<{ chunk: Event[] }>('GET', path)).chunk.reverse();
  }

  /** The texts of its newest messages, oldest first. */
  async texts(room: string): Promise<readonly string[]> {
    const events = await this.events(room);
    return events.filter(({ type }) => type === 'm.room.message').map(({ content }) => String(content.body));
  }

  /** Puts a text file into the zone's media; its `mxc:` address. */
  async upload(body: string, type: string): Promise<string> {
    const response = await this.#place.host.fetch(`${this.#place.origin}/_matrix/media/v3/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': type },
      body
    });
    if (!response.ok) throw new Refused('upload', response.status, await response.text());
    return ((await response.json()) as { content_uri: string }).content_uri;
  }

  /** Whether one is invited to the room. */
  async isInvited(room: string): Promise<boolean> {
    const filter = encodeURIComponent('{"room":{"timeline":{"limit":1}},"presence":{"types":[]}}');
    const { rooms } = await this.call<{ rooms?: { invite?: Body } }>('GET', `/v3/sync?filter=${filter}`);
    return room in (rooms?.invite ?? {});
  }
}
