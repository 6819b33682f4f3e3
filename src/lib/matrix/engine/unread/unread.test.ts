import { describe, expect, it } from 'vitest';
import { anna, event, id, me, member } from '../testing/examples.ts';
import {
  reader,
  met,
  after,
  ids,
  mark,
  relates,
  inThread,
  redaction,
  reaction,
  edit
} from '../testing/unread-examples.ts';
import { meet } from './effect.ts';
import { insert, join } from './join.ts';
import { readHere, receive, seenWith } from './marks.ts';
import { advance, nothingUnread, numbersOf, settle, tear, type Unread } from './unread.ts';

describe('the numbers', () => {
  it('say how many are unread, how many of them are for me, and whether that is all', () => {
    const mention = event('$2', { content: { body: 'x', 'm.mentions': { user_ids: [me] } } });
    const call = event('$3', { type: 'm.call.invite', content: { call_id: 'c' } });
    const unread = after(event('$1'), mention, call);
    expect(numbersOf(unread)).toEqual({ count: 3, exact: true, mentions: 2 });
    expect(numbersOf({ ...unread, hole: 5 }).exact).toBe(false);
    expect(numbersOf(tear(unread, { to: id('$3'), after: 5, hides: true })).exact).toBe(false);
    expect(numbersOf(tear(unread, { to: id('$3'), after: 5, hides: false })).exact).toBe(true);
  });

  it('of more than two hundred say that there are more, and lose no mention', () => {
    const mention = event('$me', { origin_server_ts: 0, content: { body: 'x', 'm.mentions': { user_ids: [me] } } });
    const many = Array.from({ length: 300 }, (_, at) => event(`$${at}`, { origin_server_ts: at }));
    const unread = after(mention, ...many);
    expect(numbersOf(unread)).toEqual({ count: 200, exact: false, mentions: 1 });
    expect([ids(unread)[0], ids(unread).at(-1), unread.hole]).toEqual(['$me', '$299', 101]);
    expect(numbersOf(receive(unread, { all: mark('$me', 500) }, id('$299'))).exact).toBe(false);
    expect(numbersOf(receive(unread, { all: mark('$250', 500) }, id('$299')))).toMatchObject({
      count: 49,
      exact: true
    });
  });
});

describe('a read mark', () => {
  const unread = after(event('$1'), inThread('$2', '$1'), event('$3'), inThread('$4', '$1'), inThread('$5', '$3'));

  it.each([
    ['all', '$3', ['$4', '$5']],
    ['main', '$3', ['$2', '$4', '$5']],
    ['$1', '$4', ['$1', '$3', '$5']],
    ['$3', '$5', ['$1', '$2', '$3', '$4']],
    ['all', '$5', []],
    ['main', '$5', ['$2', '$4', '$5']]
  ])('over %s at %s leaves %j', (scope, at, left) => {
    expect(ids(receive(unread, { [scope]: mark(at, 1) }, id('$5')))).toEqual(left);
  });

  it('that is older than one that is known says nothing', () => {
    const newer = receive(unread, { all: mark('$2', 9) }, id('$5'));
    expect(receive(newer, { all: mark('$5', 3) }, id('$5'))).toBe(newer);
  });

  it('of this device counts at once, and is no word of the server’s', () => {
    const here = readHere(unread, id('$3'), id('$5'));
    expect(ids(here)).toEqual(['$4', '$5']);
    expect(here.marks.all).toBeUndefined();
    expect(ids(receive(here, { all: mark('$5', 1) }, id('$5')))).toEqual([]);
  });
});

