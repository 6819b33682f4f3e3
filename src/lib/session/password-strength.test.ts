import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortest, strengthOf } from './password-strength';

describe('the strength of a password', () => {
  it.each([
    ['', 'too-short'],
    ['1234567', 'too-short'],
    ['12345678', 'weak'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['password', 'weak'],
    ['Password123', 'weak'],
    ['abcdefghijklm', 'weak'],
    ['contrasenya', 'weak'],
    ['ruk8dofm', 'weak'],
    ['ruk8dofmta', 'fair'],
    ['cadira terrat', 'fair'],
    ['cadira terrat figa', 'good'],
    ['g7!Kq2#zLp', 'good']
  ])('«%s» is %s', (password, strength) => {
    expect(strengthOf(password)).toBe(strength);
  });

  it('does not count one’s own name', () => {
    expect(strengthOf('margarida99')).toBe('fair');
    expect(strengthOf('margarida99', 'margarida')).toBe('weak');
  });

  it('is never good below the least length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: shortest - 1 }), (password) => {
        expect(strengthOf(password)).toBe('too-short');
      })
    );
  });
});
