import type { Failure } from '$lib/matrix/failure';
import type { FailureReason } from '$lib/matrix/values';
import { m } from '$lib/paraglide/messages';
import { waitInWords } from '$lib/ui/time';

/** What happened, and what to do about it. */
export type FailureText = { readonly what: string; readonly next: string };

type Told = FailureReason | Pick<Failure, 'reason' | 'retryAfter'>;

/** What can go wrong where people come in: these pages are light, and carry no other words. */
export const doorTexts = {
  'wrong-password': () => ({ what: m.failure_wrong_password(), next: m.failure_wrong_password_next() }),
  deactivated: () => ({ what: m.failure_deactivated(), next: m.failure_deactivated_next() }),
  'name-taken': () => ({ what: m.failure_name_taken(), next: m.failure_name_taken_next() }),
  'name-invalid': () => ({ what: m.failure_name_invalid(), next: m.failure_name_invalid_next() }),
  'password-weak': () => ({ what: m.failure_password_weak(), next: m.failure_password_weak_next() }),
  'registration-closed': () => ({ what: m.failure_registration_closed(), next: m.failure_registration_closed_next() }),
  'invitation-invalid': () => ({ what: m.failure_invitation_invalid(), next: m.failure_invitation_invalid_next() }),
  'administrator-link-used': () => ({
    what: m.failure_administrator_link_used(),
    next: m.failure_administrator_link_used_next()
  }),
  'too-many-attempts': () => ({ what: m.failure_too_many_attempts(), next: m.failure_too_many_attempts_next() }),
  unreachable: () => ({ what: m.failure_unreachable(), next: m.failure_unreachable_next() }),
  'signed-out': () => ({ what: m.failure_signed_out(), next: m.failure_signed_out_next() }),
  storage: () => ({ what: m.failure_storage(), next: m.failure_storage_next() }),
  'not-understood': () => ({ what: m.failure_not_understood(), next: m.failure_not_understood_next() }),
  'newer-version': () => ({ what: m.failure_newer_version(), next: m.failure_newer_version_next() }),
  interrupted: () => ({ what: m.failure_interrupted(), next: m.failure_interrupted_next() }),
  unexpected: () => ({ what: m.failure_unexpected(), next: m.failure_unexpected_next() })
} satisfies Partial<Record<FailureReason, () => FailureText>>;

/** The text for a failure, with the wait where it is known. */
export function textOf(failure: Told, texts: Readonly<Partial<Record<FailureReason, () => FailureText>>>): FailureText {
  const { reason, retryAfter } = typeof failure === 'string' ? { reason: failure } : failure;
  const text = (texts[reason] ?? doorTexts.unexpected)();
  if (reason !== 'too-many-attempts' || retryAfter === undefined) return text;
  return { what: text.what, next: m.failure_try_again_in({ wait: waitInWords(retryAfter) }) };
}

/** `failureText` for the pages where people come in. */
export const doorFailureText = (failure: Told): FailureText => textOf(failure, doorTexts);
