import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '$lib/matrix/failure';
import type { FailureReason } from '$lib/matrix/values';
import { baseLocale, locales, overwriteGetLocale } from '$lib/paraglide/runtime';
import { failureText } from './failure-text';

// Exhaustive by its type: a reason that is added must be added here.
const all: Record<FailureReason, true> = {
  'wrong-password': true,
  deactivated: true,
  'name-taken': true,
  'address-taken': true,
  'name-invalid': true,
  'password-weak': true,
  'registration-closed': true,
  'invitation-invalid': true,
  'administrator-link-used': true,
  'too-many-attempts': true,
  unreachable: true,
  forbidden: true,
  'not-found': true,
  'signed-out': true,
  'wrong-recovery-key': true,
  'too-large': true,
  'too-many-pixels': true,
  damaged: true,
  storage: true,
  'encryption-not-ready': true,
  'not-understood': true,
  interrupted: true,
  'newer-version': true,
  'keys-unsaved': true,
  'keys-lost': true,
  unexpected: true
};
const reasons = Object.keys(all) as FailureReason[];

beforeEach(() => overwriteGetLocale(() => baseLocale));

describe.each(locales)('in %s', (locale) => {
  it('each failure says what happened and what to do, in words of its own', () => {
    overwriteGetLocale(() => locale);
    const texts = reasons.map((reason) => failureText(reason));
    for (const { what, next } of texts) {
      expect(what).toMatch(/\S/);
      expect(next).toMatch(/\S/);
    }
    expect(new Set(texts.map(({ what }) => what)).size).toBeGreaterThanOrEqual(reasons.length - 1);
  });

  it('none of the words of the protocol reaches a person', () => {
    overwriteGetLocale(() => locale);
    for (const reason of reasons) {
      const { what, next } = failureText(reason);
      expect(`${what} ${next}`).not.toMatch(/homeserver|mxid|matrix|sync|token|undefined/i);
    }
  });
});

it('says how long to wait where that is known', () => {
  expect(failureText(new Failure('too-many-attempts', '', { retryAfter: 40_000 })).next).toBe(
    'Try again in 40 seconds.'
  );
  expect(failureText(new Failure('too-many-attempts')).next).toBe('Wait a little and try again.');
});
