/** px of each side. */
const side = 512;

/** The middle of a picture as a small square, without what a camera noted. null: the browser cannot open it. */
export async function squarePhoto(file: Blob): Promise<Blob | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const { width, height } = picture;
  const least = Math.min(width, height);
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  context?.drawImage(picture, (width - least) / 2, (height - least) / 2, least, least, 0, 0, side, side);
  picture.close();
  const type = file.type === 'image/jpeg' ? 'image/jpeg' : 'image/png';
  return canvas.convertToBlob({ type, quality: 0.85 });
}
