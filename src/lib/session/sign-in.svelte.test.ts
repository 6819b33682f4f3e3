import { describe, expect, it } from 'vitest';
import { createFake } from '$lib/matrix/fake';
import { SignIn } from './sign-in.svelte';

const password = 'a long password';

async function begin(attempts?: number) {
  const browser = createFake({ name: 'zone.example', attempts });
  await browser.zone.browser().accounts.register({ name: 'alba', password });
  return { browser, form: new SignIn(async () => browser.accounts) };
}

describe('signing in', () => {
  it.each(['alba', '  alba ', 'alba@zone.example', '@alba:zone.example'])('takes «%s»', async (name) => {
    const { form } = await begin();
    Object.assign(form, { name, password });
    expect((await form.submit())?.id).toBe('@alba:zone.example');
    expect(form.password).toBe('');
  });

  it('asks for what is missing without asking the zone', async () => {
    const { form } = await begin();
    expect([form.nameMissing, form.passwordMissing]).toEqual([false, false]);
    expect(await form.submit()).toBeNull();
    expect([form.nameMissing, form.passwordMissing]).toEqual([true, true]);
    expect(form.failure).toBeUndefined();
  });

  it('suggests who was here before, until something else is written', async () => {
    const { browser } = await begin();
    const form = new SignIn(
      async () => browser.accounts,
      () => 'alba@zone.example'
    );
    expect(form.name).toBe('alba@zone.example');
    form.password = password;
    expect((await form.submit())?.id).toBe('@alba:zone.example');
    form.name = '';
    expect(form.name).toBe('');
  });

  it('says when the password is wrong, and when to wait', async () => {
    const { form } = await begin(1);
    Object.assign(form, { name: 'alba', password: 'wrong' });
    await form.submit();
    expect(form.failure?.reason).toBe('wrong-password');
    await form.submit();
    expect(form.failure).toMatchObject({ reason: 'too-many-attempts', retryAfter: 60_000 });
  });

  it('waits for an engine that is still loading, and says when it cannot load', async () => {
    const { browser } = await begin();
    const slow = Promise.withResolvers<typeof browser.accounts>();
    const form = new SignIn(() => slow.promise);
    Object.assign(form, { name: 'alba', password });
    const sent = form.submit();
    expect(form.busy).toBe(true);
    slow.resolve(browser.accounts);
    expect(await sent).not.toBeNull();

    const broken = new SignIn(() => Promise.reject(new Error('no worker')));
    Object.assign(broken, { name: 'alba', password });
    expect(await broken.submit()).toBeNull();
    expect(broken.failure?.reason).toBe('unexpected');
    expect(broken.busy).toBe(false);
  });
});
