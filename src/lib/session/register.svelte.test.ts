import { describe, expect, it } from 'vitest';
import { Failure } from '$lib/matrix/failure';
import { createFake } from '$lib/matrix/fake';
import { Register, type Links } from './register.svelte';

const good = 'a long password';

function begin(options: Parameters<typeof createFake>[0] = {}, links: Links = {}) {
  const browser = createFake({ name: 'zone.example', ...options });
  const form = new Register(async () => browser.accounts, links);
  const fill = (name: string, password = good) => Object.assign(form, { name, password });
  return { browser, form, fill };
}

describe('registering', () => {
  it('makes the account, in small letters', async () => {
    const { form, fill } = begin();
    fill(' Alba ');
    expect(form.localpart).toBe('alba');
    expect((await form.submit())?.id).toBe('@alba:zone.example');
    expect(form.password).toBe('');
  });

  it.each([['Alba Puig'], ['àlba'], ['a@b'], ['a:b'], ['😀']])('says at once that «%s» is no name', (name) => {
    const { form, fill } = begin();
    fill(name);
    expect(form.nameProblem).toBe('name-invalid');
  });

  it('says nothing of what has not been written yet until the form is sent', async () => {
    const { form } = begin();
    expect([form.nameProblem, form.passwordProblem]).toEqual([null, null]);
    expect(await form.submit()).toBeNull();
    expect([form.nameProblem, form.passwordProblem]).toEqual(['missing', 'too-short']);
  });

  it('puts what the zone refuses beside its field, until that field changes', async () => {
    const { browser, form, fill } = begin();
    await browser.accounts.register({ name: 'alba', password: good });
    fill('alba');
    expect(await form.submit()).toBeNull();
    expect(form.nameProblem).toBe('name-taken');
    expect(form.failure).toBeNull();
    form.name = 'alba2';
    expect(form.nameProblem).toBeNull();

    browser.network.failNext('accounts.register', 'password-weak');
    expect(await form.submit()).toBeNull();
    expect(form.passwordProblem).toBe('password-weak');
    form.password += '!';
    expect(form.passwordProblem).toBeNull();
  });

  it('keeps what was written when the zone does not answer', async () => {
    const { browser, form, fill } = begin();
    fill('alba');
    browser.network.cut();
    expect(await form.submit()).toBeNull();
    expect(form.failure?.reason).toBe('unreachable');
    expect([form.name, form.password]).toEqual(['alba', good]);
    browser.network.restore();
    expect(await form.submit()).not.toBeNull();
  });

  it('sends a form once, however often the button is pressed', async () => {
    const { browser, form, fill } = begin({ latency: 5 });
    fill('alba');
    const both = await Promise.all([form.submit(), form.submit()]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(browser.accounts.list().current).toHaveLength(1);
  });
});

describe('the door', () => {
  it.each([
    ['open', {}, 'open'],
    ['closed', {}, 'closed'],
    ['by-invitation', {}, 'needs-invitation'],
    ['by-invitation', { invitation: 'yes' }, 'open'],
    ['closed', { administrator: 'first' }, 'open']
  ] as const)('of a zone that is %s, with %j, is %s', async (registration, links, door) => {
    const { form } = begin({ registration }, links);
    await form.look();
    expect(form.door).toBe(door);
  });

  it('stays open while the zone does not say', async () => {
    const { browser, form } = begin({ registration: 'closed' });
    browser.network.cut();
    await form.look();
    expect(form.door).toBe('open');
  });

  it('opens with an invitation, once', async () => {
    const options = { registration: 'by-invitation', invitations: ['yes'] } as const;
    const { browser, form, fill } = begin(options, { invitation: 'yes' });
    fill('alba');
    expect(await form.submit()).not.toBeNull();
    const second = new Register(async () => browser.accounts, { invitation: 'yes' });
    Object.assign(second, { name: 'bo', password: good });
    expect(await second.submit()).toBeNull();
    expect(second.failure?.reason).toBe('invitation-invalid');
  });
});

describe('the administrator’s link', () => {
  it('is spent with the account', async () => {
    const { browser, form, fill } = begin({ administratorToken: 'first' }, { administrator: 'first' });
    fill('alba');
    expect(await form.submit()).not.toBeNull();
    expect(browser.zone.administratorToken).toBeNull();
  });

  it('that was used before leaves the account, and says so', async () => {
    const { form, fill } = begin({}, { administrator: 'used' });
    fill('alba');
    expect(await form.submit()).toBeNull();
    expect(form.step).toMatchObject({ state: 'not-administrator', account: { id: '@alba:zone.example' } });
    expect(form.step.state === 'not-administrator' && form.step.failure).toBeInstanceOf(Failure);
  });

  it('serves one who has an account', async () => {
    const { browser, form } = begin({ administratorToken: 'first' }, { administrator: 'first' });
    const { id } = await browser.accounts.register({ name: 'alba', password: good });
    expect(await form.becomeAdministrator(id)).toBe(true);
    expect(browser.zone.administratorToken).toBeNull();
  });
});
