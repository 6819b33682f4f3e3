/** One's devices, and what they prove and give each other, as it crosses between the engine and the page. */
import type { FailureReason, Person } from './values.ts';

/** Where a browser is reached with no page open (Push API, RFC 8291); base64url without padding. */
export type PushTarget = { readonly endpoint: string; readonly p256dh: string; readonly auth: string };

/** A device that the account is signed in on. `name` may be empty; `seenAt`: ms since the epoch. */
export type Device = {
  readonly id: string;
  readonly name: string;
  readonly seenAt: number | null;
  /** This one. */
  readonly current: boolean;
  /** Whether it has proved to be one's own; null: it has no keys, or nothing is known by which it could. */
  readonly verified: boolean | null;
};
/** `endOthers`: the sessions of all other devices end. */
export type PasswordChange = { readonly password: string; readonly next: string; readonly endOthers: boolean };

/**
 * Recovery of encrypted history on other devices: secret storage, cross-signing and key backup as one thing.
 * `missing`: not set up on this account. `locked`: set up, and this device has not been let in. `ready`: both.
 */
export type Recovery =
  | { readonly state: 'starting' }
  | { readonly state: 'missing' }
  | { readonly state: 'locked' }
  /** `left`: keys that are still on their way into the backup. */
  | { readonly state: 'ready'; readonly left: number }
  | { readonly state: 'failed'; readonly reason: FailureReason };

/** A sign that two devices show each other: an emoji, and how it is called in English. */
export type ShownSign = { readonly sign: string; readonly name: string };

/**
 * Where it stands that a device proves to be one's own, or somebody to be who she is: both show the same seven signs, and the person says so on both
 * (Matrix 1.16 client-server, "Short Authentication String (SAS) verification").
 */
export type Verification = {
  /** Who proves who she is; null: one's own device. */
  readonly person: Person | null;
} & VerificationStage;
export type VerificationStage =
  /** Another device asks, called so by itself; or somebody, by hers. */
  | { readonly state: 'asked'; readonly device: string; readonly name: string }
  | { readonly state: 'waiting' }
  | { readonly state: 'comparing'; readonly signs: readonly ShownSign[] }
  /** One has said that they are the same, on the other device not yet. */
  | { readonly state: 'confirming' }
  | { readonly state: 'done' }
  /** `different`: the signs, or the keys behind them: somebody may stand between. */
  | { readonly state: 'ended'; readonly why: 'declined' | 'different' | 'late' | 'failed' };

/**
 * What is known of whether somebody is who she seems. `none`: she has nothing to prove it by. `unverified`: what she proves
 * it by has been the same so far. `changed`: it is another by now, which nobody has looked at.
 */
export type Trust = 'none' | 'unverified' | 'verified' | 'changed';
