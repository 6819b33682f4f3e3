import type { FailureReason } from './values.ts';

/**
 * The one error that ports throw. It crosses the worker's boundary whole: `reason` picks the sentence that a person
 * reads, `detail` is for the log and never holds secrets or message content.
 */
export class Failure extends Error {
  readonly reason: FailureReason;
  /** When trying again makes sense, in ms from now; only with `too-many-attempts` and `unreachable`. */
  readonly retryAfter: number | undefined;

  constructor(reason: FailureReason, detail = '', options: { retryAfter?: number; cause?: unknown } = {}) {
    super(detail ? `${reason}: ${detail}` : reason, { cause: options.cause });
    this.name = 'Failure';
    this.reason = reason;
    this.retryAfter = options.retryAfter;
  }

  /** Any thrown thing as a Failure. */
  static from(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown;
    return new Failure('unexpected', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}
