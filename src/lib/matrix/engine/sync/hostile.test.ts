import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { RoomId } from '../../values.ts';
import { anna, me, megolm, room, state, update } from '../testing/examples.ts';
import { meet } from '../unread/effect.ts';
import { advance } from '../unread/unread.ts';
import { fold, readerOf } from './record.ts';
import { response, type RoomUpdate } from './wire.ts';

const folded = (more: Partial<RoomUpdate>) => fold(undefined, room, update(more), me);

describe('what a hostile server or person sends', () => {
  const odd = fc.jsonValue({ maxDepth: 3 });
  const word = fc.oneof(
    fc.constantFrom(
      ...['m.room.encryption', 'm.room.member', 'm.room.topic', 'm.room.message', 'm.room.redaction'],
      ...['__proto__', 'constructor', '', me, anna, 'join', 'invite', 'leave', '$1']
    ),
    fc.string()
  );
  const oddEvent = fc.record(
    {
      event_id: fc.oneof(word, odd),
      type: fc.oneof(word, odd),
      sender: fc.oneof(fc.constantFrom(me, anna), odd),
      origin_server_ts: fc.oneof(fc.constantFrom(1e308, -1, 9e15), fc.nat(), odd),
      state_key: fc.oneof(word, odd),
      content: fc.oneof(
        fc.dictionary(fc.oneof(word, fc.constantFrom('membership', 'displayname', 'redacts')), word),
        odd
      ),
      unsigned: odd
    },
    { requiredKeys: [] }
  );
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: odd });
  const oddRoom = fc.record(
    {
      name: maybe(word),
      heroes: maybe(fc.array(fc.record({ user_id: maybe(fc.constant(anna)), displayname: odd }))),
      initial: maybe(fc.boolean()),
      limited: maybe(fc.boolean()),
      is_dm: maybe(fc.boolean()),
      bump_stamp: maybe(fc.double()),
      joined_count: odd,
      invited_count: odd,
      prev_batch: odd,
      required_state: maybe(fc.array(oddEvent, { maxLength: 4 })),
      timeline: maybe(fc.array(oddEvent, { maxLength: 4 })),
      invite_state: maybe(fc.array(oddEvent, { maxLength: 4 }))
    },
    { requiredKeys: [] }
  );

  it('never throws, never un-encrypts, and gives records that the store can keep', () => {
    fc.assert(
      fc.property(fc.array(maybe(oddRoom), { minLength: 1, maxLength: 5 }), fc.boolean(), (updates, sealedFirst) => {
        let record = sealedFirst ? folded({ required_state: [state('$e', 'm.room.encryption', megolm)] }) : folded({});
        for (const one of updates) {
          const before = record.encryption;
          const answer = v.parse(response, JSON.parse(JSON.stringify({ pos: '1', rooms: { [room]: one } })));
          const told = Object.entries(answer.rooms)[0];
          if (!told) continue;
          record = fold(record, told[0] as RoomId, told[1], me);
          const reader = readerOf(record, me);
          const met = told[1].timeline.map((raw) => meet(raw, undefined, reader));
          record = { ...record, unread: advance(record.unread, met) };
          if (before) expect(record.encryption).toEqual(before);
        }
        expect(structuredClone(record)).toEqual(record);
        expect(['joined', 'invited', 'knocked', 'left']).toContain(record.membership);
      }),
      { numRuns: 500 }
    );
  }, 30_000);
});
