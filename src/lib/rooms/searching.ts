import { createContext } from 'svelte';
import type { Search } from './search.svelte';

/** The one search beside the conversations, which a conversation narrows to itself. */
export const [getSearch, setSearch] = createContext<Search>();
