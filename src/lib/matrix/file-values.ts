/** Files, as they cross between the engine and the page with the other values. */
import type { Block, EventId, Person, TransactionId } from './values.ts';

/** In pixels, as its sender says: nobody has looked. */
export type Shape = { readonly width: number; readonly height: number };

/**
 * What opens an encrypted file and proves it (Matrix 1.16 client-server, "Sending encrypted attachments"): the key, the
 * first block of the counter, and the SHA-256 of the sealed bytes; base64 without padding.
 */
export type FileSeal = { readonly key: string; readonly iv: string; readonly sha256: string };

/** Where the bytes of a file are: at a zone, under an `mxc://` address, or with who is still sending them from this browser. */
export type Source =
  | { readonly at: 'zone'; readonly content: string; readonly seal: FileSeal | null }
  | { readonly at: 'outbox'; readonly transaction: TransactionId; readonly part: 'file' | 'thumbnail' };

export type FileKind = 'image' | 'video' | 'audio' | 'file';

/** A file, and what its sender says of it: what is not said, or makes no sense, is absent. */
export type FileBody = {
  readonly type: 'file';
  readonly kind: FileKind;
  /** Without signs that nobody sees; nothing else is sure of it. */
  readonly name: string;
  /** Absent: it names no place, and cannot be had. */
  readonly source?: Source;
  readonly mimetype?: string;
  /** Bytes. */
  readonly size?: number;
  readonly shape?: Shape;
  /** ms. */
  readonly duration?: number;
  readonly thumbnail?: Source;
  /** What a picture looks like from afar (MSC2448, blurha.sh). */
  readonly blurhash?: string;
  /**
   * It was spoken as a message (MSC3245): how loud it is along its length, from 0 to 1; empty where nobody says.
   */
  readonly voice?: readonly number[];
  /** What is said with it (Matrix 1.16, "Media captions"). */
  readonly caption?: Caption;
};
export type Caption = { readonly text: string; readonly rich?: readonly Block[] };

/** A file that was said in a conversation. `at`: ms since the epoch. */
export type SharedFile = {
  readonly event: EventId;
  readonly at: number;
  readonly sender: Person;
  readonly body: FileBody;
};

/**
 * A part of the files of a conversation, the newest first; there may be none in it. `next` brings the one before it, and
 * `since` is how far this one reaches back, in ms since the epoch; both null: to the beginning.
 */
export type SharedFiles = {
  readonly files: readonly SharedFile[];
  readonly next: string | null;
  readonly since: number | null;
};

/** A file that one sends, with what the browser has found out of it. */
export type Attachment = {
  readonly kind: FileKind;
  readonly name: string;
  /** Its type is the file's. */
  readonly bytes: Blob;
  readonly shape?: Shape;
  /** ms. */
  readonly duration?: number;
  readonly blurhash?: string;
  /** It is spoken as a message: how loud along its length, from 0 to 1. */
  readonly voice?: readonly number[];
  readonly thumbnail?: { readonly bytes: Blob; readonly shape: Shape };
};
