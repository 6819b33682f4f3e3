import { Failure } from '../failure.ts';
import type { FileSeal } from '../values.ts';

/** Matrix 1.16 client-server, "Sending encrypted attachments": AES-CTR with a key of 256 bits and a counter of 64. */
const algorithm = (counter: BufferSource) => ({ name: 'AES-CTR', counter, length: 64 });

const encode = (bytes: ArrayBuffer | Uint8Array): string =>
  btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')).replace(/=+$/, '');
const decode = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));

const keyOf = (k: string) =>
  crypto.subtle.importKey('jwk', { kty: 'oct', alg: 'A256CTR', k, ext: true }, 'AES-CTR', false, ['decrypt']);

/** Seals a file under a key of its own. What proves it is reckoned while its bytes can be on their way. */
export async function sealFile(bytes: ArrayBuffer): Promise<{ bytes: ArrayBuffer; seal: Promise<FileSeal> }> {
  // The upper half is the file's own; the lower one counts its blocks from zero.
  const iv = new Uint8Array(16);
  crypto.getRandomValues(iv.subarray(0, 8));
  const key = await crypto.subtle.generateKey({ name: 'AES-CTR', length: 256 }, true, ['encrypt', 'decrypt']);
  const sealed = await crypto.subtle.encrypt(algorithm(iv), key, bytes);
  return { bytes: sealed, seal: sealOf(key, iv, sealed) };
}

async function sealOf(key: CryptoKey, iv: Uint8Array, sealed: ArrayBuffer): Promise<FileSeal> {
  const [{ k }, hash] = await Promise.all([
    crypto.subtle.exportKey('jwk', key),
    crypto.subtle.digest('SHA-256', sealed)
  ]);
  return { key: k ?? '', iv: encode(iv), sha256: encode(hash) };
}

/** Opens a file. Fails with damaged where it is not the one that was sealed. */
export async function openFile(sealed: ArrayBuffer, { key, iv, sha256 }: FileSeal): Promise<ArrayBuffer> {
  const hash = await crypto.subtle.digest('SHA-256', sealed);
  if (encode(hash) !== encode(decode(sha256))) throw new Failure('damaged', 'the file is not what was sealed');
  return crypto.subtle.decrypt(algorithm(decode(iv)), await keyOf(key), sealed);
}
