import { until } from '../lab/process.ts';
import type { Somewhere } from './crowd.ts';

/** As much as comes in a busy hour: walks to another conversation, and messages that come between two of them. */
const switches = 100;
const messages = 20;
/** In how many conversations. */
const busy = 50;

/** An hour's messages and an hour's walks through conversations, or a `part` of it, without its pauses. */
export async function hour({ device, generated, server }: Somewhere, part = 1): Promise<void> {
  const rooms = generated.rooms.slice(-busy);
  let said = 0;
  for (let walk = 0; walk < switches * part; walk++) {
    for (let count = 0; count < messages; count++) {
      const room = rooms[said % rooms.length];
      const sender = room?.with('join').find(({ state_key }) => state_key !== generated.me.id)?.state_key;
      if (!room || !sender) throw new Error('nobody to talk to');
      server.world.say(room, sender, `message ${++said} of the hour: we meet at the well after market`);
    }
    // In one turn: the list moves with each message.
    await device.page.evaluate((walk) => {
      const rows = [...document.querySelectorAll('[data-row]:not([aria-current])')];
      return window.openConversation(rows[walk % Math.min(8, rows.length)]?.getAttribute('href') ?? '');
    }, walk);
  }
  const last = `message ${said} of the hour`;
  await until('the last message to be listed', () =>
    device.page.evaluate(
      (last) => [...document.querySelectorAll('[data-row]')].some((row) => row.textContent?.includes(last)),
      last
    )
  );
}
