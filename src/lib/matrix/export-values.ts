/** One's own data to take along, as it crosses between the engine and the page with the other values. */
import type { FailureReason } from './values.ts';

/** What the pages in it say beside what was said, in the language of whoever asks: text, never markup. */
export type ExportWords = {
  /** BCP 47. */
  readonly language: string;
  readonly title: string;
  readonly deleted: string;
  readonly unreadable: string;
  readonly unsupported: string;
};

/** `files`: with the files and pictures that one has sent. */
export type ExportForm = { readonly files: boolean; readonly words: ExportWords };

/** Where it stands. */
export type Export =
  | { readonly state: 'idle' }
  /** `done` conversations `of` all, null while nobody knows how many; `events` of them so far. */
  | { readonly state: 'reading'; readonly done: number; readonly of: number | null; readonly events: number }
  /** `Export.begin` goes on from here, or begins again where that makes no sense. */
  | { readonly state: 'failed'; readonly reason: FailureReason }
  | ({ readonly state: 'ready' } & ExportSummary);

/** `bytes` of the archive; what is not in it: messages whose key is not here, files, and whole conversations. */
export type ExportSummary = {
  readonly bytes: number;
  readonly unreadable: number;
  readonly filesLeftOut: number;
  readonly roomsLeftOut: number;
};
