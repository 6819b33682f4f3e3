import type { AccountId } from '$lib/matrix/values';
import type { Standing } from './session.svelte';

const key = 'tertulia.account';

/**
 * Keeps a hint that somebody is signed in here, by which `src/early.js` opens the conversations at once instead of
 * the sign-in page. Only a hint: the engine's list of accounts says who is.
 */
export function remember(standing: Standing): void {
  if (standing.state === 'here' || standing.state === 'ended') {
    localStorage.setItem(key, standing.account.id);
    // Of a tab that stayed with an account that has left, no trace stays.
    if (sessionStorage.getItem(key) !== null) stayAs(standing.account.id);
  } else if (standing.state === 'nobody') {
    localStorage.removeItem(key);
    sessionStorage.removeItem(key);
  }
}

/** A tab stays with its account, whatever others do; a new one begins with the account that was used last. */
export function stayAs(account: AccountId): void {
  sessionStorage.setItem(key, account);
}

export const lastHere = (): AccountId | null =>
  (sessionStorage.getItem(key) ?? localStorage.getItem(key)) as AccountId | null;
