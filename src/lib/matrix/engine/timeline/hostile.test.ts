import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import type { TransactionId } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { rawEvent, tolerant, type RawEvent } from '../event.ts';
import { anna, id, me, room } from '../testing/examples.ts';
import { Opener } from './entry.ts';
import { Namebook } from './namebook.ts';
import { Rows } from './rows.ts';
import { Run } from './run.ts';
import { tailOf } from './tails.ts';

const odd = fc.jsonValue({ maxDepth: 2 });
const name = fc.constantFrom('$1', '$2', '$3', 't1', '__proto__', 'constructor', '');
const word = fc.oneof(name, odd);
const relation = fc.record(
  {
    rel_type: fc.oneof(fc.constantFrom('m.replace', 'm.annotation', 'm.thread'), odd),
    event_id: word,
    key: fc.oneof(fc.constantFrom('🥖', '__proto__', 'constructor'), odd),
    'm.in_reply_to': odd
  },
  { requiredKeys: [] }
);
const content = fc.oneof(
  odd,
  fc.record(
    {
      msgtype: fc.oneof(fc.constantFrom('m.text', 'm.image', 'constructor'), odd),
      body: word,
      membership: fc.oneof(fc.constantFrom('join', 'leave', 'invite', 'ban'), odd),
      displayname: odd,
      name: odd,
      redacts: word,
      'm.relates_to': fc.oneof(relation, odd),
      'm.new_content': odd
    },
    { requiredKeys: [] }
  )
);
const types = [
  'm.room.message',
  'm.room.encrypted',
  'm.room.redaction',
  'm.room.member',
  'm.reaction',
  'm.sticker',
  'm.room.name'
];
/** What a server tells beside an event: an edit of it, or anything. */
const beside = fc.oneof(
  odd,
  fc.record({
    'm.replace': fc.record({
      event_id: word,
      type: fc.constantFrom(...types),
      sender: fc.constantFrom(me, anna),
      origin_server_ts: fc.nat(),
      content
    })
  })
);
const event = fc.record(
  {
    event_id: word,
    type: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...types) }, { weight: 1, arbitrary: odd }),
    sender: fc.constantFrom(me, anna),
    origin_server_ts: fc.oneof(fc.nat(), fc.constantFrom(-1, 9e15, 1e308)),
    state_key: fc.oneof(fc.constantFrom(anna, ''), odd),
    content,
    redacts: word,
    unsigned: fc.oneof(
      fc.record(
        { prev_content: odd, transaction_id: odd, redacted_because: odd, 'm.relations': beside },
        { requiredKeys: [] }
      ),
      odd
    )
  },
  { requiredKeys: ['event_id', 'type', 'sender', 'origin_server_ts'] }
);
const opened = fc.oneof(
  fc.constantFrom({ cause: 'waiting' as const }, null),
  fc.record({ type: fc.oneof(fc.constantFrom(...types), fc.string()), content: fc.dictionary(fc.string(), odd) })
);

it('whatever is in the events, there are rows that can be sent elsewhere and shown, each key once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(event, opened), { maxLength: 12 }),
      fc.dictionary(
        word.filter((one) => typeof one === 'string'),
        fc.record({ event: name.map(id), at: fc.nat() })
      ),
      fc.array(fc.constantFrom('t1', '$1', '$2'), { maxLength: 3 }),
      async (events, receipts, transactions) => {
        const raws = v.parse(tolerant(rawEvent), JSON.parse(JSON.stringify(events.map(([raw]) => raw))));
        const sealed = new Map(events.map(([raw, opened]) => [raw.event_id, opened ?? { cause: 'no-key' as const }]));
        const crypto = {
          open: async (_room: unknown, raw: RawEvent) => sealed.get(raw.event_id) ?? { cause: 'waiting' }
        };
        const entries = await new Opener(
          room,
          () => crypto as unknown as Crypto,
          () => undefined
        ).all(raws);
        const [book, run] = [new Namebook(), new Run()];
        book.learn(raws);
        run.append(entries);
        const keys = new Map(['$1', '$2'].map((name) => [id(name), 't1' as TransactionId]));
        const echoes = transactions.map((transaction) => ({
          ...({ room, order: 1, at: 1, type: 'm.room.message', content: {}, failed: null } as const),
          transaction: transaction as TransactionId,
          sending: false,
          event: null
        }));
        const rows = new Rows(me, book, run.relations).of({
          lines: run.lines,
          echoes,
          keys,
          receipts,
          sealed: true,
          live: false
        });
        expect(structuredClone(rows)).toEqual(rows);
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
        for (const { at } of rows) expect(() => new Date(at).toISOString()).not.toThrow();
        const { events: kept } = tailOf(room, raws, { before: null, names: {} });
        expect(kept.length).toBeLessThanOrEqual(40);
      }
    ),
    { numRuns: 300 }
  );
}, 30_000);
