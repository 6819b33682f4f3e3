import { describe, expect, it, vi } from 'vitest';
import type { TransactionId } from '../values.ts';
import type { Crypto, Opened } from './crypto/crypto.ts';
import type { RawEvent } from './event.ts';
import { source } from './request.ts';
import { OwnPast } from './own-past.ts';
import type { OutboxItem } from './store/database.ts';
import { anna, event, me, megolm, room } from './testing/examples.ts';
import { ScriptedServer } from './testing/scripted-server.ts';

const messages = /\/messages$/;
const written = 1_000_000_000;
const hour = 3_600_000;
const item: OutboxItem = {
  transaction: 't1' as TransactionId,
  room,
  order: 1,
  at: written,
  type: 'm.room.message',
  content: { body: 'once' },
  failed: null
};
const mine = (name: string, more: Partial<RawEvent> = {}) =>
  event(name, { sender: me, origin_server_ts: written + 1000, ...more });
const sealed = (name: string, more: Partial<RawEvent> = {}) =>
  mine(name, { type: 'm.room.encrypted', content: megolm, ...more });

/** What `find` says of a room whose history has these pages, newest event first. */
async function find(pages: readonly (readonly RawEvent[])[], opened: Record<string, Opened> = {}) {
  const zone = new ScriptedServer();
  zone.on('GET', messages, ({ query }) => {
    const at = Number(query.get('from') ?? 0);
    return { chunk: pages[at] ?? [], ...(at + 1 < pages.length && { end: String(at + 1) }) };
  });
  const open = vi.fn(async (_room: unknown, raw: RawEvent) => opened[raw.event_id] ?? { cause: 'no-key' });
  const past = new OwnPast(
    { server: zone.server, crypto: async () => ({ open }) as unknown as Crypto, me },
    new AbortController().signal
  );
  return { found: await past.find(item), zone, open };
}

const named = { [source]: 't1' };

describe('one’s own event of a sending', () => {
  it('is found by the name in its content, from the newest back', async () => {
    const { found, zone } = await find([[mine('$3')], [mine('$2', { content: named }), mine('$1')]]);
    expect(found).toEqual({ event: '$2' });
    expect(zone.log[0]?.query.get('from')).toBeNull();
    expect(JSON.parse(zone.log[0]?.query.get('filter') ?? '')).toMatchObject({ senders: [me] });
  });

  it('is found by its transaction where the server still tells it', async () => {
    const { found } = await find([[mine('$1', { unsigned: { transaction_id: 't1' } })]]);
    expect(found).toEqual({ event: '$1' });
  });

  it('is found inside what is encrypted', async () => {
    const { found } = await find([[sealed('$2'), sealed('$1')]], {
      $2: { type: 'm.room.message', content: {} },
      $1: { type: 'm.room.message', content: named }
    });
    expect(found).toEqual({ event: '$1' });
  });

  it('is not what another says under its name', async () => {
    const { found } = await find([[event('$1', { sender: anna, content: named, origin_server_ts: written })]]);
    expect(found).toBe('not-sent');
  });

  it('is not there where the history is whole and readable, and no further than when it was written', async () => {
    expect((await find([[mine('$2')], [mine('$1')]])).found).toBe('not-sent');
    const early = mine('$1', { origin_server_ts: written - 25 * hour });
    const { found, zone } = await find([[mine('$2'), early], [mine('$0', { content: named })]]);
    expect([found, zone.log.length]).toEqual(['not-sent', 1]);
  });

  it('may be one that cannot be read, unless that is older', async () => {
    expect((await find([[sealed('$1')]])).found).toBe('unknown');
    expect((await find([[sealed('$1', { origin_server_ts: written - hour })]])).found).toBe('not-sent');
  });

  it('is not looked for without end', async () => {
    const pages = Array.from({ length: 50 }, (_, at) => [mine(`$${at}`)]);
    const { found, zone } = await find(pages);
    expect([found, zone.log.length]).toEqual(['unknown', 10]);
  });
});
