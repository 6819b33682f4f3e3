declare global {
  /** The engine, where `early.js` has started it before the app was there. The page talks to it by this very port. */
  var tertuliaEngine: SharedWorker | undefined;

  namespace App {
    interface PageState {
      /** What lies over the page, closed by the browser's back as by its own button. */
      sheet?: 'new' | 'open-rooms' | import('$lib/timeline/sheet').Sheet;
      /** Who is in the conversation, beside it. */
      details?: boolean;
    }
  }
}

export {};
