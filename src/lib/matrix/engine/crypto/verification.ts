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
import { Cell } from '../../live.ts';
import type { Verification as Port } from '../../ports.ts';
import type { AccountId, Verification as State } from '../../values.ts';
import { lenient, text } from '../event.ts';
import { path, type Server } from '../server.ts';
import type { Crypto } from './crypto.ts';
import { failureOf } from './failure-of.ts';
import type { CryptoSlot } from './slot.ts';

type Deps = {
  readonly server: Server;
  readonly slot: CryptoSlot;
  readonly me: AccountId;
  /** A device, perhaps this one, has proved to be one's own. */
  readonly onDone: () => void;
};

const device = v.object({ display_name: lenient(v.string()) });

/** Why it ended, by the code that the other side or we have said (Matrix 1.16 client-server, `m.key.verification.cancel`). */
const ends: Readonly<Record<string, Extract<State, { state: 'ended' }>['why']>> = {
  'm.user': 'declined',
  'm.timeout': 'late',
  'm.mismatched_sas': 'different',
  'm.mismatched_commitment': 'different',
  'm.key_mismatch': 'different'
};

/** One verification at a time between one's own devices: who asks while another is under way is not heard. */
export class Verification implements Port {
  readonly #deps: Deps;
  readonly #state = new Cell<State | null>(null);
  #request: VerificationRequest | undefined;
  #name = '';
  /** What we have said of it ourselves. */
  #said = { started: false, accepted: false, confirmed: false };

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
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

  /** Another device asks. */
  async #meet(request: VerificationRequest): Promise<void> {
    if (this.#request?.pending || !request.isSelfVerification || !request.pending) return;
    this.#name = '';
    this.#follow(request);
    const { otherDeviceId: id } = request;
    if (id === undefined) return;
    const told = await this.#deps.server
      .call('GET', path`/_matrix/client/v3/devices/${id}`, device)
      .catch((thrown) => console.warn('not known by its name', id, Failure.from(thrown).message));
    if (this.#request !== request) return;
    this.#name = text(told?.display_name, 100) ?? '';
    this.#look();
  }

  #follow(request: VerificationRequest): void {
    this.#leave(null);
    this.#said = { started: false, accepted: false, confirmed: false };
    this.#request = request;
    request.on(VerificationRequestEvent.Change, this.#look);
    this.#look();
  }

  #leave(last: State | null): void {
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
        return this.#deps.onDone();
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

  #show(state: State | null): void {
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
