import { describe, expect, it } from 'vitest';
import { AccountData } from '../sync/account-data.ts';
import type { Server } from '../server.ts';
import { me } from '../testing/examples.ts';
import { Failure } from '../../failure.ts';
import type { RoomId } from '../../values.ts';
import { notifyIn, rulesType, setNotify } from './notify.ts';

const room = '!a:zone.test' as RoomId;
const override = (id: string, more: Record<string, unknown> = {}) => ({
  rule_id: id,
  default: false,
  enabled: true,
  conditions: [{ kind: 'event_match', key: 'room_id', pattern: id }],
  actions: [],
  ...more
});
const ofRoom = (id: string, more: Record<string, unknown> = {}) => ({
  rule_id: id,
  default: false,
  enabled: true,
  actions: [],
  ...more
});
const rules = (global: Record<string, unknown>) => ({ global });

describe('of what one wants to hear', () => {
  it('is read as Element writes it, old and new', () => {
    const read = notifyIn(
      rules({
        override: [override('!muted:a'), override('!old:a', { actions: ['dont_notify'] })],
        room: [ofRoom('!some:a'), ofRoom('!older:a', { actions: ['dont_notify'] }), ofRoom('!muted:a')]
      })
    );
    expect(Object.fromEntries(read)).toEqual({
      '!muted:a': 'nothing',
      '!old:a': 'nothing',
      '!some:a': 'mentions',
      '!older:a': 'mentions'
    });
  });

  it('takes no other rule for one: a loud one, one that is off, one with more conditions', () => {
    const loud = ['notify', { set_tweak: 'sound', value: 'default' }];
    const one = { kind: 'event_match', key: 'room_id', pattern: '!c:a' };
    const read = notifyIn(
      rules({
        override: [
          override('!a:a', { actions: loud }),
          override('!b:a', { enabled: false }),
          override('!c:a', { conditions: [one, { kind: 'event_match', key: 'type', pattern: 'm.call.invite' }] }),
          override('.m.rule.master', { conditions: [] })
        ],
        room: [ofRoom('!d:a', { actions: loud }), ofRoom('!e:a', { enabled: false })]
      })
    );
    expect([...read]).toEqual([]);
  });

  it.each([
    undefined,
    {},
    { global: null },
    { global: 5 },
    rules({ override: null, room: {} }),
    rules({ override: [null, 5, {}, { rule_id: 7, actions: [] }], room: [null, { rule_id: 'x', actions: [] }] }),
    rules({ override: [{ rule_id: '!a', actions: [], conditions: [null] }] })
  ])('makes nothing of what makes no sense: %j', (content) => {
    expect([...notifyIn(content)]).toEqual([]);
  });

  function asked(content: Record<string, unknown> = {}) {
    const calls: string[] = [];
    const server = {
      call: async (method: string, path: string, _schema: unknown, request?: { body?: unknown }) => {
        const [, kind] = /global\/(.*)$/.exec(decodeURIComponent(path)) ?? [];
        calls.push(`${method} ${kind}${request?.body ? ` ${JSON.stringify(request.body)}` : ''}`);
        if (method === 'DELETE' && kind?.startsWith('room/')) throw new Failure('not-found');
        return {};
      }
    } as unknown as Server;
    const accountData = new AccountData(server, me, [{ type: rulesType, content }]);
    return { calls, set: (notify: 'all' | 'mentions' | 'nothing') => setNotify(room, notify, { server, accountData }) };
  }
  const silence = `{"conditions":[{"kind":"event_match","key":"room_id","pattern":"${room}"}],"actions":[]}`;

  it('is written as the other clients read it, and what is not there need not be taken away', async () => {
    const { calls, set } = asked();
    await set('nothing');
    await set('mentions');
    await set('all');
    expect(calls).toEqual([
      `PUT override/${room} ${silence}`,
      `PUT room/${room} {"actions":[]}`,
      `DELETE override/${room}`,
      `DELETE room/${room}`,
      `DELETE override/${room}`
    ]);
  });

  it('switches on a rule that was off', async () => {
    const { calls, set } = asked(rules({ override: [override(room, { enabled: false })] }));
    await set('nothing');
    expect(calls[1]).toBe(`PUT override/${room}/enabled {"enabled":true}`);
  });
});
