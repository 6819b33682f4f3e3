import { describe, expect, it, vi } from 'vitest';
import { decode, isBlurhashValid } from 'blurhash';
import { eveningPicture, tone } from '$lib/matrix/fake/scene';
import { onlyOrientation } from './orientation';
import { proofOf } from './png-metadata';
import { attachmentOf } from './prepare';

const fileOf = (bytes: BlobPart, name: string, type: string) => new File([bytes], name, { type });

async function photo(width: number, height: number, type = 'image/jpeg'): Promise<File> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  const picture = await createImageBitmap(eveningPicture(), { resizeWidth: width, resizeHeight: height });
  context?.drawImage(picture, 0, 0);
  return fileOf(await canvas.convertToBlob({ type, quality: 1 }), 'terrat.jpg', type);
}

/** A film of a second, drawn and recorded here. */
async function film(): Promise<File> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [160, 120];
  const context = canvas.getContext('2d');
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: 'video/webm' });
  const parts: Blob[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let frames = 0;
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.onstop = () => resolve();
  recorder.start();
  const draw = () => {
    if (!context || frames++ > 45) return recorder.stop();
    context.fillStyle = `hsl(${frames * 8} 80% 50%)`;
    context.fillRect(0, 0, 160, 120);
    requestAnimationFrame(draw);
  };
  draw();
  await promise;
  return fileOf(new Blob(parts), 'terrat.webm', 'video/webm');
}

/** What a camera notes, put into a picture as each kind holds it. */
const noting: Record<string, (picture: Uint8Array<ArrayBuffer>, exif: readonly number[]) => BlobPart[]> = {
  'image/jpeg': (jpeg, exif) => [
    jpeg.slice(0, 2),
    Uint8Array.of(0xff, 0xe1, 0, exif.length + 8, 0x45, 0x78, 0x69, 0x66, 0, 0, ...exif),
    jpeg.slice(2)
  ],
  'image/png': (png, exif) => {
    // Behind the head, with a proof that browsers look at.
    const chunk = Uint8Array.of(0, 0, 0, exif.length, 0x65, 0x58, 0x49, 0x66, ...exif);
    const proof = new DataView(new ArrayBuffer(4));
    proof.setUint32(0, proofOf(chunk.subarray(4)));
    return [png.slice(0, 33), chunk, proof, png.slice(33)];
  },
  'image/webp': (webp, exif) => {
    const even = [...exif, ...(exif.length % 2 ? [0] : [])];
    const chunk = Uint8Array.of(0x45, 0x58, 0x49, 0x46, exif.length, 0, 0, 0, ...even);
    const size = new DataView(new ArrayBuffer(4));
    size.setUint32(0, webp.length - 8 + chunk.length, true);
    // Chromium writes the head in which stands what there is more.
    const head = webp.slice(8, 21);
    head[12] = (head[12] ?? 0) | 0x08;
    return [webp.slice(0, 4), size, head, webp.slice(21), chunk];
  }
};

