import { describe, expect, it, vi } from 'vitest';
import { decode, isBlurhashValid } from 'blurhash';
import { eveningPicture, tone } from '$lib/matrix/fake/scene';
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

  it('a photo that is to be turned is measured and shown as it is turned, without the place', async () => {
    const upright = new Uint8Array(await (await photo(400, 200)).arrayBuffer());
    const short = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
    const place = [...'41.4N 2.1E'].map((sign) => sign.charCodeAt(0));
    const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, ...short, ...place];
    const turned = Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2, ...exif, ...upright.subarray(2));
    const { shape, bytes } = await attachmentOf(fileOf(turned, 'x.jpg', 'image/jpeg'));
    expect(shape).toEqual({ width: 200, height: 400 });
    const shared = await createImageBitmap(bytes);
    expect([shared.width, shared.height]).toEqual([200, 400]);
    expect(await bytes.text()).not.toContain('41.4N');
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
