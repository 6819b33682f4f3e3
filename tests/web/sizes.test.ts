import { expect, it } from 'vitest';
import { weights } from '../bench/budgets.ts';
import { filesEnding, gzipped, scriptsOf } from '../bench/page-weight.ts';

it('the pages that let people in are light', () => {
  const { most } = weights.signInJavaScript;
  for (const page of ['index', 'sign-in', 'register', 'ca/sign-in', 'ca/register'])
    expect(gzipped(scriptsOf(page)), page).toBeLessThan(most);
});

it('the app is light, a conversation open', () => {
  const { most } = weights.appJavaScript;
  for (const page of ['chats', 'chats/any']) expect(gzipped(scriptsOf(page)), page).toBeLessThan(most);
});

it('the crypto library is there once, and compressed as far as it goes', () => {
  const found = filesEnding('.wasm.br');
  expect(found).toHaveLength(1);
  expect(found[0]?.size).toBeLessThan(weights.cryptoLibrary.most);
  // It has 7.8 MB: a build that compressed it for speed would have more, one that lost it nothing.
  expect(found[0]?.size).toBeGreaterThan(1000);
});
