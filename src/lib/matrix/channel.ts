/**
 * The wire between a page and the engine: commands with one answer, feeds with many values. All of it is structured
 * clone; `n` numbers a page's requests.
 */
import type { Change } from './change.ts';
import type { AccountId, FailureReason } from './values.ts';
import { build } from './build.ts';
import type { AccountPorts, Accounts } from './ports.ts';

export type Ports = AccountPorts & { accounts: Accounts };
export type PortName = keyof Ports;

/** Which method of which port. `account` is null for `accounts`, the one port that belongs to no account. */
export type Target = { readonly port: PortName; readonly method: string; readonly account: AccountId | null };

/** Why to look at the server now: a person looks or acts, the network changed, the machine has slept or its clock was set. */
export type Stir = 'person' | 'network' | 'slept';

export type FromPage =
  | ({ readonly t: 'call' | 'watch'; readonly n: number; readonly args: readonly unknown[] } & Target)
  | { readonly t: 'unwatch'; readonly n: number }
  /** The page holds this Web Lock while it lives: when the engine is granted it, the page is gone. */
  | { readonly t: 'hello'; readonly lock: string }
  | { readonly t: 'stir'; readonly why: Stir }
  | { readonly t: 'bye' };

/** A worker's first word to each page that it serves: the Web Lock that it holds while it lives. */
export type Alive = { readonly t: 'alive'; readonly lock: string };

/** A newer build has the engine: from this worker nothing more will come, and none like it is to be started. */
export type Superseded = { readonly t: 'superseded' };

/** A value of a feed or, `after` so many were said since a whole one, what makes it of the one before. */
export type Said = readonly [n: number, value: unknown] | readonly [n: number, change: Change, after: number];

export type FromEngine =
  | Alive
  | Superseded
  | { readonly t: 'result'; readonly n: number; readonly value: unknown }
  /** What feeds say now, each once: what changed together arrives together, and is drawn at once. */
  | { readonly t: 'values'; readonly values: readonly Said[] }
  | {
      readonly t: 'failure';
      readonly n: number;
      readonly reason: FailureReason;
      readonly detail: string;
      readonly retryAfter: number | undefined;
    };

/** What both ends need of a MessagePort. */
export interface Wire<In, Out> {
  postMessage(message: Out): void;
  onmessage: ((event: MessageEvent<In>) => void) | null;
}

/** Where a browser has no SharedWorker, pages and the one engine among their workers meet in this channel, each build alone. */
export const meetingPlace = `tertulia-engine:${build}`;

/** What is said there. `host` announces an engine, each by a name of its own; `host?` asks for it. */
export type Spoken =
  | { readonly t: 'host'; readonly engine: string }
  | { readonly t: 'host?' }
  | { readonly t: 'to-engine'; readonly page: string; readonly message: FromPage }
  | { readonly t: 'to-page'; readonly page: string; readonly message: FromEngine };
