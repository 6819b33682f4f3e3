import type { EventId, RoomId } from '../../src/lib/matrix/values.ts';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import { Account, patiently } from '../lab/account.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { Browsers } from './browsers.ts';
import type { Posted, Stage } from './stage.ts';

function written(event: Posted): [type: string, content: Record<string, unknown>] {
  if (event.type === 'call') {
    const offer = { type: 'offer', sdp: 'v=0' };
    return ['m.call.invite', { call_id: crypto.randomUUID(), party_id: '1', version: '1', lifetime: 60_000, offer }];
  }
  const mentions = event.of === 'room' ? { room: true } : { user_ids: [event.of] };
  return ['m.room.message', { msgtype: 'm.text', body: event.text, 'm.mentions': mentions }];
}

/** A real zone, started as anybody starts one. */
export async function setUp(): Promise<Stage> {
  const local = await openLocal();
  const zone = await Zone.local(local.host);
  const browsers = new Browsers();
  return {
    zone: 'localhost',
    browser: () => browsers.open(zone.origin),
    cut: async (browser) => {
      browsers.network(browser).cut();
      return async () => browsers.network(browser).restore();
    },
    otherClient: async ({ name, password }) => {
      const client = await Account.signIn({ origin: zone.origin, host: local.host }, name, password);
      const put = async (room: string, what: string, content: Record<string, unknown>) => {
        const path = `/v3/rooms/${encodeURIComponent(room)}/${what}/${crypto.randomUUID()}`;
        return (await patiently(() => client.call<{ event_id: EventId }>('PUT', path, content))).event_id;
      };
      const words = (body: string) => ({ msgtype: 'm.text', body });
      return {
        say: (room, text) => put(room, 'send/m.room.message', words(text)),
        react: (room, to, key) =>
          put(room, 'send/m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: to, key } }),
        edit: (room, of, text) =>
          put(room, 'send/m.room.message', {
            ...words(`* ${text}`),
            'm.new_content': words(text),
            'm.relates_to': { rel_type: 'm.replace', event_id: of }
          }),
        delete: (room, of) => put(room, `redact/${encodeURIComponent(of)}`, {}),
        place: (name, rooms) => {
          const children = rooms.map((id, at) => ({
            type: 'm.space.child',
            state_key: id,
            content: { via: ['localhost'], order: String(at) }
          }));
          const form = { name, creation_content: { type: 'm.space' }, initial_state: children };
          return patiently(() => client.createRoom(form)) as Promise<RoomId>;
        }
      };
    },
    post: async ({ browser, id }, room, event) => {
      const { outbox } = await browsers.engine(browser).running(id);
      await outbox.add(room, ...written(event), newTransaction());
    },
    revoke: async ({ name, password }) => {
      const elsewhere = await Account.signIn({ origin: zone.origin, host: local.host }, name, password);
      await elsewhere.call('POST', '/v3/logout/all', {});
    },
    rest: () => browsers.close(),
    stop: async () => {
      await browsers.close();
      await local.close();
    }
  };
}
