import { logger as shared, type Logger } from 'matrix-js-sdk/lib/logger.js';

// What its events share says of each one that it cannot be read, thousands of times, and a browser keeps the last thousand.
(shared as unknown as { setLevel(level: 'error', persist: boolean): void }).setLevel('error', false);

/**
 * The SDK's log without its chatter: warnings and errors only, and none once `life` has ended, for what is stopped in
 * the middle complains of it. It never logs content or keys at these levels.
 */
export function quiet(life: AbortSignal): Logger {
  const unless =
    (say: (...message: unknown[]) => void) =>
    (...message: unknown[]) => {
      if (!life.aborted) say(...message);
    };
  const logger: Logger = {
    trace: () => undefined,
    debug: () => undefined,
    info: () => undefined,
    warn: unless((...message) => console.warn(...message)),
    error: unless((...message) => console.error(...message)),
    getChild: () => logger
  };
  return logger;
}