describe('what one has seen with a message', () => {
  const ring = event('$3', { type: 'm.call.invite', content: { call_id: 'c' } });
  const newest = { last: event('$2'), seen: id('$9') };

  it('are calls behind it, and no message', () => {
    expect(seenWith(after(event('$2'), ring), id('$2'), newest)).toBe('$3');
    expect(seenWith(after(ring), id('$2'), newest)).toBe('$3');
    expect(seenWith(after(event('$1'), event('$2'), ring), id('$1'), newest)).toBe('$1');
    expect(seenWith(after(event('$2')), id('$2'), newest)).toBe('$2');
  });

  it('is what nobody could read back, where it is the last one', () => {
    const holed = { ...nothingUnread, hole: 5 };
    expect(seenWith(holed, id('$2'), newest)).toBe('$9');
    expect(seenWith(holed, id('$1'), newest)).toBe('$1');
    expect(numbersOf(readHere(holed, seenWith(holed, id('$2'), newest), newest.seen)).exact).toBe(true);
  });
});

describe('badges that stick elsewhere', () => {
  const clean = (unread: Unread) => expect(numbersOf(unread)).toEqual({ count: 0, exact: true, mentions: 0 });

  it('threads read on another device (element-web 21481)', () => {
    const unread = after(inThread('$1', '$0'), inThread('$2', '$0'), inThread('$4', '$3'));
    clean(receive(unread, { $0: mark('$2', 1), $3: mark('$4', 2) }, id('$4')));
  });

  it('a thread at the end of a room that is marked as read (element-web 25893)', () => {
    clean(receive(after(event('$1'), inThread('$2', '$1')), { all: mark('$2', 1) }, id('$2')));
  });

  it('the edit of the last message in a thread, and the mark at the edit (element-web 25482)', () => {
    clean(receive(after(inThread('$1', '$0'), edit('$2', '$1')), { $0: mark('$2', 1) }, id('$2')));
  });

  it('the edit of a mention that one has answered (element-web 10345)', () => {
    const mention = event('$1', { content: { body: 'x', 'm.mentions': { user_ids: [me] } } });
    const again = event('$3', { content: { ...relates('m.replace', '$1'), 'm.mentions': { user_ids: [me] } } });
    clean(after(mention, event('$2', { sender: me }), again));
  });

  it('a deleted message in a thread, and a deleted root (element-web 26933, 25480)', () => {
    clean(after(inThread('$1', '$0'), redaction('$2', '$1')));
    clean(receive(after(event('$0'), inThread('$1', '$0'), redaction('$2', '$0')), { $0: mark('$1', 1) }, id('$2')));
  });

  it('a newest event that nobody sees: a reaction, an edit, a new name (element-x-ios 1479, synapse 17247)', () => {
    for (const last of [reaction('$2', '$1'), edit('$2', '$1'), member(anna, 'join', { event_id: id('$2') })])
      clean(receive(after(event('$1'), last), { all: mark('$2', 1) }, id('$2')));
  });

  it('what comes behind one’s own message and is no message (matrix-js-sdk 5525)', () => {
    clean(
      after(event('$1'), event('$2', { sender: me }), reaction('$3', '$2'), edit('$4', '$1'), member(anna, 'leave'))
    );
  });

  it('marks over all and over main at one event, in either order (iamb 451)', () => {
    const unread = after(event('$1'));
    for (const [one, other] of [
      ['all', 'main'],
      ['main', 'all']
    ] as const)
      clean(receive(receive(unread, { [one]: mark('$1', 5) }, id('$1')), { [other]: mark('$1', 3) }, id('$1')));
  });

  it('a mark that comes before its event', () => {
    const early = receive(after(event('$1')), { all: mark('$3', 5) }, id('$1'));
    clean(advance(early, met(event('$2'), event('$3'))));
  });

  it('what is sealed and turns out to be no message (matrix-react-sdk 1763)', () => {
    const raw = event('$1', { type: 'm.room.encrypted', content: { ciphertext: 'x' } });
    const opened = meet(raw, { type: 'm.reaction', content: relates('m.annotation', '$0') }, reader);
    clean(settle(after(raw), opened));
  });

  it('the same events told twice (element-web 25803)', () => {
    expect(numbersOf(advance(after(event('$1')), met(event('$1')))).count).toBe(1);
  });

  it('a hole that nobody reads back: whoever reads on behind it has let it go', () => {
    const holed = { ...after(inThread('$1', '$0'), event('$9', { origin_server_ts: 90 })), hole: 50 };
    expect(numbersOf(receive(holed, { main: mark('$9', 99) }, id('$9')))).toMatchObject({ count: 1, exact: true });
    clean(receive(holed, { all: mark('$9', 99) }, id('$9')));
  });
});

