import type { Failure } from '$lib/matrix/failure';
import { m } from '$lib/paraglide/messages';
import { failureText, type FailureText } from '$lib/session/failure-text';

/** What went wrong where one is in, and only the password was asked. */
export const ownFailureText = (failure: Failure): FailureText =>
  failure.reason === 'wrong-password'
    ? { what: m.password_wrong(), next: m.password_wrong_next() }
    : failureText(failure);
