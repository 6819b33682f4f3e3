import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { anna, berta, event, id, me } from '../testing/examples.ts';
import { edit, ids, inThread, mark, met, reaction, redaction } from '../testing/unread-examples.ts';
import { join } from './join.ts';
import { receive } from './marks.ts';
import { isWhole, missing } from './read-back.ts';
import { advance, nothingUnread, tear, type Unread } from './unread.ts';

describe('whatever happens, in whatever pieces it is told', () => {
  type Happening = { raw: RawEvent } | { scope: 'all' | 'main' | EventId; at: number };
  const roots = [id('$a'), id('$b')];
  const happening = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        who: fc.constantFrom(anna, berta, me),
        what: fc.constantFrom('message', 'thread a', 'thread b', 'reaction', 'edit', 'redaction', 'state')
      })
    },
    {
      weight: 2,
      arbitrary: fc.record({
        scope: fc.constantFrom<('all' | 'main' | EventId)[]>('all', 'main', ...roots),
        back: fc.nat(6)
      })
    }
  );
  type Told = { who: typeof me; what: string } | { scope: 'all' | 'main' | EventId; back: number };

  function history(told: readonly Told[]): Happening[] {
    const names: string[] = [];
    return told.flatMap((one, at): Happening[] => {
      const name = `$${at}`;
      if ('scope' in one)
        return names.length === 0 ? [] : [{ scope: one.scope, at: Math.max(0, names.length - 1 - one.back) }];
      const target = names.at(-2) ?? '$none';
      names.push(name);
      const more = { sender: one.who, origin_server_ts: at };
      const made = {
        message: event(name, more),
        'thread a': inThread(name, '$a', more),
        'thread b': inThread(name, '$b', more),
        reaction: { ...reaction(name, target), ...more },
        edit: { ...edit(name, target), ...more },
        redaction: { ...redaction(name, target), ...more },
        state: event(name, { ...more, type: 'm.room.topic', state_key: '', content: {} })
      }[one.what];
      return made ? [{ raw: made }] : [];
    });
  }

  /** By the words of the specification, from the whole history. */
  function truth(all: readonly Happening[]): string[] {
    const events = all.flatMap((one) => ('raw' in one ? [one.raw] : []));
    const deleted = new Set(events.map(({ content, type }) => (type === 'm.room.redaction' ? content.redacts : null)));
    const threadOf = (raw: RawEvent) =>
      raw.content['m.relates_to'] as { rel_type: string; event_id: string } | undefined;
    const isThreaded = (raw: RawEvent) => (threadOf(raw)?.rel_type === 'm.thread' ? threadOf(raw)?.event_id : 'main');
    const isSaid = (raw: RawEvent) =>
      raw.type === 'm.room.message' && [undefined, 'm.thread'].includes(threadOf(raw)?.rel_type);
    const reads = all.flatMap((one) => ('scope' in one ? [one] : []));
    return events
      .filter((raw, at) => {
        if (!isSaid(raw) || raw.sender === me || deleted.has(raw.event_id)) return false;
        const wrote = events
          .slice(at)
          .some((later) => later.sender === me && isSaid(later) && isThreaded(later) === isThreaded(raw));
        const marked = reads.some(
          ({ scope, at: upTo }) => upTo >= at && (scope === 'all' || scope === isThreaded(raw))
        );
        return !wrote && !marked;
      })
      .map((raw) => raw.event_id);
  }

  it('what is unread is what the specification says, with gaps read back late, marks early and late', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 30 }),
        fc.array(fc.constantFrom('whole', 'last', 'fill'), { maxLength: 40 }),
        (told, ways) => {
          const all = history(told as Told[]);
          const events = all.flatMap((one) => ('raw' in one ? [one.raw] : []));
          let unread = nothingUnread;
          let [seen, waiting, ts] = [0, 0, 0];
          let fetched: { events: RawEvent[]; before: Unread } | null = null;
          const newest = () => events[seen - 1]?.event_id ?? null;
          const deliver = (way: string) => {
            if (waiting === seen) return;
            const last = way === 'last' && waiting - seen > 1 && seen > 0;
            const arrived = events.slice(last ? waiting - 1 : seen, waiting);
            if (last) unread = tear(unread, { to: id(events[seen - 1]?.event_id ?? ''), after: 0, hides: true });
            unread = advance(unread, met(...arrived));
            seen = waiting;
          };
          const fetch = () => {
            const what = missing(unread, []);
            if (!what) return;
            let from = seen;
            while (from > 0 && !isWhole(events.slice(from, seen), what, me)) from--;
            fetched = { events: events.slice(from, seen), before: unread };
          };
          const fill = () => {
            if (fetched?.before.revision === unread.revision)
              unread = join(unread, met(...fetched.events), fetched.before, true);
            fetched = null;
          };
          // The server tells of a mark only where it moves it forward.
          const told_ = new Map<string, number>();
          let step = 0;
          for (const one of all) {
            const way = ways[step++ % Math.max(1, ways.length)] ?? 'whole';
            if ('raw' in one) waiting++;
            else if ((told_.get(one.scope) ?? -1) < one.at) {
              told_.set(one.scope, one.at);
              unread = receive(unread, { [one.scope]: mark(events[one.at]?.event_id ?? '', ++ts) }, newest());
            }
            if (way === 'fill') {
              fill();
              fetch();
            } else deliver(way);
          }
          deliver('whole');
          fetch();
          fill();
          expect([ids(unread), unread.gap]).toEqual([truth(all), null]);
        }
      ),
      { numRuns: 3000 }
    );
  });
});
