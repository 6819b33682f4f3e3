import type { Account, AccountId } from '$lib/matrix/values';

/**
 * The conversations as they were seen last, kept as the page had them: `src/picture.js` paints them before any other
 * script is there. It holds what the engine's own records of the list hold, and goes with them.
 */
const key = 'tertulia.picture';

/** What has no place in it: what says how things stand now, and what waits for a script. */
const passing = 'img[src^="blob:"], [role=status] > *, [data-list-pane] aside, [data-room-pane] > *';

interface Kept {
  readonly account: AccountId;
  /** Styles are of a build, words of a language. */
  readonly build: string | undefined;
  readonly language: string | null;
  readonly html: string;
}

/** Keeps the list as it is on show, where its beginning is. */
export function keepPicture(account: AccountId): void {
  const shell = document.querySelector('[data-shell]');
  if (!shell?.querySelector('[data-index="0"] [data-row]')) return;
  // Into a document that loads nothing: in this one each picture of the conversation would be fetched once more.
  const copy = document.implementation.createHTMLDocument('').importNode(shell, true);
  for (const element of copy.querySelectorAll(passing)) element.remove();
  for (const element of copy.querySelectorAll('[data-row]')) element.removeAttribute('aria-current');
  // The keyboard is for the app that comes.
  for (const element of copy.querySelectorAll('a, button, input')) element.setAttribute('tabindex', '-1');
  const kept: Kept = {
    account,
    build: document.documentElement.dataset.build,
    language: localStorage.getItem('PARAGLIDE_LOCALE'),
    html: copy.outerHTML
  };
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // Full: what was kept is old by now.
    localStorage.removeItem(key);
  }
}

/** Of an account that is no longer at this browser nothing stays. */
export function forgetPicture(accounts: readonly Account[]): void {
  const kept = localStorage.getItem(key);
  if (kept === null) return;
  try {
    const { account } = JSON.parse(kept) as Kept;
    if (accounts.some(({ id }) => id === account)) return;
  } catch {
    // Damaged.
  }
  localStorage.removeItem(key);
}

/** The app goes where a row of the picture was pressed, now or before it was there. Returns the way to end it. */
export function hearPicture(go: (path: string) => void): () => void {
  const heard = () => {
    const asked = shown()?.dataset.asked;
    if (asked) go(asked);
  };
  heard();
  addEventListener('tertulia:asked', heard);
  return () => removeEventListener('tertulia:asked', heard);
}

/** What it shows is there itself now, or never will be. */
export function takeDownPicture(): void {
  shown()?.remove();
}

const shown = () => document.getElementById('picture');
