import { textOf } from '../../writing/words.ts';
import { isDeleted, type Entry } from '../timeline/entry.ts';
import { bodyOfEntry } from '../timeline/rows.ts';
import { beside } from '../timeline/told.ts';

/** What of an event can be searched, as it stands now, as far as the server tells with it. */
export const textIn = (entry: Entry): string =>
  textOf(bodyOfEntry({ entry, edit: beside(entry), deleted: isDeleted(entry.raw) }));
