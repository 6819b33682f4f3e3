/** What links lead to, as it crosses between the engine and the page with the other values. */
import type { Shape, Source } from './file-values.ts';
import type { EventId, RoomId } from './values.ts';

/** What a page says of itself (Open Graph, ogp.me): text of others, in one line each. What it does not say is empty. */
export type LinkPreview = {
  readonly title: string;
  readonly description: string;
  /** What it calls the place that it is part of. */
  readonly site: string;
  readonly picture: { readonly source: Source; readonly shape?: Shape } | null;
};

/** Where one wants to see what links lead to. */
export type LinksWanted = {
  /** false: nowhere. */
  readonly everywhere: boolean;
  /** false, once that is known: the zone does not look at pages. */
  readonly offered: boolean;
  /** Conversations where one has chosen. Where not, it is usual in those that are not encrypted. */
  readonly rooms: Readonly<Record<RoomId, boolean>>;
  /** Messages under which one does not want to see it. */
  readonly hidden: readonly EventId[];
};
