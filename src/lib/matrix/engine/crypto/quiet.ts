import type { Logger } from 'matrix-js-sdk/lib/logger.js';

/** The SDK's log without its chatter: warnings and errors only. It never logs content or keys at these levels. */
export const quiet: Logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: (...message) => console.warn(...message),
  error: (...message) => console.error(...message),
  getChild: () => quiet
};
