import { FakeZone, type FakeBrowser } from '../../src/lib/matrix/fake/index.ts';
import type { RoomId } from '../../src/lib/matrix/values.ts';
import { matrixContract } from './matrix.contract.ts';
import type { Stage } from './stage.ts';

const doors = {
  closed: async () => new FakeZone({ registration: 'closed' }).browser(),
  byInvitation: async () => ({
    browser: new FakeZone({ registration: 'by-invitation', invitations: ['welcome'] }).browser(),
    invitation: 'welcome'
  }),
  administrator: async () => ({ browser: new FakeZone({ administratorToken: 'once' }).browser(), token: 'once' })
};

const setUp = (latency: number) => async (): Promise<Stage> => {
  const zone = new FakeZone({ name: 'zone.example' });
  return {
    zone: zone.name,
    browser: async () => zone.browser({ latency }),
    cut: async (browser) => {
      const { network } = browser as FakeBrowser;
      network.cut();
      return async () => network.restore();
    },
    post: async ({ id }, room, event) => {
      const target = zone.rooms.get(room);
      if (!target) throw new Error('no such room');
      if (event.type === 'call') zone.ring(target, id);
      else zone.say(target, id, event.text, { mentions: event.of === 'room' ? 'room' : [event.of] });
    },
    revoke: async ({ browser, id }) => (browser as FakeBrowser).revoke(id),
    otherClient: async ({ id: me }) => {
      const roomOf = (room: RoomId) => zone.rooms.get(room) ?? zone.plaza;
      return {
        say: async (room, text) => zone.say(roomOf(room), me, text).id,
        react: async (room, to, key) => zone.react(roomOf(room), me, to, key).id,
        edit: async (room, of, text) => zone.edit(roomOf(room), me, of, text).id,
        delete: async (room, of) => zone.delete(roomOf(room), me, of).id,
        place: async (name, holds) => zone.open(me, { name, holds }).id
      };
    },
    rest: async () => undefined,
    stop: async () => undefined
  };
};

for (const part of ['conversations', 'people'] as const) {
  matrixContract('the fake', setUp(0), part, doors);
  matrixContract('the fake with a slow network', setUp(7), part, doors);
}
