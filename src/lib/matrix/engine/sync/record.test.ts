import { describe, expect, it } from 'vitest';
import { anna, berta, event, id, me, megolm, member, room, state, update } from '../testing/examples.ts';
import { nothingUnread } from '../unread/unread.ts';
import { fold, foldReceipts, huskOf, withSaid, type RoomRecord } from './record.ts';
import type { RoomUpdate } from './wire.ts';

const folded = (more: Partial<RoomUpdate>, old?: RoomRecord) => fold(old, room, update(more), me);
const joined = folded({ initial: true, required_state: [member(me, 'join')] });

describe('a room of an answer', () => {
  it('becomes a record with all that was told', () => {
    const record = folded({
      initial: true,
      name: 'The square',
      is_dm: true,
      bump_stamp: 7,
      joined_count: 3,
      invited_count: 1,
      heroes: [{ user_id: anna, displayname: 'Anna' }, { user_id: berta }],
      required_state: [
        member(me, 'join'),
        member(anna, 'join', { name: 'Anna' }),
        state('$t', 'm.room.topic', { topic: 'Bread' }),
        state('$j', 'm.room.join_rules', { join_rule: 'public' }),
        state('$e', 'm.room.encryption', megolm)
      ],
      timeline: [event('$1'), event('$2', { type: 'm.reaction', content: {} })]
    });
    expect(record).toMatchObject({
      id: room,
      name: 'The square',
      direct: true,
      bump: 7,
      joinedCount: 3,
      invitedCount: 1,
      heroes: [
        { id: anna, name: 'Anna' },
        { id: berta, name: '' }
      ],
      membership: 'joined',
      topic: 'Bread',
      door: 'open',
      encryption: megolm,
      names: { [anna]: 'Anna' },
      last: { event_id: '$1' },
      seen: '$2'
    });
  });

  it('leaves what it does not speak of as it was', () => {
    const old = folded({ initial: true, name: 'Square', bump_stamp: 3, joined_count: 2, timeline: [event('$1')] });
    expect(folded({}, old)).toEqual(old);
  });

  it('on a limited answer keeps what is known and takes the newest', () => {
    const old = folded({ name: 'Square', timeline: [event('$1')] });
    const record = folded({ limited: true, timeline: [event('$9')] }, old);
    expect(record).toMatchObject({ name: 'Square', last: { event_id: '$9' }, seen: '$9' });
  });

  it('told anew loses a name, a topic and an open door that are no more, and keeps what we alone know', () => {
    const unread = { ...nothingUnread, hole: 4 };
    const old: RoomRecord = {
      ...folded({
        name: 'Square',
        required_state: [
          state('$t', 'm.room.topic', { topic: 'Bread' }),
          state('$j', 'm.room.join_rules', { join_rule: 'public' }),
          state('$e', 'm.room.encryption', megolm)
        ],
        timeline: [event('$1')]
      }),
      unread,
      receipts: { [me]: { event: id('$0'), at: 1 } }
    };
    expect(folded({ initial: true }, old)).toMatchObject({
      name: null,
      topic: '',
      door: 'invitation',
      encryption: megolm,
      last: { event_id: '$1' },
      unread,
      receipts: { [me]: { event: '$0', at: 1 } }
    });
  });

  it('tells of one’s own leaving, being removed, being banned and knocking by one’s own member event', () => {
    for (const [membership, as] of [
      ['leave', 'left'],
      ['ban', 'left'],
      ['knock', 'knocked'],
      ['invite', 'invited'],
      ['join', 'joined']
    ] as const) {
      expect(folded({ required_state: [member(me, membership)] }, joined).membership).toBe(as);
      expect(folded({ timeline: [member(me, membership)] }, joined).membership).toBe(as);
    }
    expect(folded({ timeline: [member(anna, 'leave')] }, joined).membership).toBe('joined');
  });

  it.each(['constructor', '__proto__', 'toString', 'JOIN', '', 5, null, {}])(
    'takes no membership but the four that there are: %j',
    (membership) => {
      const event = { ...member(me, 'join'), content: { membership } };
      expect(folded({ timeline: [event] }, joined).membership).toBe('left');
    }
  );

  it('takes malformed state for nothing', () => {
    const odd = [null, 5, [], {}, true];
    for (const value of odd) {
      const record = folded({
        required_state: [
          state('$t', 'm.room.topic', { topic: value }),
          state('$n', 'm.room.name', { name: value }),
          state('$j', 'm.room.join_rules', { join_rule: value }),
          state('$h', 'm.room.history_visibility', { history_visibility: value }),
          state('$r', 'm.room.retention', { max_lifetime: value }),
          state('$a', 'm.room.canonical_alias', { alias: value }),
          state('$p', 'm.room.avatar', { url: value }),
          member(anna, 'join', { content: { membership: 'join', displayname: value } })
        ]
      });
      expect(record).toMatchObject({ topic: '', name: null, door: 'invitation', names: { [anna]: '' } });
      expect(record.history).toBe('members');
      expect([record.address, record.photo]).toEqual([null, null]);
      expect(record.keeps).toBe(value === 5 ? 5 : null);
    }
  });

  it('does not take a state of another key for the room’s own', () => {
    const record = folded({
      required_state: [
        state('$t', 'm.room.topic', { topic: 'x' }, { state_key: 'other' }),
        state('$e', 'm.room.encryption', megolm, { state_key: anna }),
        event('$m', { type: 'm.room.topic', content: { topic: 'no state at all' } })
      ]
    });
    expect(record).toMatchObject({ topic: '', encryption: null });
  });

  it('keeps a bounded number of names, heroes and read marks, the newest', () => {
    const many = Array.from({ length: 200 }, (_, index) => member(`@u${index}:zone.test` as typeof me, 'join'));
    const heroes = Array.from({ length: 200 }, (_, index) => ({ user_id: `@u${index}:zone.test` as typeof me }));
    const record = folded({ required_state: many, heroes });
    expect(Object.keys(record.names)).toHaveLength(40);
    expect(record.names).toHaveProperty(['@u199:zone.test']);
    expect(record.heroes).toHaveLength(10);
    const marks = Object.fromEntries(many.map((one, at) => [one.sender, { event: id('$1'), at }]));
    const marked = foldReceipts(record, { [me]: { event: id('$1'), at: 0 }, ...marks }, me);
    expect(Object.keys(marked.receipts)).toHaveLength(61);
    expect(marked.receipts).toHaveProperty([me]);
  });

  it('no longer quotes a last message that was deleted, by a redaction of either style', () => {
    const old = folded({ timeline: [event('$1'), event('$2')] });
    const redaction = (more: object) => event('$r', { type: 'm.room.redaction', content: {}, ...more });
    const deleted = { event_id: '$2', content: {} };
    expect(folded({ timeline: [redaction({ redacts: '$2' })] }, old).last).toMatchObject(deleted);
    expect(folded({ timeline: [redaction({ content: { redacts: '$2' } })] }, old).last).toMatchObject(deleted);
    expect(folded({ timeline: [redaction({ content: { redacts: '$1' } })] }, old).last).toEqual(old.last);
  });
});

