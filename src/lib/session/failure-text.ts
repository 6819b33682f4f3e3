import type { FailureReason } from '$lib/matrix/values';
import { m } from '$lib/paraglide/messages';
import { doorTexts, textOf, type FailureText } from './door-failure-text';

const texts: Record<FailureReason, () => FailureText> = {
  ...doorTexts,
  forbidden: () => ({ what: m.failure_forbidden(), next: m.failure_forbidden_next() }),
  'not-found': () => ({ what: m.failure_not_found(), next: m.failure_not_found_next() }),
  'wrong-recovery-key': () => ({ what: m.failure_wrong_recovery_key(), next: m.failure_wrong_recovery_key_next() }),
  'too-large': () => ({ what: m.failure_too_large(), next: m.failure_too_large_next() }),
  'encryption-not-ready': () => ({
    what: m.failure_encryption_not_ready(),
    next: m.failure_encryption_not_ready_next()
  }),
  'keys-unsaved': () => ({ what: m.failure_keys_unsaved(), next: m.failure_keys_unsaved_next() })
};

/** The sentence and the next step for a reason, in the language of the interface. */
export const failureText = (failure: Parameters<typeof textOf>[0]): FailureText => textOf(failure, texts);
