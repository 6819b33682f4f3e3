/** People with few and with many conversations on a real homeserver. */
import { setTimeout as rest } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { Account } from '../lab/account.ts';
import type { Host } from '../lab/host.ts';
import type { Zone } from '../lab/zones.ts';
import { Device } from './device.ts';
import { known } from './opening.ts';

const messages = 3;
const peers = 6;
/** Requests that are on their way at the same time. */
const lanes = 4;

export class Seeded {
  readonly size: number;
  readonly device: Device;
  readonly #account: Account;

  private constructor(size: number, device: Device, account: Account) {
    this.size = size;
    this.device = device;
    this.#account = account;
  }

  /** One person for each size, all in the same zone. */
  static async all(host: Host, zone: Zone, sizes: readonly number[]): Promise<Seeded[]> {
    const place = { origin: zone.origin, host };
    const others: Account[] = [];
    for (let n = 0; n < peers; n++) others.push(await Account.register(place, `peer${n}`));
    const people: Account[] = [];
    for (const size of sizes) people.push(await Account.register(place, `person${size}`));
    unlimited(zone, [...others, ...people]);
    const seeded: Seeded[] = [];
    for (const [index, account] of people.entries()) {
      const size = sizes[index] ?? 0;
      const waiting = Array.from({ length: size }, (_, number) => number);
      const lane = async () => {
        for (let number = waiting.shift(); number !== undefined; number = waiting.shift())
          await conversation(account, others[number % peers] as Account, number);
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      seeded.push(new Seeded(size, await Device.start(host, zone.origin), account));
    }
    return seeded;
  }

  /** Ends when every conversation is known that the zone knows of. */
  async signIn(): Promise<void> {
    await this.device.signIn(this.#account);
    await this.device.used();
    const { joined_rooms: joined } = await this.#account.call<{ joined_rooms: string[] }>('GET', '/v3/joined_rooms');
    await known(this.device, joined.length);
  }

  /** Long enough for what the app does behind an opening. */
  async quiet(): Promise<void> {
    await rest(2000);
  }

  async stop(): Promise<void> {
    await this.device.stop();
  }
}

/** A quarter direct, a tenth sealed: with what nobody here can read, as a new device meets it. */
async function conversation(me: Account, other: Account, number: number): Promise<void> {
  const direct = number % 4 === 0;
  const sealed = number % 10 === 9;
  const encryption = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };
  const room = await other.createRoom({
    ...(direct ? {} : { name: `Room ${number}` }),
    preset: direct ? 'trusted_private_chat' : 'private_chat',
    is_direct: direct,
    invite: [me.id],
    initial_state: sealed ? [encryption] : []
  });
  await me.join(room);
  const content = { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'nobody has this key', session_id: `s${number}` };
  for (let count = 0; count < messages; count++) {
    if (sealed) await other.sendEvent(room, 'm.room.encrypted', content);
    else await other.send(room, `message ${count} of room ${number}: we meet at the well after market`);
  }
}

/** The zone's limits are for people: whoever makes a thousand rooms in a minute is let (Synapse, `ratelimit_override`). */
function unlimited(zone: Zone, accounts: readonly Account[]): void {
  const database = new DatabaseSync(join(zone.data, 'synapse', 'homeserver.db'), { timeout: 10_000 });
  const put = database.prepare('INSERT INTO ratelimit_override VALUES (?, 0, 0)');
  for (const { id } of accounts) put.run(id);
  database.close();
}
