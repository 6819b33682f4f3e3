import * as v from 'valibot';
import { CryptoEvent } from 'matrix-js-sdk/lib/crypto-api/CryptoEvent.js';
import {
  VerificationPhase,
  VerificationRequestEvent,
  VerifierEvent,
  type VerificationRequest
} from 'matrix-js-sdk/lib/crypto-api/verification.js';
import { VerificationMethod } from 'matrix-js-sdk/lib/types.js';
import { Failure } from '../../failure.ts';
import { Cell, type Live } from '../../live.ts';
import type { Verification as Port } from '../../ports.ts';
import type {
  AccountId,
  Person,
  RoomId,
  Trust,
  UserId,
  Verification as State,
  VerificationStage as Stage
} from '../../values.ts';

import { lenient, text } from '../event.ts';
import { personOf } from '../person.ts';
import { path, type Server } from '../server.ts';
import type { ListLoop } from '../sync/list-loop.ts';
import type { Crypto } from './crypto.ts';
import { failureOf } from './failure-of.ts';
import type { CryptoSlot } from './slot.ts';
import { trustIn } from './trust.ts';
import { isVerification } from './verification-event.ts';

type Deps = {
  readonly server: Server;
  readonly slot: CryptoSlot;
  readonly list: Pick<ListLoop, 'listen'>;
  readonly me: AccountId;
  /** A device, perhaps this one, has proved to be one's own. */
  readonly onDone: () => void;
};

const device = v.object({ display_name: lenient(v.string()) });
const profile = v.object({ displayname: lenient(v.nullable(v.string())) });

/** Why it ended, by the code that the other side or we have said (Matrix 1.16 client-server, `m.key.verification.cancel`). */
const ends: Readonly<Record<string, Extract<State, { state: 'ended' }>['why']>> = {
  'm.user': 'declined',
  'm.timeout': 'late',
  'm.mismatched_sas': 'different',
  'm.mismatched_commitment': 'different',
  'm.key_mismatch': 'different'
};

