import { CryptoEvent } from 'matrix-js-sdk/lib/crypto-api/CryptoEvent.js';
import { Failure } from '../../failure.ts';
import { Cell } from '../../live.ts';
import type { Trust, UserId } from '../../values.ts';
import type { Crypto } from './crypto.ts';
import type { CryptoSlot } from './slot.ts';

async function look({ backend }: Crypto, person: UserId): Promise<Trust> {
  const status = await backend.getUserVerificationStatus(person);
  if (!status.known) return 'none';
  if (status.isVerified()) return 'verified';
  return status.needsUserApproval || status.wasCrossSigningVerified() ? 'changed' : 'unverified';
}

/** Whether somebody is who she seems, while somebody wants to know: her keys are asked for once, and followed. */
export function trustIn(person: UserId, slot: Pick<CryptoSlot, 'ready'>): Cell<Trust> {
  const cell: Cell<Trust> = new Cell<Trust>(undefined, () => {
    const life = new AbortController();
    const follow = async () => {
      const crypto = await slot.ready;
      const { client } = crypto;
      if (life.signal.aborted) return;
      const show = async () => {
        const trust = await look(crypto, person);
        if (!life.signal.aborted && trust !== cell.current) cell.set(trust);
      };
      const heard = (user: string) => {
        if (user === person) void show();
      };
      client.on(CryptoEvent.UserTrustStatusChanged, heard);
      life.signal.addEventListener('abort', () => client.off(CryptoEvent.UserTrustStatusChanged, heard));
      await show();
      await crypto.know(person);
      await show();
    };
    follow().catch((thrown) => console.warn('not known who', person, 'is:', Failure.from(thrown).message));
    return () => life.abort();
  });
  return cell;
}
