import { Failure } from '../../failure.ts';
import type { UserId } from '../../values.ts';
import { ServerError } from '../server.ts';

/**
 * Asks for something that only the person's password opens (Matrix 1.16 client-server, "User-Interactive Authentication
 * API"). Fails with wrong-password.
 */
export async function confirmed<T>(
  me: UserId,
  password: string,
  ask: (auth: Record<string, unknown>) => Promise<T>
): Promise<T> {
  try {
    return await ask({});
  } catch (thrown) {
    const session = sessionIn(thrown);
    if (!session) throw thrown;
    const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: me }, password, session };
    return await ask({ auth }).catch((again: unknown) => {
      const isRefused = again instanceof ServerError && again.status === 401;
      throw isRefused ? new Failure('wrong-password', '', { cause: again }) : again;
    });
  }
}

function sessionIn(thrown: unknown): string | undefined {
  if (!(thrown instanceof ServerError) || thrown.status !== 401) return undefined;
  const { session } = (thrown.body ?? {}) as { session?: unknown };
  return typeof session === 'string' ? session : undefined;
}