describe('an edit of the last message', () => {
  const words = { body: '* new', 'm.new_content': { body: 'new' } };
  const edit = (name: string, more: Record<string, unknown> = {}, of = '$1') =>
    event(name, { content: { ...words, 'm.relates_to': { rel_type: 'm.replace', event_id: of } }, ...more });
  const old = folded({ timeline: [event('$1')] });
  const editOf = (record: RoomRecord) => record.edit?.event_id ?? null;

  it('is kept, the newest, until another message comes or it is deleted', () => {
    const edited = folded(
      { timeline: [edit('$2', { origin_server_ts: 5 }), edit('$3', { origin_server_ts: 4 })] },
      old
    );
    expect([edited.last?.event_id, editOf(edited)]).toEqual(['$1', '$2']);
    expect(editOf(folded({ timeline: [event('$r', { type: 'm.reaction', content: {} })] }, edited))).toBe('$2');
    expect(editOf(folded({ timeline: [event('$4')] }, edited))).toBeNull();
    for (const gone of ['$1', '$2'])
      expect(
        editOf(folded({ timeline: [event('$5', { type: 'm.room.redaction', redacts: gone })] }, edited))
      ).toBeNull();
  });

  it('comes with the message where the server knows it', () => {
    const unsigned = { 'm.relations': { 'm.replace': edit('$2') } };
    expect(editOf(folded({ timeline: [event('$1', { unsigned })] }))).toBe('$2');
    for (const odd of [null, 5, {}, { 'm.replace': {} }, { 'm.replace': { event_id: '$0' } }])
      expect(editOf(folded({ timeline: [event('$1', { unsigned: { 'm.relations': odd } })] }))).toBeNull();
  });

  it('by another, of another kind, or of another message is none', () => {
    for (const forged of [
      edit('$2', { sender: berta }),
      edit('$2', { type: 'm.room.encrypted' }),
      edit('$2', { state_key: '' }),
      edit('$2', {}, '$0')
    ])
      expect(editOf(folded({ timeline: [forged] }, old))).toBeNull();
  });
});

