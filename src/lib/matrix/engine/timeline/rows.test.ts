import { describe, expect, it } from 'vitest';
import type { Row, TransactionId, UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import type { Opened } from '../crypto/crypto.ts';
import { anna, berta, event, id, me, member, redaction, room } from '../testing/examples.ts';
import { isSilent, type Entry } from './entry.ts';
import { Namebook } from './namebook.ts';
import { Relations } from './relations.ts';
import { Rows, type Echo, type RowsInput } from './rows.ts';

const plain = (raw: RawEvent): Entry => ({ raw, opened: { type: raw.type, content: raw.content } });
/** An encrypted event that has been opened, or has not. */
const sealed = (name: string, opened: Opened, more: Partial<RawEvent> = {}): Entry => ({
  raw: event(name, { type: 'm.room.encrypted', content: { ciphertext: 'x' }, ...more }),
  opened
});
const words = (body: string) => ({ type: 'm.room.message', content: { msgtype: 'm.text', body } });
const editing = (target: string, body: string) => ({
  msgtype: 'm.text',
  body: `* ${body}`,
  'm.new_content': { msgtype: 'm.text', body },
  'm.relates_to': { rel_type: 'm.replace', event_id: target }
});
const edit = (name: string, target: string, body: string, more: Partial<RawEvent> = {}) =>
  event(name, { content: editing(target, body), ...more });

const entriesOf = (events: readonly (RawEvent | Entry)[]): Entry[] =>
  events.map((event) => ('raw' in event ? (event as Entry) : plain(event as RawEvent)));
const input = (entries: readonly Entry[], more: Partial<RowsInput> = {}): RowsInput => ({
  lines: entries.filter((entry) => !isSilent(entry)),
  echoes: [],
  keys: new Map(),
  receipts: {},
  sealed: false,
  live: true,
  ...more
});
/** As a timeline has them that has taken these events in. */
const start = (entries: readonly Entry[]) => {
  const [book, relations] = [new Namebook(), new Relations()];
  for (const entry of entries) relations.take(entry);
  return { book, relations, rows: new Rows(me, book, relations) };
};
const rows = (events: readonly (RawEvent | Entry)[], more: Partial<RowsInput> = {}) => {
  const entries = entriesOf(events);
  return start(entries).rows.of(input(entries, more));
};
const message = (row: Row | undefined) => {
  if (row?.kind !== 'message') throw new Error('no message');
  return row;
};
const said = (row: Row | undefined) => {
  const { body } = message(row);
  return body.type === 'text' ? body.text : body.type;
};
const bodies = (entries: readonly (RawEvent | Entry)[]) => rows(entries).map(said);

describe('an edit', () => {
  it('changes what its own sender said, and is no line of its own', () => {
    const [row, ...more] = rows([event('$1'), edit('$2', '$1', 'better')]);
    expect([said(row), message(row).edited, more]).toEqual(['better', true, []]);
    expect(message(rows([event('$1')])[0]).edited).toBe(false);
  });

  it('of somebody else is nothing', () => {
    expect(bodies([event('$1'), edit('$2', '$1', 'forged', { sender: berta })])).toEqual(['$1']);
  });

  it('the latest one holds, whichever came last', () => {
    const [old, recent] = [
      edit('$2', '$1', 'old', { origin_server_ts: 5 }),
      edit('$3', '$1', 'recent', { origin_server_ts: 9 })
    ];
    expect(bodies([event('$1'), old, recent])).toEqual(['recent']);
    expect(bodies([event('$1'), recent, old])).toEqual(['recent']);
  });

  it('of an edit is nothing, and a circle of them is nothing at all', () => {
    expect(bodies([event('$1'), edit('$2', '$1', 'first'), edit('$3', '$2', 'chained')])).toEqual(['first']);
    expect(bodies([edit('$1', '$2', 'a'), edit('$2', '$1', 'b'), edit('$3', '$3', 'c')])).toEqual([]);
  });

  it('that was itself deleted no longer counts', () => {
    expect(bodies([event('$1'), edit('$2', '$1', 'regretted'), redaction('$2')])).toEqual(['$1']);
  });

  it.each([null, 5, 'x', {}, [], undefined])('with a new content that is none is nothing: %j', (content) => {
    const odd = event('$2', { content: { ...editing('$1', 'x'), 'm.new_content': content } });
    expect(bodies([event('$1'), odd])).toEqual(['$1']);
  });

  it('before its original, and without it, is no line either', () => {
    expect(bodies([edit('$2', '$1', 'early'), event('$1')])).toEqual(['early']);
    expect(bodies([edit('$2', '$gone', 'lost')])).toEqual([]);
  });

  it('in the state of a room is none', () => {
    expect(bodies([event('$1'), edit('$2', '$1', 'forged', { state_key: '' })])).toEqual(['$1']);
  });

  describe('of an encrypted message', () => {
    const original = sealed('$1', words('first'));
    const outside = { ciphertext: 'x', 'm.relates_to': { rel_type: 'm.replace', event_id: '$1' } };

    it('counts when it is encrypted too, its relation told outside or inside', () => {
      const inner = { type: 'm.room.message', content: editing('$1', 'better') };
      expect(bodies([original, sealed('$2', inner, { content: outside })])).toEqual(['better']);
      expect(bodies([original, sealed('$2', inner)])).toEqual(['better']);
      const { 'm.relates_to': _, ...bare } = editing('$1', 'better');
      expect(bodies([original, sealed('$2', { type: 'm.room.message', content: bare }, { content: outside })])).toEqual(
        ['better']
      );
    });

    it('in clear is nothing: a server could have written it', () => {
      expect(bodies([original, edit('$2', '$1', 'forged')])).toEqual(['first']);
    });

    it('that cannot be read leaves the original, and no line', () => {
      expect(bodies([original, sealed('$2', { cause: 'waiting' }, { content: outside })])).toEqual(['first']);
    });
  });
});

describe('a deletion', () => {
  it('of either style leaves the place of a message, and nothing of its words', () => {
    expect(bodies([event('$1'), redaction('$1')])).toEqual(['deleted']);
    expect(bodies([event('$1'), redaction(undefined, { content: {}, redacts: '$1' })])).toEqual(['deleted']);
    expect(bodies([event('$1', { content: {} })])).toEqual(['deleted']);
  });

  it('also of an encrypted one, read or not, loaded with its content or without', () => {
    expect(bodies([sealed('$1', words('secret')), redaction('$1')])).toEqual(['deleted']);
    expect(bodies([sealed('$1', { cause: 'no-key' }), redaction('$1')])).toEqual(['deleted']);
    expect(bodies([sealed('$1', { cause: 'waiting' }, { content: {} })])).toEqual(['deleted']);
    const told = { unsigned: { redacted_because: {} } };
    expect(bodies([sealed('$1', { cause: 'waiting' }, told)])).toEqual(['deleted']);
  });

  it('is not undone by an edit', () => {
    const [row] = rows([event('$1'), edit('$2', '$1', 'still here'), redaction('$1')]);
    expect([said(row), message(row).edited]).toEqual(['deleted', false]);
    expect(bodies([event('$1', { content: {} }), edit('$2', '$1', 'still here')])).toEqual(['deleted']);
  });

  it('of what is no line leaves none', () => {
    const reaction = event('$2', { type: 'm.reaction', content: { 'm.relates_to': { rel_type: 'm.annotation' } } });
    expect(bodies([reaction, redaction('$2')])).toEqual([]);
  });

  it.each([null, 5, {}, ['$1'], undefined])('of what is no event is nothing: %j', (target) => {
    expect(bodies([event('$1'), redaction(target)])).toEqual(['$1']);
  });
});

describe('what cannot be read', () => {
  it.each(['waiting', 'no-key', 'before-joining'] as const)('says why: %s', (cause) => {
    expect(message(rows([sealed('$1', { cause })])[0]).body).toEqual({ type: 'unreadable', cause });
  });
});

describe('delivery of one’s own', () => {
  const own = (name: string, at = 1000) => event(name, { sender: me, origin_server_ts: at });
  const delivery = (rows: readonly Row[]) => rows.map((row) => (row.kind === 'message' ? row.delivery : 'notice'));
  const echo = (more: Partial<Echo>): Echo => ({
    transaction: 't1' as TransactionId,
    room,
    order: 1,
    at: 5,
    type: 'm.room.message',
    content: { msgtype: 'm.text', body: 'mine' },
    failed: null,
    sending: false,
    event: null,
    ...more
  });

  it('is queued, sending, sent or failed with its reason', () => {
    const of = (more: Partial<Echo>) => delivery(rows([], { echoes: [echo(more)] }))[0];
    expect(of({})).toBe('queued');
    expect(of({ sending: true })).toBe('sending');
    expect(of({ event: id('$1') })).toBe('sent');
    expect(of({ failed: 'forbidden' })).toEqual({ failed: 'forbidden' });
  });

  it('is read up to the mark of another, and not by one’s own', () => {
    const mine = [own('$1'), own('$2'), own('$3')];
    const marked = (user: UserId, name: string) =>
      delivery(rows(mine, { receipts: { [user]: { event: id(name), at: 0 } } }));
    expect(marked(anna, '$2')).toEqual(['read', 'read', 'sent']);
    expect(marked(me, '$3')).toEqual(['sent', 'sent', 'sent']);
  });

  it('goes by the time of a mark at an event that is not here', () => {
    const mine = [own('$1', 10), own('$2', 20), own('$3', 30)];
    const receipts = { [anna]: { event: id('$x'), at: 20 }, [berta]: { event: id('$y'), at: 5 } };
    expect(delivery(rows(mine, { receipts }))).toEqual(['read', 'read', 'sent']);
  });

  it('is read by whoever wrote after it; a change of the room says nothing', () => {
    expect(delivery(rows([own('$1'), event('$2'), own('$3')]))).toEqual(['read', null, 'sent']);
    expect(delivery(rows([own('$1'), member(anna, 'join')]))).toEqual(['sent', 'notice']);
  });

  it('is nobody’s business of others’ messages', () => {
    expect(delivery(rows([event('$1')], { receipts: { [berta]: { event: id('$1'), at: 5 } } }))).toEqual([null]);
  });

  it('an echo stands behind all that happened, and its row keeps its key when its event comes', () => {
    const [, before] = rows([event('$1')], { echoes: [echo({ sending: true })] });
    const keys = new Map([[id('$2'), 't1' as TransactionId]]);
    const [, after] = rows([event('$1'), own('$2')], { keys });
    expect([before?.key, after?.key, message(after).transaction]).toEqual(['t1', 't1', 't1']);
    expect(rows([event('$1'), own('$2')], { keys, echoes: [echo({})] })).toHaveLength(2);
  });
});

describe('rows', () => {
  const lines = [event('$1'), event('$2', { sender: me }), event('$3')].map(plain);

  it('are made once: the same list where nothing changed, the same rows where another did', () => {
    const { rows, relations } = start(lines);
    const first = rows.of(input(lines));
    expect(rows.of(input(lines))).toBe(first);
    const edited = plain(edit('$4', '$1', 'better'));
    relations.take(edited);
    const then = rows.of(input([...lines, edited]));
    expect([then[0] === first[0], then[1] === first[1], then[2] === first[2]]).toEqual([false, true, true]);
    expect(then).toHaveLength(3);
  });

  it('of others stay the same when somebody is called otherwise', () => {
    const { rows, book } = start(lines);
    const first = rows.of(input(lines));
    book.learn([member(anna, 'join', { name: 'Annie' })]);
    const then = rows.of(input(lines));
    expect(then.map((row, index) => row === first[index])).toEqual([false, true, false]);
  });
});

it('is cheap where ten thousand have reacted', () => {
  const reactions = Array.from({ length: 10_000 }, (_, at) =>
    event(`$r${at}`, {
      type: 'm.reaction',
      sender: `@u${at}:zone.test` as UserId,
      content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$1', key: '🥖' } }
    })
  );
  const receipts = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [`@u${at}:zone.test`, { event: id(`$gone${at}`), at: -at }])
  );
  const entries = entriesOf([event('$1'), ...reactions]);
  const begun = performance.now();
  for (let round = 0; round < 5; round++) expect(start(entries).rows.of(input(entries, { receipts }))).toHaveLength(1);
  // A quadratic way takes seconds; this takes some ten ms a round, on a slow and busy machine more.
  expect(performance.now() - begun).toBeLessThan(2_500);
});

