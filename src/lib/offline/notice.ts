/** What a page asks the service worker to show on the desktop, and takes away by its `tag`. */
export type Notice = {
  /** One of a tag is shown at a time. */
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  /** Where a press on it leads. */
  readonly path: string;
  /** ms since the epoch. */
  readonly at: number;
  /** What its button says, which leads there too. */
  readonly reply: string;
  /** It has been heard already, or nothing is to be. */
  readonly silent?: boolean;
};

/** To the page that a press leads to. */
export type ToPage = { readonly t: 'go'; readonly path: string };

/** One tag for each conversation of an account. */
export const tagOf = (account: string, room: string): string => `${account} ${room}`;