describe('a file that is to be sent', () => {
  it('a large picture has its measures, a thumbnail that is less, and what it looks like from afar', async () => {
    const file = await photo(2400, 1350);
    const { kind, name, bytes, shape, blurhash = '', thumbnail } = await attachmentOf(file);
    expect([kind, name, shape]).toEqual(['image', 'terrat.jpg', { width: 2400, height: 1350 }]);
    expect([bytes.type, bytes.size <= file.size]).toEqual(['image/jpeg', true]);
    const same = await createImageBitmap(bytes);
    expect([same.width, same.height]).toEqual([2400, 1350]);
    expect(thumbnail?.shape).toEqual({ width: 800, height: 450 });
    expect(thumbnail?.bytes.type).toBe('image/jpeg');
    expect(thumbnail?.bytes.size).toBeLessThan(file.size);
    const small = await createImageBitmap(thumbnail?.bytes ?? new Blob());
    expect([small.width, small.height]).toEqual([800, 450]);
    expect(isBlurhashValid(blurhash)).toEqual({ result: true });
    // The hill is dark, the sky above it is not.
    const pixels = decode(blurhash, 8, 8);
    const red = (x: number, y: number) => pixels[(y * 8 + x) * 4] ?? 0;
    expect(red(1, 0)).toBeGreaterThan(red(4, 7) + 50);
  });

  const place = [...'41.4N 2.1E'].map((sign) => sign.charCodeAt(0));
  it.each(Object.entries(noting))(
    '%s that is to be turned is measured and shown as it is turned, without the place',
    async (type, note) => {
      const upright = new Uint8Array(await (await photo(400, 200, type)).arrayBuffer());
      const turned = new Blob(note(upright, [...onlyOrientation(6), ...place]), { type });
      const { width, height } = await createImageBitmap(turned);
      // Chromium turns no WebP, others do.
      expect([width, height]).toEqual(type === 'image/webp' ? [400, 200] : [200, 400]);
      const { shape, bytes, kind } = await attachmentOf(fileOf(turned, 'x', type));
      expect([shape, kind, bytes.type]).toEqual([{ width, height }, 'image', type]);
      const shared = await createImageBitmap(bytes);
      expect([shared.width, shared.height]).toEqual([width, height]);
      expect([(await turned.text()).includes('41.4N'), (await bytes.text()).includes('41.4N')]).toEqual([true, false]);
    }
  );

  it('a picture that cannot be taken apart is drawn anew', async () => {
    const file = await photo(400, 200, 'image/png');
    const cut = file.slice(0, -12);
    const { kind, bytes } = await attachmentOf(fileOf(new Blob([cut, 'my house']), 'x.png', 'image/png'));
    expect([kind, bytes.type]).toEqual(['image', 'image/png']);
    expect(await bytes.text()).not.toContain('my house');
  });

  it('a photo that the browser cannot show goes without the place, too', async () => {
    const warned = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const exif = [0xff, 0xe1, 0, 8 + place.length, ...[0x45, 0x78, 0x69, 0x66, 0, 0], ...place];
    const broken = Uint8Array.of(0xff, 0xd8, ...exif, 0xff, 0xd9);
    const { kind, bytes } = await attachmentOf(fileOf(broken, 'x.jpg', 'image/jpeg'));
    expect([kind, [...new Uint8Array(await bytes.arrayBuffer())]]).toEqual(['file', [0xff, 0xd8, 0xff, 0xd9]]);
    warned.mockRestore();
  });

  it('a small one goes as it is', async () => {
    const attachment = await attachmentOf(await photo(200, 100, 'image/png'));
    expect(attachment).toMatchObject({ kind: 'image', shape: { width: 200, height: 100 } });
    expect(attachment.thumbnail).toBeUndefined();
  });

  it('a sound has its length', async () => {
    expect(await attachmentOf(fileOf(tone(3), 'la.wav', 'audio/wav'))).toMatchObject({ kind: 'audio', duration: 3000 });
  });

  it('a film has its measures and a picture of it', async () => {
    const attachment = await attachmentOf(await film());
    expect(attachment).toMatchObject({ kind: 'video', shape: { width: 160, height: 120 } });
    expect(attachment.thumbnail?.shape).toEqual({ width: 160, height: 120 });
    expect(attachment.blurhash).toBeTruthy();
  });

  it.each([
    ['image/png', 'no picture'],
    ['video/mp4', 'no film'],
    ['audio/ogg', 'no sound']
  ])('what is no %s goes as a file like any other', async (type, text) => {
    const warned = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const file = fileOf(text, 'x', type);
    expect(await attachmentOf(file)).toEqual({ kind: 'file', name: 'x', bytes: file });
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
  });

  it.each(['text/plain', 'image/svg+xml', 'text/html', ''])('nobody looks into «%s»', async (type) => {
    const file = fileOf('<svg onload="alert(1)"/>', 'x', type);
    expect(await attachmentOf(file)).toEqual({ kind: 'file', name: 'x', bytes: file });
  });
});
