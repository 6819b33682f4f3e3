import { Failure } from '../../failure.ts';
import { ServerError } from '../server.ts';

/** What the SDK throws, in our terms: its errors carry the server's answer or a lost connection. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const { name, httpStatus, data } = thrown as { name?: string; httpStatus?: number; data?: unknown };
  if (name === 'ConnectionError') return new Failure('unreachable', '', { cause: thrown });
  return typeof httpStatus === 'number' ? new ServerError(httpStatus, data) : Failure.from(thrown);
}