/** One verification at a time: who asks while another is under way is not heard. */
export class Verification implements Port {
  readonly #deps: Deps;
  readonly #state = new Cell<State | null>(null);
  #request: VerificationRequest | undefined;
  #name = '';
  #person: Person | null = null;
  /** What we have said of it ourselves. */
  #said = { started: false, accepted: false, confirmed: false };

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    const stop = deps.list.listen({
      news: ({ room, arrived }) => {
        const theirs = arrived.filter(isVerification);
        if (theirs.length > 0)
          deps.slot.ready
            .then(({ inRoom }) => theirs.forEach((raw) => inRoom.meet(room, raw, raw)))
            .catch(() => undefined);
      },
      typing: () => undefined
    });
    life.addEventListener('abort', stop, { once: true });
    deps.slot.ready.then(
      ({ client }) => {
        const meet = (request: VerificationRequest) => void this.#meet(request);
        client.on(CryptoEvent.VerificationRequestReceived, meet);
        life.addEventListener('abort', () => client.off(CryptoEvent.VerificationRequestReceived, meet), { once: true });
      },
      () => undefined
    );
  }

  state(): Cell<State | null> {
    return this.#state;
  }

  async begin(device?: string): Promise<void> {
    if (this.#request?.pending) return;
    const { slot, me } = this.#deps;
    const crypto = await slot.ready;
    try {
      this.#follow(await ask(crypto, me, device));
    } catch (thrown) {
      throw failureOf(thrown);
    }
  }

  async beginWith(person: UserId, room: RoomId): Promise<void> {
    if (this.#request?.pending) return;
    const crypto = await this.#deps.slot.ready;
    try {
      this.#follow(await askPerson(crypto, this.#deps.me, person, room));
    } catch (thrown) {
      throw failureOf(thrown);
    }
    await this.#nameThem();
  }

  trust(person: UserId): Live<Trust> {
    return trustIn(person, this.#deps.slot);
  }

  async approve(person: UserId): Promise<void> {
    const { backend } = await this.#deps.slot.ready;
    try {
      const status = await backend.getUserVerificationStatus(person);
      if (status.wasCrossSigningVerified()) await backend.withdrawVerificationRequirement(person);
      if (status.needsUserApproval) await backend.pinCurrentUserIdentity(person);
    } catch (thrown) {
      throw failureOf(thrown);
    }
  }

  accept(): Promise<void> {
    return this.#do('asked', (request) => request.accept());
  }

  confirm(): Promise<void> {
    return this.#do('comparing', async (request) => {
      await request.verifier?.getShowSasCallbacks()?.confirm();
      this.#said.confirmed = true;
    });
  }

  async cancel(why: 'declined' | 'different'): Promise<void> {
    if (why === 'different')
      return this.#do('comparing', (request) => request.verifier?.getShowSasCallbacks()?.mismatch());
    const wasAsked = this.#state.current?.state === 'asked';
    await this.#do(null, (request) => request.cancel());
    // Who has said no need not be told.
    if (wasAsked) await this.dismiss();
  }

  async dismiss(): Promise<void> {
    if (!this.#request?.pending) this.#leave(null);
  }

  /** Another device asks, or somebody. */
  async #meet(request: VerificationRequest): Promise<void> {
    if (this.#request?.pending || !request.pending) return;
    this.#follow(request);
    await this.#nameThem();
  }

  /** Who proves something, by the name that others know. */
  async #nameThem(): Promise<void> {
    const request = this.#request;
    if (!request) return;
    const { server } = this.#deps;
    const { isSelfVerification: isOwn, otherDeviceId: id, otherUserId: user } = request;
    const name = async () => {
      if (!isOwn) return (await server.call('GET', path`/_matrix/client/v3/profile/${user}`, profile)).displayname;
      return id && (await server.call('GET', path`/_matrix/client/v3/devices/${id}`, device)).display_name;
    };
    const told = await name().catch((thrown) =>
      console.warn('not known by its name', id ?? user, Failure.from(thrown).message)
    );
    if (this.#request !== request) return;
    if (isOwn) this.#name = text(told, 100) ?? '';
    else this.#person = personOf(user as UserId, text(told, 100));
    this.#look();
  }

  #follow(request: VerificationRequest): void {
    this.#leave(null);
    this.#said = { started: false, accepted: false, confirmed: false };
    this.#name = '';
    this.#person = request.isSelfVerification ? null : personOf(request.otherUserId as UserId);
    this.#request = request;
    request.on(VerificationRequestEvent.Change, this.#look);
    this.#look();
  }

  #leave(last: Stage | null): void {
    this.#request?.off(VerificationRequestEvent.Change, this.#look);
    this.#request = undefined;
    this.#show(last);
  }

  readonly #look = (): void => {
    const request = this.#request;
    if (!request) return;
    switch (request.phase) {
      case VerificationPhase.Ready:
        // Who asked begins; where both do the protocol says who yields.
        if (request.initiatedByMe && !this.#said.started) {
          this.#said.started = true;
          request
            .startVerification(VerificationMethod.Sas)
            .catch((thrown) => console.warn('verification:', Failure.from(thrown).message));
        }
        return this.#show({ state: 'waiting' });
      case VerificationPhase.Started:
        return this.#compare(request);
      case VerificationPhase.Done:
        this.#leave({ state: 'done' });
        return this.#done(request);
      case VerificationPhase.Cancelled: {
        const code = request.cancellationCode ?? '';
        // Another device of one's own has answered.
        if (code === 'm.accepted') return this.#leave(null);
        return this.#leave({ state: 'ended', why: ends[code] ?? 'failed' });
      }
      default:
        if (request.initiatedByMe || request.accepting) return this.#show({ state: 'waiting' });
        return this.#show({ state: 'asked', device: request.otherDeviceId ?? '', name: this.#name });
    }
  };

  #done({ isSelfVerification: isOwn, otherUserId: user }: VerificationRequest): void {
    if (isOwn) return this.#deps.onDone();
    // That one has signed her is told by the server with her keys.
    this.#deps.slot.ready
      .then((crypto) => crypto.know(user as UserId))
      .catch((thrown) => console.warn('not known yet that', user, 'is verified:', Failure.from(thrown).message));
  }

  #compare(request: VerificationRequest): void {
    const { verifier } = request;
    if (verifier && !this.#said.accepted) {
      this.#said.accepted = true;
      // The change that brings the signs is told before they are there.
      verifier.on(VerifierEvent.ShowSas, this.#look);
      // How it ends is heard by the request itself.
      verifier.verify().catch(() => undefined);
    }
    const signs = verifier?.getShowSasCallbacks()?.sas.emoji;
    if (!signs) return this.#show({ state: 'waiting' });
    if (this.#said.confirmed) return this.#show({ state: 'confirming' });
    this.#show({ state: 'comparing', signs: signs.map(([sign, name]) => ({ sign, name })) });
  }

  /** Something that only makes sense in a state; null: in any. */
  async #do(state: State['state'] | null, command: (request: VerificationRequest) => unknown): Promise<void> {
    const request = this.#request;
    if (!request || (state !== null && this.#state.current?.state !== state))
      throw new Failure('not-found', 'no verification that waits for this');
    try {
      await command(request);
    } catch (thrown) {
      throw failureOf(thrown);
    }
    this.#look();
  }

  #show(stage: Stage | null): void {
    const state = stage && { person: this.#person, ...stage };
    if (JSON.stringify(state) !== JSON.stringify(this.#state.current)) this.#state.set(state);
  }
}

async function ask({ backend }: Crypto, me: AccountId, device: string | undefined): Promise<VerificationRequest> {
  // By which the other is known, as it is now.
  const [isSetUp, known] = await Promise.all([
    backend.userHasCrossSigningKeys(me, true),
    backend.getUserDeviceInfo([me], true)
  ]);
  if (!isSetUp || (device !== undefined && !known.get(me)?.has(device)))
    throw new Failure('not-found', 'no device that could answer');
  return device === undefined ? backend.requestOwnUserVerification() : backend.requestDeviceVerification(me, device);
}

async function askPerson(crypto: Crypto, me: AccountId, person: UserId, room: RoomId): Promise<VerificationRequest> {
  // Both sign the other's key: one needs one's own here, and hers as it is now.
  await crypto.know(person);
  const { backend } = crypto;
  const [isReady, { known }] = await Promise.all([
    backend.isCrossSigningReady(),
    backend.getUserVerificationStatus(person)
  ]);
  if (!isReady || !known || person === me) throw new Failure('not-found', 'nothing to prove it by');
  return backend.requestVerificationDM(person, room);
}