describe('a message that came in clear', () => {
  const encryption = event('$on', { type: 'm.room.encryption', state_key: '', content: { algorithm: 'x' } });
  const opened = sealed('$sealed', words('sealed'));
  const clear = (events: readonly (RawEvent | Entry)[], more: Partial<RowsInput> = {}) =>
    rows(events, { sealed: true, ...more }).flatMap((row) =>
      row.kind === 'message' && row.doubt === 'clear' ? [said(row)] : []
    );

  it('is told where the conversation was encrypted by then', () => {
    expect(clear([event('$before'), encryption, event('$after'), opened])).toEqual(['$after']);
    expect(clear([event('$before'), encryption, event('$after')], { sealed: false })).toEqual([]);
  });

  it('is told where encryption was turned on before what is loaded', () => {
    expect(clear([event('$1'), opened])).toEqual(['$1']);
  });

  it('is not guessed of where what is loaded lies in the past', () => {
    expect(clear([event('$1'), event('$2')], { live: false })).toEqual([]);
    expect(clear([event('$1'), opened, event('$2')], { live: false })).toEqual(['$2']);
  });

  it('is not the only doubt: what its opening says of a device is told, too', () => {
    const doubtful = { ...sealed('$2', words('who?')), opened: { ...words('who?'), doubt: 'device' as const } };
    const told = rows([opened, doubtful], { sealed: true });
    expect(told.map((row) => row.kind === 'message' && row.doubt)).toEqual([null, 'device']);
  });

  it('says nothing once it is deleted', () => {
    expect(clear([encryption, event('$1', { content: {} })])).toEqual([]);
  });
});