describe('encryption', () => {
  const sealed = folded({ required_state: [state('$e', 'm.room.encryption', megolm)] });

  it('stays whatever is told later', () => {
    for (const content of [{}, { algorithm: 'none' }])
      expect(
        folded({ initial: true, required_state: [state('$e', 'm.room.encryption', content)] }, sealed)
      ).toMatchObject({ encryption: megolm });
  });

  it('is remembered of a conversation that one has left, and still there when one comes back', () => {
    const left: RoomRecord = { ...sealed, last: event('$1'), name: 'secret plans', membership: 'left' };
    const husk = huskOf(left);
    expect(husk).toMatchObject({ membership: 'left', encryption: megolm, last: null, name: null });
    const back = folded({ initial: true, required_state: [member(me, 'join')] }, husk ?? undefined);
    expect(back).toMatchObject({ membership: 'joined', encryption: megolm });
    expect(huskOf(joined)).toBeNull();
  });
});

describe('an invitation', () => {
  const invitation = (mine: Record<string, unknown>, ...more: object[]) => [
    ...more,
    { type: 'm.room.member', sender: berta, state_key: me, content: { membership: 'invite', ...mine } }
  ];
  const invited = (...state: object[]) => folded({ initial: true, invite_state: state as RoomUpdate['invite_state'] });

  it('says who asks us in, by which name, and whether alone', () => {
    const name = { type: 'm.room.member', sender: berta, state_key: berta, content: { displayname: 'Berta' } };
    const room = { type: 'm.room.name', sender: berta, state_key: '', content: { name: 'Club' } };
    expect(invited(...invitation({ is_direct: true }, name, room))).toMatchObject({
      membership: 'invited',
      inviter: { id: berta, name: 'Berta' },
      name: 'Club',
      direct: true
    });
  });

  it('cannot say that we are in already, nor by whom we are asked but by our own server’s word', () => {
    const forged = { type: 'm.room.member', sender: anna, state_key: me, content: { membership: 'join' } };
    expect(invited(...invitation({}, forged))).toMatchObject({ membership: 'invited', inviter: { id: berta } });
    expect(invited(forged)).toMatchObject({ membership: 'invited' });
  });

  it('without any state is one all the same', () => {
    expect(invited()).toMatchObject({ membership: 'invited', inviter: null });
  });

  it('of a sender who is nobody has no inviter', () => {
    expect(invited({ ...invitation({})[0], sender: 'nonsense' })).toMatchObject({ inviter: null });
  });

  it('that one asked for oneself is a knock', () => {
    expect(invited(...invitation({ membership: 'knock' }))).toMatchObject({ membership: 'knocked' });
  });

  it('loses its inviter once one is in', () => {
    const record = folded({ required_state: [member(me, 'join')] }, invited(...invitation({})));
    expect(record).toMatchObject({ membership: 'joined', inviter: null });
  });
});

describe('read marks', () => {
  it('only go forward', () => {
    const record = folded({ timeline: [event('$1'), event('$2')] });
    const newer = foldReceipts(record, { [anna]: { event: id('$2'), at: 20 } }, me);
    const older = foldReceipts(newer, { [anna]: { event: id('$1'), at: 10 } }, me);
    expect(older.receipts[anna]).toEqual({ event: '$2', at: 20 });
  });
});

describe('what the list says of an encrypted message', () => {
  const sealed = event('$1', { type: 'm.room.encrypted', content: { ciphertext: 'x' } });
  const words = { type: 'text', style: 'plain', text: 'a secret' } as const;
  const opened = withSaid(folded({ timeline: [sealed] }), id('$1'), words);

  it('stays with it, in short', () => {
    expect(opened.said).toEqual({ $1: words });
    expect(folded({ bump_stamp: 9 }, opened).said).toBe(opened.said);
    const long = withSaid(opened, id('$1'), { ...words, text: 'a'.repeat(5_000) });
    expect(long.said[id('$1')]).toMatchObject({ text: 'a'.repeat(300) });
  });

  it('goes with the next message, and when it is deleted', () => {
    expect(folded({ timeline: [event('$2')] }, opened).said).toEqual({});
    const deletion = event('$3', { type: 'm.room.redaction', content: { redacts: '$1' } });
    expect(folded({ timeline: [deletion] }, opened).said).toEqual({});
  });

  it('is not that of another message', () => {
    expect(withSaid(opened, id('$0'), words)).toBe(opened);
  });
});
