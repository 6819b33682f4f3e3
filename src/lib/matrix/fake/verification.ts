import { Failure } from '../failure.ts';
import type { Verification as Port } from '../ports.ts';
import type { ShownSign, Trust, UserId, Verification, VerificationStage } from '../values.ts';
import { shareKeys } from './recovery.ts';
import type { FakeSession } from './session.ts';

const signs: readonly ShownSign[] = [
  { sign: '🐶', name: 'Dog' },
  { sign: '🌽', name: 'Corn' },
  { sign: '🔑', name: 'Key' },
  { sign: '☂️', name: 'Umbrella' },
  { sign: '🎸', name: 'Guitar' },
  { sign: '⚓', name: 'Anchor' },
  { sign: '🍕', name: 'Pizza' }
];

/** A verification between two devices of one person, or of two people, as her zone carries it. */
export type Handshake = {
  /** Who asked and who is asked: the same one, where it is of her own devices. */
  readonly people: readonly [UserId, UserId];
  readonly from: string;
  /** null: whichever answers of those that are let in. */
  readonly to: string | null;
  answered: string | null;
  readonly confirmed: Set<string>;
  end: 'done' | Extract<Verification, { state: 'ended' }>['why'] | null;
  /** Those that have seen how it ended. */
  readonly seen: Set<string>;
};

const handshakeOf = (people: Handshake['people'], from: string, to: string | null): Handshake => ({
  people,
  from,
  to,
  answered: null,
  confirmed: new Set(),
  end: null,
  seen: new Set()
});

export class FakeVerification implements Port {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  state() {
    return this.#session.feed('verification.state', () => this.#state());
  }

  begin(device?: string) {
    return this.#session.command('verification.begin', () => {
      const { resident, device: from, zone } = this.#session;
      const known = this.#mine();
      if (known && known.end === null) return;
      const others = [...resident.devices].filter((one) => one !== from && (device === undefined || one === device));
      if (!resident.recovery || others.length === 0) throw new Failure('not-found', 'no device that could answer');
      resident.handshake = handshakeOf([resident.id, resident.id], from, device ?? null);
      zone.changed();
    });
  }

  beginWith(person: UserId) {
    return this.#session.command('verification.beginWith', () => {
      const { resident, device, zone } = this.#session;
      const known = this.#mine();
      if (known && known.end === null) return;
      const other = zone.people.get(person);
      if (!resident.recovery?.devices.has(device) || !other?.recovery || other === resident)
        throw new Failure('not-found', 'nothing to prove it by');
      const handshake = handshakeOf([resident.id, person], device, null);
      resident.handshake = other.handshake = handshake;
      zone.changed();
    });
  }

  trust(person: UserId) {
    return this.#session.feed('verification.trust', (): Trust => {
      const { resident, zone } = this.#session;
      const identity = zone.people.get(person)?.recovery;
      if (!identity) return 'none';
      const known = resident.trusts.get(person);
      if (known === undefined) return 'unverified';
      return known === identity.key ? 'verified' : 'changed';
    });
  }

  approve(person: UserId) {
    return this.#session.command('verification.approve', () => {
      this.#session.resident.trusts.delete(person);
      this.#session.zone.changed();
    });
  }

  accept() {
    return this.#do('accept', 'asked', (handshake) => (handshake.answered = this.#session.device));
  }

  confirm() {
    return this.#do('confirm', 'comparing', (handshake) => {
      handshake.confirmed.add(this.#session.device);
      if (handshake.confirmed.size < 2 || handshake.answered === null) return;
      handshake.end = 'done';
      const { resident, zone } = this.#session;
      const { recovery } = resident;
      const [one, other] = handshake.people;
      if (one !== other) {
        zone.people.get(one)?.trusts.set(other, zone.people.get(other)?.recovery?.key ?? '');
        zone.people.get(other)?.trusts.set(one, zone.people.get(one)?.recovery?.key ?? '');
        return;
      }
      if (!recovery) return;
      for (const device of [handshake.from, handshake.answered]) shareKeys(this.#session.zone, recovery, device);
    });
  }

  cancel(why: 'declined' | 'different') {
    return this.#do('cancel', why === 'different' ? 'comparing' : null, (handshake) => {
      if (this.#state()?.state === 'asked') handshake.seen.add(this.#session.device);
      handshake.end = why;
    });
  }

  dismiss() {
    return this.#session.command('verification.dismiss', () => {
      const handshake = this.#mine();
      if (!handshake || handshake.end === null) return;
      handshake.seen.add(this.#session.device);
      this.#session.zone.changed();
    });
  }

  #do(name: string, state: Verification['state'] | null, change: (handshake: Handshake) => unknown) {
    return this.#session.command(`verification.${name}`, () => {
      const handshake = this.#mine();
      if (!handshake || handshake.end !== null || (state !== null && this.#state()?.state !== state))
        throw new Failure('not-found', 'no verification that waits for this');
      change(handshake);
      this.#session.zone.changed();
    });
  }

  /** The one that this device has part in. */
  #mine(): Handshake | null {
    const { resident, device } = this.#session;
    const { handshake } = resident;
    if (!handshake || handshake.seen.has(device)) return null;
    const isMine = [handshake.from, handshake.answered].includes(device);
    const isHers = handshake.people[0] !== handshake.people[1];
    if (isHers && handshake.people[0] === resident.id && handshake.from !== device) return null;
    const isMeant = handshake.to === null ? resident.recovery?.devices.has(device) === true : handshake.to === device;
    const isAsked = isMeant && handshake.answered === null && handshake.end === null;
    return isMine || isAsked ? handshake : null;
  }

  #state(): Verification | null {
    const handshake = this.#mine();
    const stage = this.#stage(handshake);
    if (!handshake || !stage) return null;
    const { me, zone } = this.#session;
    const [one, other] = handshake.people;
    return { person: one === other ? null : zone.person(one === me ? other : one), ...stage };
  }

  #stage(handshake: Handshake | null): VerificationStage | null {
    if (!handshake) return null;
    const { from, answered, confirmed, end } = handshake;
    const { device, resident } = this.#session;
    if (end === 'done') return { state: 'done' };
    if (end !== null) return { state: 'ended', why: end };
    if (answered === null)
      return from === device
        ? { state: 'waiting' }
        : { state: 'asked', device: from, name: resident.deviceNames.get(from) ?? 'fake' };
    return confirmed.has(device) ? { state: 'confirming' } : { state: 'comparing', signs };
  }
}
