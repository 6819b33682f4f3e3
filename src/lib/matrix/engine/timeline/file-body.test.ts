import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOfFile, placeFile } from '../../writing/file-content.ts';
import { fileBodyOf } from './file-body.ts';

const content = 'mxc://zone.test/AQwafuaFswefuhsfAFAgsw';
const file = {
  url: 'mxc://zone.test/FHyPlCeYUSFFxlgbQYZmoEoe',
  v: 'v2',
  key: {
    alg: 'A256CTR',
    ext: true,
    k: 'aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0',
    key_ops: ['encrypt', 'decrypt'],
    kty: 'oct'
  },
  iv: 'w+sE15fzSc0AAAAAAAAAAA',
  hashes: { sha256: 'fdSLu/YkRx3Wyh3KQabP3rd6+SFiKg5lsJZQHtkSAYA' }
};
const seal = { key: file.key.k, iv: file.iv, sha256: file.hashes.sha256 };

describe('a file of others', () => {
  it('is read as the specification writes it', () => {
    expect(
      fileBodyOf({
        msgtype: 'm.image',
        body: 'filename.jpg',
        url: content,
        info: { h: 398, w: 394, mimetype: 'image/jpeg', size: 31_037, 'xyz.amorgan.blurhash': 'LEHV6nWB2yk8pyo0adR*' }
      })
    ).toEqual({
      type: 'file',
      kind: 'image',
      name: 'filename.jpg',
      source: { at: 'zone', content, seal: null },
      mimetype: 'image/jpeg',
      size: 31_037,
      shape: { width: 394, height: 398 },
      blurhash: 'LEHV6nWB2yk8pyo0adR*'
    });
  });

  it('is read as Element seals it, padded or not, with its thumbnail', () => {
    const padded = { ...file, iv: `${file.iv}==`, hashes: { sha256: `${seal.sha256}=` } };
    const info = { mimetype: 'Video/MP4; codecs="avc1"', duration: 2140, thumbnail_file: file };
    expect(fileBodyOf({ msgtype: 'm.video', body: 'clip.mp4', filename: 'clip.mp4', file: padded, info })).toEqual({
      type: 'file',
      kind: 'video',
      name: 'clip.mp4',
      source: { at: 'zone', content: file.url, seal },
      mimetype: 'video/mp4',
      duration: 2140,
      thumbnail: { at: 'zone', content: file.url, seal }
    });
  });

  it('has what is said with it where it has a name of its own', () => {
    const said = { msgtype: 'm.file', url: content, body: 'the minutes' };
    expect(fileBodyOf({ ...said, filename: 'acta.pdf' })).toMatchObject({
      name: 'acta.pdf',
      caption: { text: 'the minutes' }
    });
    expect(fileBodyOf(said)).not.toHaveProperty('caption');
  });

  it.each([
    ['no address', { url: 'https://far.test/x.png' }],
    ['a way out of the media', { url: 'mxc://zone.test/../../admin' }],
    ['another sort of seal', { file: { ...file, v: 'v1' } }],
    ['a key that is none', { file: { ...file, key: { ...file.key, k: 'short' } } }],
    ['no proof', { file: { ...file, hashes: {} } }],
    ['nothing at all', { url: 5, file: 'x' }]
  ])('cannot be had: %s', (_what, more) => {
    expect(fileBodyOf({ msgtype: 'm.file', body: 'x', ...more })).toEqual({ type: 'file', kind: 'file', name: 'x' });
  });

  it('is known by what can be believed of it', () => {
    const info = {
      mimetype: 'text/html onload=alert(1)',
      size: -1,
      w: 1e9,
      h: 'tall',
      duration: Number.NaN,
      thumbnail_url: 'javascript:alert(1)',
      'xyz.amorgan.blurhash': 'x'.repeat(1000)
    };
    const name = 'acta\u202efdp.exe\u0000\n';
    expect(fileBodyOf({ msgtype: 'm.image', body: name, url: content, info })).toEqual({
      type: 'file',
      kind: 'image',
      name: 'actafdp.exe',
      source: { at: 'zone', content, seal: null }
    });
  });

  it('never breaks what reads it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('body', 'url', 'file', 'info', 'filename'), fc.anything()), (said) => {
        expect(fileBodyOf({ ...said, msgtype: 'm.image' })).toMatchObject({ type: 'file', kind: 'image' });
      })
    );
    expect(fileBodyOf({ msgtype: 'toString' })).toBeNull();
    expect(fileBodyOf({ msgtype: { toString: () => 'm.file' } })).toBeNull();
  });
});

describe('a file of one’s own', () => {
  const bytes = new Blob(['12345'], { type: 'image/png' });
  const shape = { width: 10, height: 20 };
  const attachment = { kind: 'image', name: 'a.png', bytes, shape, thumbnail: { bytes, shape } } as const;
  const zone = { content, seal: null };

  it.each([
    ['in clear', zone],
    ['sealed', { content: file.url, seal }]
  ])('is read by ourselves as it was sent, %s', (_how, stored) => {
    const said = contentOfFile(attachment, { msgtype: 'm.text', body: 'look', 'm.mentions': {} });
    const read = fileBodyOf(placeFile(said, { file: stored, thumbnail: stored }));
    const source = { at: 'zone', ...stored };
    expect(read).toMatchObject({
      kind: 'image',
      name: 'a.png',
      shape,
      size: 5,
      source,
      thumbnail: source,
      caption: { text: 'look' }
    });
    expect(said).toMatchObject({ msgtype: 'm.image', 'm.mentions': {} });
  });

  it('without words has its name for those who know no captions', () => {
    expect(contentOfFile(attachment, { body: '' })).toMatchObject({ body: 'a.png', filename: 'a.png' });
  });
});
