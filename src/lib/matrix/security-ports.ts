/** What proves who somebody is, and what she alone may see and change of her account: part of the ports. */
import type { Live } from './live.ts';
import type * as V from './values.ts';

export interface RecoveryPort {
  state(): Live<V.Recovery>;
  /**
   * Cross-signing, secret storage and key backup in one step. Returns the recovery key, which is shown once, when the
   * keys of the history are in the backup; where that takes long it goes on behind (`left` of the state).
   * `password` answers the server's question where it asks (Matrix 1.16, user-interactive authentication).
   */
  setUp(password: string): Promise<{ key: string }>;
  /** Lets this device in and brings the history's keys back. Fails with wrong-recovery-key. */
  restore(key: string): Promise<{ restored: number }>;
}

/** Devices prove to be one's own, and people to be who they are. Commands fail with not-found where there is nothing to do them to. */
export interface Verification {
  /** What is under way or has just ended; null: nothing. */
  state(): Live<V.Verification | null>;
  /** Asks those of one's devices that are let in, or a certain one. What is under way stays. Fails with not-found where no device could answer. */
  begin(device?: string): Promise<void>;
  /**
   * Asks somebody, in a conversation that one has with her. What is under way stays. Fails with not-found where she, or
   * one oneself, has nothing to prove it by.
   */
  beginWith(person: V.UserId, room: V.RoomId): Promise<void>;
  trust(person: V.UserId): Live<V.Trust>;
  /** Takes somebody for who she is though what proves it has changed; one no longer counts on having verified her. */
  approve(person: V.UserId): Promise<void>;
  /** Answers the device, or the person, that asks. */
  accept(): Promise<void>;
  /** The signs are the same on both. */
  confirm(): Promise<void>;
  /** One does not want it, or the signs are not the same. */
  cancel(why: 'declined' | 'different'): Promise<void>;
  /** How it ended has been seen. */
  dismiss(): Promise<void>;
}

/** What the person alone may see and change of her account. */
export interface Security {
  /** This one first, then those seen last. */
  devices(): Promise<readonly V.Device[]>;
  renameDevice(device: string, name: string): Promise<void>;
  /** Ends their sessions. Fails with wrong-password. */
  endDevices(devices: readonly string[], password: string): Promise<void>;
  /** Fails with wrong-password, password-weak. */
  changePassword(change: V.PasswordChange): Promise<void>;
}
