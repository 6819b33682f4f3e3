/** Keys of devices and messages between them: kept and handed on, never looked into (Matrix 1.16, "End-to-end encryption"). */
import type { Content } from './room.ts';

type Keys = Readonly<Record<string, Content>>;
type Message = { readonly order: number; readonly type: string; readonly sender: string; readonly content: Content };
type Device = { keys?: Content; oneTime: Map<string, Content>; fallback: Map<string, Content>; inbox: Message[] };

const algorithmOf = (name: string): string => name.split(':')[0] ?? '';

export class Devices {
  readonly #next: () => number;
  readonly #devices = new Map<string, Map<string, Device>>();
  /** When the keys of somebody last changed. */
  readonly #changed = new Map<string, number>();
  readonly #crossSigning = new Map<string, Record<string, Content>>();

  constructor(next: () => number) {
    this.#next = next;
  }

  #of(user: string, device: string): Device {
    const all = this.#devices.get(user) ?? new Map<string, Device>();
    this.#devices.set(user, all);
    const known = all.get(device) ?? { oneTime: new Map(), fallback: new Map(), inbox: [] };
    all.set(device, known);
    return known;
  }

  remove(user: string, device: string): void {
    if (this.#devices.get(user)?.delete(device)) this.#changed.set(user, this.#next());
  }

  upload(user: string, device: string, body: Content): Record<string, number> {
    const known = this.#of(user, device);
    const { device_keys: keys, one_time_keys: oneTime, fallback_keys: fallback } = body;
    if (keys) {
      known.keys = keys as Content;
      this.#changed.set(user, this.#next());
    }
    for (const [name, key] of Object.entries((oneTime ?? {}) as Keys)) known.oneTime.set(name, key);
    for (const [name, key] of Object.entries((fallback ?? {}) as Keys)) known.fallback.set(name, key);
    return this.counts(user, device);
  }

  /** One-time keys left, by algorithm; Synapse always names the one in use. */
  counts(user: string, device: string): Record<string, number> {
    const counts: Record<string, number> = { signed_curve25519: 0 };
    for (const name of this.#of(user, device).oneTime.keys())
      counts[algorithmOf(name)] = (counts[algorithmOf(name)] ?? 0) + 1;
    return counts;
  }

  fallbackTypes(user: string, device: string): string[] {
    return [...new Set([...this.#of(user, device).fallback.keys()].map(algorithmOf))];
  }

  uploadCrossSigning(user: string, body: Content): void {
    const { auth: _auth, ...keys } = body;
    this.#crossSigning.set(user, { ...this.#crossSigning.get(user), ...(keys as Record<string, Content>) });
    this.#changed.set(user, this.#next());
  }

  query(users: readonly string[]): Content {
    const devices = users.map((user) => {
      const own = [...(this.#devices.get(user) ?? [])].flatMap(([id, { keys }]) => (keys ? [[id, keys] as const] : []));
      return [user, Object.fromEntries(own)] as const;
    });
    const signing = (kind: string): Content =>
      Object.fromEntries(
        users.flatMap((user) => {
          const key = this.#crossSigning.get(user)?.[kind];
          return key ? [[user, key] as const] : [];
        })
      );
    return {
      device_keys: Object.fromEntries(devices),
      failures: {},
      master_keys: signing('master_key'),
      self_signing_keys: signing('self_signing_key'),
      user_signing_keys: signing('user_signing_key')
    };
  }

  /** Hands out one key for each device asked for: a one-time key once, then the fallback key. */
  claim(wanted: Readonly<Record<string, Readonly<Record<string, string>>>>): Content {
    const claimed: Record<string, Record<string, Keys>> = {};
    for (const [user, devices] of Object.entries(wanted))
      for (const [device, algorithm] of Object.entries(devices)) {
        const { oneTime, fallback } = this.#of(user, device);
        const found = [...oneTime, ...fallback].find(([name]) => algorithmOf(name) === algorithm);
        if (!found) continue;
        oneTime.delete(found[0]);
        (claimed[user] ??= {})[device] = { [found[0]]: found[1] };
      }
    return { one_time_keys: claimed, failures: {} };
  }

  /** `*` stands for every device of a person. */
  send(sender: string, type: string, messages: Readonly<Record<string, Keys>>): void {
    for (const [user, devices] of Object.entries(messages))
      for (const [device, content] of Object.entries(devices)) {
        const targets = device === '*' ? [...(this.#devices.get(user)?.keys() ?? [])] : [device];
        for (const target of targets) this.#of(user, target).inbox.push({ order: this.#next(), type, sender, content });
      }
  }

  /** What came for a device; what lies before `since` has been received and is forgotten. */
  inbox(user: string, device: string, since: number, limit: number): readonly Message[] {
    const known = this.#of(user, device);
    known.inbox = known.inbox.filter(({ order }) => order > since);
    return known.inbox.slice(0, limit);
  }

  /** Whose keys have changed after a place of the stream. */
  changedSince(order: number): string[] {
    return [...this.#changed].filter(([, at]) => at > order).map(([user]) => user);
  }
}
