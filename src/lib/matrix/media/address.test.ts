import { expect, it } from 'vitest';
import type { AccountId } from '../values.ts';
import { claimOf, mediaUrl } from './address.ts';

const alba = '@alba:zone.test' as AccountId;
const media = '/_matrix/client/v1/media';

it('names the file and who asks', () => {
  expect(mediaUrl(alba, 'mxc://far.test:8448/aB_9-')).toBe(
    `${media}/download/far.test:8448/aB_9-?account=%40alba%3Azone.test`
  );
  expect(mediaUrl(alba, 'mxc://zone.test/x', { size: { width: 31.5, height: 32, crop: true } })).toBe(
    `${media}/thumbnail/zone.test/x?width=32&height=32&method=crop&account=%40alba%3Azone.test`
  );
});

it.each([
  'https://far.test/x.png',
  'mxc://zone.test/',
  'mxc://zone.test/../../admin',
  'mxc://zone.test/a/b',
  'mxc://a b/x'
])('no address of media: %s', (content) => expect(mediaUrl(alba, content)).toBeNull());

it('what opens a file never leaves the browser', () => {
  const seal = { key: 'k_-', iv: 'i+/', sha256: 'h' };
  const asked = new URL(
    mediaUrl(alba, 'mxc://zone.test/x', { sealed: { seal, type: 'image/png' } }) ?? '',
    'http://z.test'
  );
  const claim = claimOf(asked.href);
  expect(claim?.sealed).toEqual({ seal, type: 'image/png' });
  expect(claim?.url.href).toBe(`http://z.test${media}/download/zone.test/x`);
});

it('the account never leaves the browser', () => {
  const asked = new URL(
    mediaUrl(alba, 'mxc://zone.test/x', { size: { width: 32, height: 32, crop: false } }) ?? '',
    'http://z.test'
  );
  const claim = claimOf(asked.href);
  expect(claim?.account).toBe(alba);
  expect(claim?.url.href).toBe(`http://z.test${media}/thumbnail/zone.test/x?width=32&height=32&method=scale`);
  expect(claimOf(`http://z.test${media}/download/zone.test/x`)).toBeNull();
});
