/** A picture for examples, drawn here so that nobody has to keep one: evening over a hill, as an uncompressed bitmap. */
export function eveningPicture(width = 600, height = 344): Blob {
  const row = Math.ceil((width * 3) / 4) * 4;
  const bytes = new DataView(new ArrayBuffer(54 + row * height));
  // BITMAPFILEHEADER and BITMAPINFOHEADER: 24 bits a pixel, the lowest row first.
  bytes.setUint16(0, 0x424d);
  for (const [at, value] of [
    [2, bytes.byteLength],
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
    [34, row * height]
  ] as const)
    bytes.setUint32(at, value, true);
  bytes.setUint16(26, 1, true);
  bytes.setUint16(28, 24, true);
  const [sky, glow, hill] = [
    [214, 176, 128],
    [186, 116, 90],
    [26, 70, 68]
  ] as const;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [across, up] = [x / width, y / height];
      const ground = 0.38 - 1.1 * (across - 0.55) ** 2;
      const dusk = Math.min(1, 0.35 + across * 0.75 - up * 0.4 + (1 - up) * 0.3);
      for (const [channel, index] of [2, 1, 0].entries()) {
        const above = (sky[index] ?? 0) * (1 - dusk) + (glow[index] ?? 0) * dusk;
        bytes.setUint8(54 + y * row + x * 3 + channel, up < ground ? (hill[index] ?? 0) : above);
      }
    }
  }
  return new Blob([bytes.buffer], { type: 'image/bmp' });
}

/** A tone of `seconds`, as uncompressed sound: one channel of 8,000 samples a second. */
export function tone(seconds = 2, hertz = 440): Blob {
  const rate = 8000;
  const bytes = new DataView(new ArrayBuffer(44 + rate * seconds));
  const write = (at: number, text: string) =>
    [...text].forEach((sign, i) => bytes.setUint8(at + i, sign.charCodeAt(0)));
  write(0, 'RIFF');
  bytes.setUint32(4, bytes.byteLength - 8, true);
  write(8, 'WAVEfmt ');
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, rate, true);
  bytes.setUint16(32, 1, true);
  bytes.setUint16(34, 8, true);
  write(36, 'data');
  bytes.setUint32(40, rate * seconds, true);
  for (let at = 0; at < rate * seconds; at++) {
    bytes.setUint8(44 + at, 128 + 60 * Math.sin((2 * Math.PI * hertz * at) / rate));
  }
  return new Blob([bytes.buffer], { type: 'audio/wav' });
}
