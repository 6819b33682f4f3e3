import { describe, expect, it } from 'vitest';
import { openFile, sealFile } from './sealed-file.ts';

const decoded = (text: string) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer;
const text = (bytes: ArrayBuffer) => new TextDecoder().decode(bytes);

describe('an encrypted file', () => {
  it('of other clients is opened', async () => {
    // One that matrix-encrypt-attachment, which other clients seal with, is tested against.
    const seal = {
      key: '__________________________________________8',
      iv: '//////////8AAAAAAAAAAA',
      sha256: 'YzF08lARDdOCzJpzuSwsjTNlQc4pHxpdHcXiD/wpK6k'
    };
    expect(text(await openFile(decoded('5xJZTt5cQicm+9f4'), seal))).toBe('Hello, World');
  });

  it.each([0, 1, 15, 16, 17, 100_000])('of %i bytes is what it was, and sealed another each time', async (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => index % 251).buffer;
    const sealed = async () => {
      const { bytes: closed, seal } = await sealFile(bytes);
      return { bytes: closed, seal: await seal };
    };
    const [one, other] = await Promise.all([sealed(), sealed()]);
    expect(new Uint8Array(await openFile(one.bytes, one.seal))).toEqual(new Uint8Array(bytes));
    expect(one.seal.key).toMatch(/^[\w-]{43}$/);
    expect(one.seal.iv).toMatch(/^[A-Za-z0-9+/]{22}$/);
    // The half of the counter that counts begins at nothing, as other clients ask.
    expect(new Uint8Array(decoded(one.seal.iv)).slice(8)).toEqual(new Uint8Array(8));
    expect(other.seal.key).not.toBe(one.seal.key);
  });

  it('that was changed on its way is not opened', async () => {
    const { bytes, seal: sealing } = await sealFile(new TextEncoder().encode('pay ten').buffer);
    const seal = await sealing;
    const changed = new Uint8Array(bytes);
    changed[4] = (changed[4] ?? 0) ^ 1;
    await expect(openFile(changed.buffer, seal)).rejects.toMatchObject({ reason: 'damaged' });
    await expect(openFile(bytes, { ...seal, sha256: 'A'.repeat(43) })).rejects.toMatchObject({ reason: 'damaged' });
  });
});
