import type { Live } from '../live.ts';
import type * as V from '../values.ts';

/**
 * All that is one's own, to take along: what the zone knows of the account, and each conversation that one is in as far back
 * as one may read, opened where it is encrypted (GDPR, article 20). Nothing in it lets anybody in or opens anything.
 */
export interface Export {
  state(): Live<V.Export>;
  /** Resolves when it is under way. What is under way goes on, also where it stands because the zone does not answer. */
  begin(form: V.ExportForm): Promise<void>;
  /** Ends it, and forgets what is written. */
  cancel(): Promise<void>;
  /** A ZIP archive. Fails with not-found where none is ready. */
  archive(): Promise<Blob>;
}
