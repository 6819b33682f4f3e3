import { afterAll, beforeAll, describe } from 'vitest';
import { accountsContract, type Doors } from './accounts.contract.ts';
import { conversationsContract } from './conversations.contract.ts';
import { deedsContract } from './deeds.contract.ts';
import { draftsContract } from './drafts.contract.ts';
import { exportContract } from './export.contract.ts';
import { feedsContract } from './feeds.contract.ts';
import { filesContract } from './files.contract.ts';
import { invitationsContract } from './invitations.contract.ts';
import { linkContract } from './link.contract.ts';
import { linksContract } from './links.contract.ts';
import { outboxContract } from './outbox.contract.ts';
import { peopleContract } from './people.contract.ts';
import { pinsContract } from './pins.contract.ts';
import { recoveryContract } from './recovery.contract.ts';
import { arrangingContract } from './arranging.contract.ts';
import { roomsContract } from './rooms.contract.ts';
import { searchContract } from './search.contract.ts';
import { securityContract } from './security.contract.ts';
import type { Stage } from './stage.ts';
import { timelinesContract } from './timelines.contract.ts';
import { verificationContract } from './verification.contract.ts';
import { unreadContract } from './unread.contract.ts';
import { windowsContract } from './windows.contract.ts';

type Group = (stage: () => Stage, doors: Doors) => void;

/** The contract in two parts of about the same length, each of which stands alone. */
export const parts = {
  conversations: [
    conversationsContract,
    roomsContract,
    arrangingContract,
    unreadContract,
    invitationsContract,
    timelinesContract,
    deedsContract,
    pinsContract,
    windowsContract
  ],
  people: [
    accountsContract,
    securityContract,
    searchContract,
    filesContract,
    exportContract,
    outboxContract,
    draftsContract,
    peopleContract,
    recoveryContract,
    verificationContract,
    linkContract,
    linksContract,
    feedsContract
  ]
} as const satisfies Record<string, readonly Group[]>;

/**
 * What every implementation of the ports does, so that the fake cannot lie. `setUp` runs once for all cases of a part;
 * `doors` are zones that take people in another way, where there are some.
 */
export function matrixContract(
  name: string,
  setUp: () => Promise<Stage>,
  part: keyof typeof parts,
  doors: Doors = {}
): void {
  describe(`${name} keeps the contract of the ports: ${part}`, () => {
    let running: Stage | undefined;
    const stage = (): Stage => {
      if (!running) throw new Error('the stage is not set up');
      return running;
    };
    beforeAll(async () => {
      running = await setUp();
    }, 120_000);
    afterAll(() => running?.stop(), 60_000);

    for (const group of parts[part]) {
      describe('', () => {
        afterAll(() => running?.rest(), 60_000);
        group(stage, doors);
      });
    }
  });
}
