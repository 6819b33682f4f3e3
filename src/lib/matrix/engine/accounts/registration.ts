import * as v from 'valibot';
import { Failure } from '../../failure.ts';
import type { AccountId, Registration } from '../../values.ts';
import { ServerError, type Server } from '../server.ts';

const at = '/_matrix/client/v3/register';
const signedIn = v.object({ user_id: v.string(), access_token: v.string(), device_id: v.string() });
const challenge = v.object({ session: v.string(), flows: v.array(v.object({ stages: v.array(v.string()) })) });

export type Session = { id: AccountId; token: string; device: string };

export const toSession = (answer: v.InferOutput<typeof signedIn>): Session => ({
  id: answer.user_id as AccountId,
  token: answer.access_token,
  device: answer.device_id
});
export { signedIn };

type Challenge = v.InferOutput<typeof challenge>;

/** The server's question before it registers anybody (Matrix 1.16 client-server, user-interactive authentication). */
async function ask(server: Server, body: Record<string, unknown>): Promise<Challenge> {
  try {
    await server.call('POST', at, v.never(), { body });
  } catch (thrown) {
    if (!(thrown instanceof ServerError)) throw thrown;
    const parsed = v.safeParse(challenge, thrown.body);
    if (thrown.status === 401 && parsed.success) return parsed.output;
    if (thrown.code === 'M_FORBIDDEN') throw new Failure('registration-closed');
    throw thrown;
  }
  throw new Failure('not-understood', 'the server registers without a question');
}

/** A flow that we can walk: nothing to prove, or an invitation's token, alone or before the last, empty step. */
const flowWith = (challenge: Challenge, stage: string): readonly string[] | undefined =>
  challenge.flows.find(
    ({ stages }) => stages.includes(stage) && stages.every((one) => one === stage || one === 'm.login.dummy')
  )?.stages;

export async function registrationOf(server: Server): Promise<Registration> {
  try {
    const challenge = await ask(server, {});
    if (flowWith(challenge, 'm.login.dummy')) return 'open';
    return flowWith(challenge, 'm.login.registration_token') ? 'by-invitation' : 'closed';
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.reason === 'registration-closed') return 'closed';
    throw thrown;
  }
}

/** Registers a person. `invitation` is the token of an invite link. */
export async function register(
  server: Server,
  form: { name: string; password: string; invitation?: string; deviceName: string }
): Promise<Session> {
  const body = { username: form.name, password: form.password, initial_device_display_name: form.deviceName };
  const challenge = await ask(server, body);
  const stages =
    (form.invitation && flowWith(challenge, 'm.login.registration_token')) || flowWith(challenge, 'm.login.dummy');
  if (!stages) throw new Failure(form.invitation ? 'registration-closed' : 'invitation-invalid');
  let asked: unknown;
  for (const type of stages) {
    const token = type === 'm.login.registration_token' ? { token: form.invitation } : {};
    try {
      const auth = { type, session: challenge.session, ...token };
      return toSession(await server.call('POST', at, signedIn, { body: { ...body, auth } }));
    } catch (thrown) {
      asked = thrown;
      if (!(thrown instanceof ServerError) || thrown.status !== 401) throw thrown;
      if (thrown.code !== 'M_UNKNOWN' && type === 'm.login.registration_token') throw new Failure('invitation-invalid');
    }
  }
  throw Failure.from(asked);
}
