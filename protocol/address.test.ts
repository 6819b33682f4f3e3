import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, isLocalpart, isUserId, parseUserId, userIdFrom, type UserId } from './address.ts';

describe('a user id', () => {
  it.each([
    ['@alice:zone.example', 'alice', 'zone.example'],
    ['@alice:localhost', 'alice', 'localhost'],
    ['@alice:zone.example:8448', 'alice', 'zone.example:8448'],
    ['@alice:10.0.0.1', 'alice', '10.0.0.1'],
    ['@alice:[2001:db8::1]', 'alice', '[2001:db8::1]'],
    ['@alice:[::ffff:10.0.0.1]:8448', 'alice', '[::ffff:10.0.0.1]:8448'],
    ['@a.b_c=d-e/f+g:zone.example', 'a.b_c=d-e/f+g', 'zone.example'],
    ['@Alice!$~:zone.example', 'Alice!$~', 'zone.example'],
    ['@@:zone.example', '@', 'zone.example'],
    [`@${'a'.repeat(240)}:zone.example`, 'a'.repeat(240), 'zone.example']
  ])('%s', (text, localpart, server) => {
    expect(parseUserId(text)).toEqual({ localpart, server });
    expect(isUserId(text)).toBe(true);
  });

  it.each([
    '',
    '@',
    '@:zone.example',
    'alice',
    'alice@zone.example',
    '@alice',
    '@alice:',
    '@alice:zone..example',
    '@alice:-zone.example',
    '@alice:zone.example:',
    '@alice:zone.example:port',
    '@alice:zone.example:123456',
    '@alice:zone example',
    '@alice:zone.example/x',
    '@alice:[::1',
    '@alice:[nonsense]',
    '@alice :zone.example',
    '@älice:zone.example',
    '@alice\u0000:zone.example',
    '@alice:zone.example\n',
    '@alice:__proto__',
    '#alice:zone.example',
    `@${'a'.repeat(250)}:zone.example`,
    `@alice:${'a'.repeat(64)}.example`
  ])('is not: %j', (text) => {
    expect(parseUserId(text)).toBeNull();
    expect(userIdFrom(text, 'zone.example') === text).toBe(false);
  });

  it('whatever the text, there is an answer, soon', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 40 }), (text, home) => {
        const parsed = parseUserId(text);
        if (parsed) expect(`@${parsed.localpart}:${parsed.server}`).toBe(text);
        const user = userIdFrom(text, home);
        if (user !== null) expect(isUserId(user)).toBe(true);
      })
    );
    const start = performance.now();
    for (const part of ['a-', 'a.', '-', 'a'])
      for (let round = 0; round < 100; round++) parseUserId(`@a:${part.repeat(120)}!`);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('an address', () => {
  it('is the same person, written as in a letter', () => {
    expect(addressOf('@alice:zone.example' as UserId)).toBe('alice@zone.example');
    expect(addressOf('nonsense' as UserId)).toBe('nonsense');
  });

  it.each([
    ['alice', '@alice:home.example'],
    ['  Alice ', '@alice:home.example'],
    ['alice@zone.example', '@alice:zone.example'],
    ['Alice@Zone.Example', '@alice:zone.example'],
    ['@alice:zone.example', '@alice:zone.example'],
    ['a@b@zone.example', '@a@b:zone.example'],
    ['alice@zone.example:8448', '@alice:zone.example:8448'],
    ['alice@', null],
    ['@', null],
    ['@alice@zone.example', '@alice:zone.example'],
    ['@alice', '@alice:home.example'],
    ['alice smith', null],
    ['', null],
    ['   ', null],
    ['alice@zone example', null]
  ])('that a person types: %j', (text, user) => {
    const written = userIdFrom(text, 'home.example');
    expect(written).toBe(user);
  });

  it('and its user id are each other’s', () => {
    const local = fc.stringMatching(/^[a-z0-9._=/+-]{1,40}$/);
    const server = fc.stringMatching(/^[a-z0-9]{1,20}(\.[a-z]{2,6}){0,2}(:[0-9]{1,5})?$/);
    fc.assert(
      fc.property(local, server, (local, server) => {
        const user = `@${local}:${server}` as UserId;
        expect(userIdFrom(addressOf(user), 'home.example')).toBe(user);
      })
    );
  });
});

it('a new person is called by lower case, digits and a few marks', () => {
  for (const name of ['a', 'alice', 'a.b_c=d-e/f+9', 'a'.repeat(200)]) expect(isLocalpart(name)).toBe(true);
  for (const name of ['', 'Alice', 'a b', 'älice', 'a@b', 'a:b', 'a\n', 'a'.repeat(201)])
    expect(isLocalpart(name)).toBe(false);
});