describe('a call', () => {
  const ring = (name: string, call = 'c') => event(name, { type: 'm.call.invite', content: { call_id: call } });
  const answer = (name: string, call = 'c') =>
    event(name, { type: 'm.call.answer', sender: me, content: { call_id: call } });

  it('that one answered was not missed, and reads nothing else; another one was', () => {
    expect(ids(after(event('$1'), ring('$2'), ring('$3', 'd'), answer('$4')))).toEqual(['$1', '$3']);
  });

  it('that is opened after its answer was not missed either', () => {
    const sealed = event('$1', { type: 'm.room.encrypted', content: { ciphertext: 'x' } });
    const late = meet(sealed, { type: 'm.call.invite', content: { call_id: 'c' } }, reader);
    expect(ids(settle(after(sealed, answer('$2')), late))).toEqual([]);
  });
});

describe('one’s own sealed event', () => {
  const sealed = event('$2', { type: 'm.room.encrypted', sender: me, content: { ciphertext: 'x' } });
  const unread = after(event('$1'), sealed, event('$3'));
  const opened = (type: string, content: Record<string, unknown>) =>
    settle(unread, meet(sealed, { type, content }, reader));

  it('reads what stood before it once it turns out to be a message, and nothing where it is none', () => {
    expect(numbersOf(unread).count).toBe(2);
    expect(ids(opened('m.room.message', { body: 'x' }))).toEqual(['$3']);
    expect(ids(opened('m.call.answer', { call_id: 'c' }))).toEqual(['$1', '$3']);
  });
});

describe('what was read back', () => {
  const gap = { to: id('$1'), after: 1, hides: true };

  it('lies between what was known and what came since', () => {
    const before = advance(tear(after(event('$1')), gap), met(event('$5')));
    const now = advance(before, met(event('$6')));
    const joined = join(now, met(event('$2'), reaction('$3', '$2'), event('$4'), event('$5')), before, true);
    expect([ids(joined), numbersOf(joined).exact]).toEqual([['$1', '$2', '$4', '$5', '$6'], true]);
  });

  it('is covered by the mark in it, with all before', () => {
    const before = receive(advance(tear(after(event('$1')), gap), met(event('$5'))), { all: mark('$3', 5) }, id('$5'));
    expect(ids(join(before, met(event('$2'), reaction('$3', '$2'), event('$4'), event('$5')), before, true))).toEqual([
      '$4',
      '$5'
    ]);
  });

  it('and does not reach far enough, leaves a hole; a mark further back goes by its time', () => {
    const before = receive(
      advance(tear(after(event('$1')), gap), met(event('$5'))),
      { all: mark('$0', 1000) },
      id('$5')
    );
    const joined = join(
      before,
      met(event('$4', { origin_server_ts: 1001 }), event('$5', { origin_server_ts: 1002 })),
      before,
      false
    );
    expect([ids(joined), numbersOf(joined).exact]).toEqual([['$4', '$5'], false]);
  });

  it('for a mark that is too far back leaves no hole where nothing was missing', () => {
    const before = receive(after(event('$5', { origin_server_ts: 9 })), { all: mark('$0', 5) }, id('$9'));
    expect(numbersOf(join(before, met(event('$5', { origin_server_ts: 9 })), before, false))).toMatchObject({
      count: 1,
      exact: true
    });
  });

  it('takes in a mention that the server alone knows, at its time', () => {
    const unread = after(event('$1', { origin_server_ts: 1 }), event('$9', { origin_server_ts: 9 }));
    const mention = { id: id('$5'), at: 5, thread: null, kind: 'mention' as const };
    expect(ids(insert(insert(unread, mention), mention))).toEqual(['$1', '$5', '$9']);
  });
});
