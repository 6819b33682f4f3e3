import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { anything, path, ServerError } from './server.ts';
import { ScriptedServer, type Asked } from './testing/scripted-server.ts';

const answer = v.object({ name: v.string() });

async function asking(reply: (asked: Asked) => void, signal?: AbortSignal) {
  const zone = new ScriptedServer();
  zone.on('GET', /./, (asked) => void reply(asked));
  return zone.server.call('GET', '/x', answer, { signal }).catch((thrown: unknown) => thrown);
}

describe('an answer', () => {
  it('is what it should be, or not understood', async () => {
    expect(await asking((asked) => asked.reply({ name: 'n', more: 1 }))).toEqual({ name: 'n' });
    for (const odd of [{}, { name: 5 }, null, [], 'page'])
      expect(await asking((asked) => asked.reply(odd))).toMatchObject({ reason: 'not-understood' });
  });

  it.each(['before', 'within'] as const)('that breaks off %s it comes is none', async (when) => {
    expect(await asking((asked) => asked.lose(when))).toMatchObject({ reason: 'unreachable' });
  });

  it('that nobody waits for any more rejects with the reason of leaving', async () => {
    const life = new AbortController();
    const call = asking(() => undefined, life.signal);
    life.abort('enough');
    expect(await call).toBe('enough');
  });
});

describe('a refusal', () => {
  it.each([
    [401, 'M_UNKNOWN_TOKEN', 'signed-out'],
    [401, 'M_MISSING_TOKEN', 'signed-out'],
    [403, 'M_FORBIDDEN', 'forbidden'],
    [404, 'M_NOT_FOUND', 'not-found'],
    [404, 'M_UNKNOWN', 'not-found'],
    [404, 'M_UNRECOGNIZED', 'unexpected'],
    [413, 'M_UNKNOWN', 'too-large'],
    [429, 'M_UNKNOWN', 'too-many-attempts'],
    [400, 'M_BAD_JSON', 'unexpected'],
    [500, 'M_UNKNOWN', 'unreachable'],
    [400, 'constructor', 'unexpected'],
    [400, '__proto__', 'unexpected'],
    [400, 'toString', 'unexpected']
  ])('%s %s is %s', async (status, code, reason) => {
    const thrown = await asking((asked) => asked.refuse(status, code));
    expect(thrown).toBeInstanceOf(ServerError);
    expect(thrown).toMatchObject({ reason, status, code });
  });

  it.each([
    [502, 'unreachable'],
    [429, 'too-many-attempts'],
    [418, 'unexpected']
  ])('without words of the protocol goes by its number: %s', async (status, reason) => {
    expect(await asking((asked) => asked.reply('<html>', { status }))).toMatchObject({ reason, code: 'M_UNKNOWN' });
  });

  it('with one odd field keeps the others', async () => {
    const odd = { errcode: 'M_LIMIT_EXCEEDED', error: 5, retry_after_ms: 'soon' };
    expect(await asking((asked) => asked.reply(odd, { status: 429 }))).toMatchObject({
      reason: 'too-many-attempts',
      retryAfter: undefined
    });
  });

  it('says when to come back: in its words, in seconds, by a date', async () => {
    const after = async (body: object, header?: string) => {
      const headers = header === undefined ? undefined : { 'retry-after': header };
      const thrown = await asking((asked) => asked.reply(body, { status: 503, headers }));
      return thrown instanceof Failure ? thrown.retryAfter : NaN;
    };
    expect(await after({ retry_after_ms: 1234 }, '9')).toBe(1234);
    expect(await after({}, '9')).toBe(9000);
    const date = await after({}, new Date(Date.now() + 60_000).toUTCString());
    expect(date).toBeGreaterThan(55_000);
    expect(date).toBeLessThanOrEqual(60_000);
    expect(await after({}, new Date(0).toUTCString())).toBe(0);
    expect(await after({}, 'soon')).toBeUndefined();
    expect(await after({})).toBeUndefined();
  });
});

describe('a request', () => {
  it('carries the token in its head, and nowhere else', async () => {
    const zone = new ScriptedServer();
    zone.on('POST', /./, () => ({}));
    await zone.server.call('POST', '/x', anything, { body: { a: 1 }, query: { q: ['1', '2'], none: undefined } });
    const [asked] = zone.log;
    expect([asked?.headers.get('authorization'), asked?.query.getAll('q'), asked?.body]).toEqual([
      'Bearer a-secret-token',
      ['1', '2'],
      { a: 1 }
    ]);
    expect([...(asked?.query.keys() ?? [])]).toEqual(['q', 'q']);
  });

  it('never says its token when it fails', async () => {
    for (const fail of [(asked: Asked) => asked.lose(), (asked: Asked) => asked.refuse(500, 'M_UNKNOWN')]) {
      const thrown = await asking(fail);
      expect(String(thrown) + JSON.stringify(thrown)).not.toContain('a-secret-token');
    }
  });
});

describe('a path', () => {
  it('cannot be left by what is put into it', () => {
    expect(path`/rooms/${'!a/b?c#d%'}/state/${'m.x'}/${''}`).toBe('/rooms/!a%2Fb%3Fc%23d%25/state/m.x/');
    for (const dots of ['.', '..']) expect(() => path`/rooms/${dots}/leave`).toThrow(Failure);
    expect(path`/rooms/${'...'}/leave`).toBe('/rooms/.../leave');
  });
});
