import { describe, expect, it } from 'vitest';
import { ScriptedServer, type Asked } from '../testing/scripted-server.ts';
import { register, registrationOf } from './registration.ts';

const at = /\/register$/;
const token = 'm.login.registration_token';
const dummy = 'm.login.dummy';
const session = { user_id: '@anna:zone.test', access_token: 'secret', device_id: 'D' };
const form = { name: 'anna', password: 'a long password', deviceName: 'Chrome, Linux' };

/** A server that asks for one of these flows. Stages other than the last are answered by the question again. */
function zone(...flows: string[][]) {
  const server = new ScriptedServer();
  const question = { session: 's', flows: flows.map((stages) => ({ stages })), params: {} };
  server.on('POST', at, (asked: Asked) => {
    const auth = asked.body.auth as { type: string; token?: string } | undefined;
    if (!auth) return asked.reply(question, { status: 401 });
    if (auth.type === token && auth.token !== 'good')
      return asked.reply({ ...question, errcode: 'M_UNAUTHORIZED', error: 'Invalid token' }, { status: 401 });
    const last = flows.some((stages) => stages.at(-1) === auth.type);
    return last ? asked.reply(session) : asked.reply({ ...question, completed: [auth.type] }, { status: 401 });
  });
  const steps = () => server.log.map(({ body }) => (body.auth as { type: string } | undefined)?.type);
  return { server, steps };
}

describe('how a zone takes people', () => {
  it.each([
    ['open', [[dummy]]],
    ['open', [[token], [dummy]]],
    ['by-invitation', [[token]]],
    ['by-invitation', [[token, dummy]]],
    ['by-invitation', [['m.login.email.identity'], [token, dummy]]],
    ['closed', [['m.login.recaptcha']]],
    ['closed', [[token, 'm.login.email.identity']]],
    ['closed', []]
  ] as const)('%s: %j', async (way, flows) => {
    const { server } = zone(...flows.map((stages) => [...stages]));
    expect(await registrationOf(server.server)).toBe(way);
  });

  it('closed, where the server refuses to ask', async () => {
    const server = new ScriptedServer();
    server.on('POST', at, (asked) => asked.refuse(403, 'M_FORBIDDEN'));
    expect(await registrationOf(server.server)).toBe('closed');
    await expect(register(server.server, form)).rejects.toMatchObject({ reason: 'registration-closed' });
  });

  it('is not known of a server that is away, or that answers nonsense', async () => {
    const server = new ScriptedServer();
    server.on('POST', at, (asked) => asked.lose());
    await expect(registrationOf(server.server)).rejects.toMatchObject({ reason: 'unreachable' });
    server.on('POST', at, () => ({ hello: 1 }));
    await expect(registrationOf(server.server)).rejects.toMatchObject({ reason: 'not-understood' });
  });
});

describe('registering', () => {
  it('with nothing to prove', async () => {
    const { server, steps } = zone([dummy]);
    expect(await register(server.server, form)).toEqual({ id: '@anna:zone.test', token: 'secret', device: 'D' });
    expect(steps()).toEqual([undefined, dummy]);
    expect(server.log[1]?.body).toMatchObject({
      username: 'anna',
      password: 'a long password',
      initial_device_display_name: 'Chrome, Linux',
      auth: { session: 's' }
    });
  });

  it.each([[[token]], [[token, dummy]]])('with an invitation: %j', async (flow) => {
    const { server, steps } = zone(flow);
    expect(await register(server.server, { ...form, invitation: 'good' })).toMatchObject({ id: '@anna:zone.test' });
    expect(steps()).toEqual([undefined, ...flow]);
  });

  it.each([[[token]], [[token, dummy]]])('with an invitation that is none any more: %j', async (flow) => {
    const { server } = zone(flow);
    const registering = register(server.server, { ...form, invitation: 'spent' });
    await expect(registering).rejects.toMatchObject({ reason: 'invitation-invalid' });
  });

  it('without the invitation that is needed', async () => {
    const { server, steps } = zone([token]);
    await expect(register(server.server, form)).rejects.toMatchObject({ reason: 'invitation-invalid' });
    expect(steps()).toEqual([undefined]);
  });

  it('with an invitation where none is needed uses none', async () => {
    const { server, steps } = zone([dummy]);
    await register(server.server, { ...form, invitation: 'good' });
    expect(steps()).toEqual([undefined, dummy]);
  });

  it('where the server asks what nobody can answer', async () => {
    const { server } = zone(['m.login.recaptcha']);
    const registering = register(server.server, { ...form, invitation: 'good' });
    await expect(registering).rejects.toMatchObject({ reason: 'registration-closed' });
  });

  it.each([
    [400, 'M_USER_IN_USE', 'name-taken'],
    [400, 'M_EXCLUSIVE', 'name-taken'],
    [400, 'M_INVALID_USERNAME', 'name-invalid'],
    [400, 'M_WEAK_PASSWORD', 'password-weak'],
    [500, 'M_UNKNOWN', 'unreachable']
  ])('is refused before anything is proved: %s %s', async (status, code, reason) => {
    const server = new ScriptedServer();
    server.on('POST', at, (asked) => asked.refuse(status, code));
    await expect(register(server.server, form)).rejects.toMatchObject({ reason });
    expect(server.log).toHaveLength(1);
  });

  it('too often says when to come back, by either way of saying it', async () => {
    const server = new ScriptedServer();
    server.on('POST', at, (asked) => asked.refuse(429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 1500 }));
    await expect(register(server.server, form)).rejects.toMatchObject({
      reason: 'too-many-attempts',
      retryAfter: 1500
    });
    server.on('POST', at, (asked) => asked.reply('slow down', { status: 429, headers: { 'retry-after': '3' } }));
    await expect(register(server.server, form)).rejects.toMatchObject({
      reason: 'too-many-attempts',
      retryAfter: 3000
    });
  });

  it('whose last step is refused ends, and says so', async () => {
    const server = new ScriptedServer();
    const question = { session: 's', flows: [{ stages: [dummy] }] };
    server.on('POST', at, (asked) => asked.reply(question, { status: 401 }));
    await expect(register(server.server, form)).rejects.toMatchObject({ reason: 'unexpected' });
    expect(server.log).toHaveLength(2);
  });
});
