import type { Failure } from '$lib/matrix/failure';
import type { FailureReason } from '$lib/matrix/values';
import { m } from '$lib/paraglide/messages';
import { waitInWords } from '$lib/ui/time';

/** What happened, and what to do about it. */
export type FailureText = { readonly what: string; readonly next: string };

const texts: Record<FailureReason, () => FailureText> = {
  'wrong-password': () => ({ what: m.failure_wrong_password(), next: m.failure_wrong_password_next() }),
  deactivated: () => ({ what: m.failure_deactivated(), next: m.failure_deactivated_next() }),
  'name-taken': () => ({ what: m.failure_name_taken(), next: m.failure_name_taken_next() }),
  'address-taken': () => ({ what: m.failure_address_taken(), next: m.failure_address_taken_next() }),
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
  forbidden: () => ({ what: m.failure_forbidden(), next: m.failure_forbidden_next() }),
  'not-found': () => ({ what: m.failure_not_found(), next: m.failure_not_found_next() }),
  'signed-out': () => ({ what: m.failure_signed_out(), next: m.failure_signed_out_next() }),
  'wrong-recovery-key': () => ({ what: m.failure_wrong_recovery_key(), next: m.failure_wrong_recovery_key_next() }),
  'too-large': () => ({ what: m.failure_too_large(), next: m.failure_too_large_next() }),
  'too-many-pixels': () => ({ what: m.failure_too_many_pixels(), next: m.failure_too_many_pixels_next() }),
  damaged: () => ({ what: m.failure_damaged(), next: m.failure_damaged_next() }),
  storage: () => ({ what: m.failure_storage(), next: m.failure_storage_next() }),
  'encryption-not-ready': () => ({
    what: m.failure_encryption_not_ready(),
    next: m.failure_encryption_not_ready_next()
  }),
  'not-understood': () => ({ what: m.failure_not_understood(), next: m.failure_not_understood_next() }),
  'keys-unsaved': () => ({ what: m.failure_keys_unsaved(), next: m.failure_keys_unsaved_next() }),
  'keys-lost': () => ({ what: m.failure_keys_lost(), next: m.failure_keys_lost_next() }),
  'newer-version': () => ({ what: m.failure_newer_version(), next: m.failure_newer_version_next() }),
  interrupted: () => ({ what: m.failure_interrupted(), next: m.failure_interrupted_next() }),
  unexpected: () => ({ what: m.failure_unexpected(), next: m.failure_unexpected_next() })
};

/** The sentence and the next step for a reason, in the language of the interface. */
export function failureText(failure: FailureReason | Pick<Failure, 'reason' | 'retryAfter'>): FailureText {
  if (typeof failure === 'string') return texts[failure]();
  const text = texts[failure.reason]();
  if (failure.reason !== 'too-many-attempts' || failure.retryAfter === undefined) return text;
  return { what: text.what, next: m.failure_try_again_in({ wait: waitInWords(failure.retryAfter) }) };
}
