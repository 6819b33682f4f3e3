import type { Links } from '$lib/links/links.svelte';
import type { Accounts, AccountPorts } from '$lib/matrix/ports';
import type { AccountId, Unread } from '$lib/matrix/values';
import type { Following } from '$lib/matrix/following.svelte';
import type { Drafts } from '$lib/timeline/drafts.svelte';
import type { Notices } from '$lib/settings/notices.svelte';
import type { Clock } from '$lib/ui/clock.svelte';
import type { Language } from '$lib/ui/language.svelte';
import type { Appearance } from '$lib/ui/theme.svelte';
import { createContext } from 'svelte';
import type { Session } from './session.svelte';

/** Somebody who is signed in, and what she can do. */
export interface Here {
  readonly id: AccountId;
  readonly ports: AccountPorts;
  readonly accounts: Accounts;
  readonly drafts: Drafts;
  readonly links: Links;
  /** Over all conversations. */
  readonly unread: Following<Unread>;
}

export const [getSession, setSession] = createContext<Session>();
export const [getHere, setHere] = createContext<Here>();
export const [getLanguage, setLanguage] = createContext<Language>();
export const [getAppearance, setAppearance] = createContext<Appearance>();
export const [getNotices, setNotices] = createContext<Notices>();
export const [getClock, setClock] = createContext<Clock>();
